"""Trial: what would be said, asked of a revision or of a draft on top of one; nothing is remembered or recorded.

No Rasa: a draft changes what is known, not the model. What the classifier would say is taken from the recorded turn
that a question came from, else every kind of question is as likely as another; both sides are asked alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from dialogue.message import Message
from dialogue.replying import Reply, Setting, reply
from kg.answering.reader import FactReader
from kg.query import Query
from kg.reading_trace import Trace, Traced
from nlu import intents
from nlu.arbiter import Understanding
from nlu.memory import Memory

_KNOWLEDGE = dict.fromkeys(sorted(intents.KNOWLEDGE_INTENTS), 1 / len(intents.KNOWLEDGE_INTENTS))
_SURE = 0.95
_ANSWERED = ("answered", "done", "form")


@dataclass(frozen=True, slots=True)
class Tried:
    """What was said to one question. `key` is the question as a Query, the same for other wordings of it."""

    text: str
    outcome: str
    key: str = ""
    facts: tuple[str, ...] = ()

    @property
    def answered(self) -> bool:
        """Whether the customer got what he asked for."""
        return self.outcome in _ANSWERED

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return {"text": self.text, "outcome": self.outcome, "key": self.key, "facts": list(self.facts)}

    @staticmethod
    def from_json(data: dict[str, Any]) -> Tried:
        """The Tried that `to_json` wrote."""
        return Tried(data["text"], data["outcome"], data["key"], tuple(data["facts"]))


@dataclass(frozen=True, slots=True)
class Side:
    """One state of knowledge that can be asked."""

    understanding: Understanding
    reader: FactReader
    institution: str

    def ask(self, question: str, today: date, intent: str = "") -> tuple[Tried, Trace]:
        """What is said to the question on `today`, and what that rests on. Graph errors pass through."""
        made, trace = self._reply(question, today, intent)
        key = query_key(made.query) if made.query else ""
        facts = tuple(dict.fromkeys(f"{f.subject_name}·{f.predicate}" for f in made.facts))[:20]
        return Tried(made.message.plain(), made.outcome.value, key, facts), trace

    def message(self, question: str, today: date) -> Message:
        """What is said, as a channel would get it."""
        return self._reply(question, today, "")[0].message

    def _reply(self, question: str, today: date, intent: str) -> tuple[Reply, Trace]:
        traced = Traced(self.reader)
        understood = self.understanding.understand(question, _chances(intent), Memory(), today)
        setting = Setting(traced, self.understanding.lexicon, today, self.institution, question)
        return reply(understood, Memory(), setting), traced.trace


def query_key(query: Query | dict[str, Any]) -> str:
    """A Query without how it was worded: equal for 起购金额是多少 and 最低买多少."""
    form = query if isinstance(query, Query) else Query.from_json(query)
    parts = (
        form.ask.value,
        sorted(e.id for e in form.focus),
        form.cls.id if form.cls else "",
        list(form.predicates),
        sorted(f"{c.predicate}{c.op.value}{c.entity_id}{c.value.text if c.value else ''}" for c in form.constraints),
        sorted(f"{q.name}{q.op.value}{q.value.text}" for q in form.qualifiers),
        [form.order.predicate, form.order.descending] if form.order else "",
    )
    return repr(parts)


def _chances(intent: str) -> dict[str, float]:
    if not intent:
        return dict(_KNOWLEDGE)
    rest = (1 - _SURE) / len(_KNOWLEDGE)
    return {**dict.fromkeys(_KNOWLEDGE, rest), intent: _SURE}
