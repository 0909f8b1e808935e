"""The number lock over every question of the development set: each figure said has an origin."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

import kg.figures
from dialogue import faq, urgent
from dialogue.message import Message
from dialogue.rendering import aggregates, answers, calculation, eligibility, facts, unanswered
from dialogue.rendering.facts import spoken
from kg.figures import Locked, OriginKind, Part, loose_figure
from nlu.memory import Memory
from tests.support.demo import PROJECT, TODAY, Bank

DEV = PROJECT / "tests" / "eval" / "dev"


def conversations() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for path in sorted(DEV.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            case = json.loads(line)
            yield case["id"], case["turns"]


@dataclass
class Composed:
    """Everything that compose() joined, with where its figures came from."""

    texts: list[Locked] = field(default_factory=list)


@pytest.fixture
def composed(monkeypatch: pytest.MonkeyPatch) -> Composed:
    """Records what is composed; whatever is said must be made of it."""
    seen = Composed()
    real = kg.figures.compose

    def recording(*parts: Part) -> Locked:
        made = real(*parts)
        seen.texts.append(made)
        return made

    for module in (kg.figures, aggregates, answers, calculation, eligibility, facts, unanswered, urgent, faq):
        monkeypatch.setattr(module, "compose", recording)
    return seen


def outside_of_origins(text: Locked) -> str:
    """The text with everything that has an origin blanked out."""
    chars = list(text.text)
    for span in text.spans:
        chars[span.start : span.end] = " " * (span.end - span.start)
    return "".join(chars)


def said(message: Message) -> list[str]:
    """All texts of a message that may carry a figure of fact."""
    cells = [cell for row in message.table.rows for cell in row] if message.table else []
    return [message.text, *cells]


@pytest.mark.slow
def test_every_figure_of_every_reply_has_an_origin(bank: Bank, composed: Composed) -> None:
    turns = 0
    for case_id, conversation in conversations():
        memory = Memory()
        for turn in conversation:
            composed.texts.clear()
            today = date.fromisoformat(turn["today"]) if turn.get("today") else TODAY
            reply = bank.reply(turn["text"], memory, today)
            memory = Memory.from_json(reply.memory.to_json())
            turns += 1
            made = {locked.text for locked in composed.texts}
            made |= {row[0] for row in reply.message.table.rows} if reply.message.table else set()
            made |= {spoken(fact.text) for fact in reply.facts}
            for text in said(reply.message):
                if loose_figure(text):
                    assert text in made, f"{case_id} {turn['text']!r}: {text!r} was not composed"
            known = {fact.id for fact in reply.facts}
            for locked in composed.texts:
                assert not loose_figure(outside_of_origins(locked)), f"{case_id}: {locked.text!r}"
                rests_on = {s.origin.reference for s in locked.spans if s.origin.kind is OriginKind.FACT}
                assert all(rests_on), f"{case_id}: a piece of no fact in {locked.text!r}"
                assert rests_on <= known or locked.text != reply.message.text, f"{case_id}: {locked.text!r}"
            assert not any(loose_figure(notice) for notice in reply.message.notices), case_id
    assert turns > 400
