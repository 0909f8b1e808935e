"""Judging one turn: what was expected against what came back, with the reasons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from app.evaluation.cases import Expectation, FactKey
from app.evaluation.reading import Reply, is_among, numbers_in, opening_affirms, opening_denies, same_place, shown
from kg.answer import Outcome

_ALONGSIDE = frozenset({"风险提示", "实例", "上位类", "别名", "定义", "依据"})
"""Predicates that may come with any answer: notices, and facts that say which thing is meant."""

_FULL_LIST = 10
_SHOWN_OF_LONG_LIST = 3


class Mark(StrEnum):
    """What became of a turn; each turn gets exactly one.

    exact: as expected. loose: all that was expected, and more than was asked. wrong: an answer that misses
    something, shows something false, or was given where none can be. refused, clarified: no answer although
    the graph has one. off: rightly no answer, but of another kind (a fallback for out of scope).
    """

    EXACT = "exact"
    LOOSE = "loose"
    WRONG = "wrong"
    REFUSED = "refused"
    CLARIFIED = "clarified"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Judgement:
    """The mark of a turn and, unless it is exact, why."""

    mark: Mark
    reasons: tuple[str, ...] = ()

    @property
    def right(self) -> bool:
        """Whether the customer was told what is true and asked for."""
        return self.mark in (Mark.EXACT, Mark.LOOSE)


def judge(expect: Expectation, reply: Reply) -> Judgement:
    """The mark of one reply."""
    if reply.outcome not in expect.outcome:
        return _unexpected(expect, reply)
    faults = tuple(_faults(expect, reply))
    if faults:
        return Judgement(Mark.WRONG if reply.outcome is Outcome.ANSWERED else Mark.OFF, faults)
    extras = tuple(_extras(expect, reply))
    return Judgement(Mark.LOOSE, extras) if extras else Judgement(Mark.EXACT)


def _unexpected(expect: Expectation, reply: Reply) -> Judgement:
    reason = (f"outcome {reply.outcome.value}, expected {'/'.join(o.value for o in expect.outcome)}",)
    if reply.outcome is Outcome.ANSWERED:
        return Judgement(Mark.WRONG, reason)
    if not expect.wants_answer:
        return Judgement(Mark.OFF, reason)
    return Judgement(Mark.CLARIFIED if reply.outcome is Outcome.CLARIFY else Mark.REFUSED, reason)


def _faults(expect: Expectation, reply: Reply) -> Iterator[str]:
    if reply.outcome is Outcome.ANSWERED:
        yield from _missing_facts(expect, reply)
        yield from _wrong_figures(expect, reply)
        yield from _members(expect, reply)
        yield from _best(expect, reply)
        yield from _claims(expect, reply)
    yield from _words(expect, reply)
    if expect.intent and reply.intent != expect.intent:
        yield f"intent {reply.intent}, expected {expect.intent}"


def _claims(expect: Expectation, reply: Reply) -> Iterator[str]:
    if expect.faq and not any(f[:2] == (expect.faq, "答案") for f in reply.facts):
        yield f"FAQ not used: {expect.faq}"
    if expect.verdict == "yes" and opening_denies(reply.text):
        yield "says no, expected yes"
    if expect.verdict == "no" and opening_affirms(reply.text):
        yield "says yes, expected no"


def _missing_facts(expect: Expectation, reply: Reply) -> Iterator[str]:
    for fact in expect.facts:
        if not is_among(fact, reply.facts):
            yield f"missing {_line(fact)}"
    for group in expect.any_facts:
        if not any(all(is_among(fact, reply.facts) for fact in choice) for choice in group):
            yield "missing " + " or ".join(_line(choice[0]) for choice in group)
    for fact in expect.facts_not:
        if is_among(fact, reply.facts):
            yield f"must not say {_line(fact)}"


def _wrong_figures(expect: Expectation, reply: Reply) -> Iterator[str]:
    for fact in _unasked(expect, reply):
        if any(same_place(fact, asked) for asked in expect.facts):
            yield f"another figure {_line(fact)}"


def _extras(expect: Expectation, reply: Reply) -> Iterator[str]:
    for fact in _unasked(expect, reply):
        if fact[1] not in _ALONGSIDE:
            yield f"also {_line(fact)}"


def _unasked(expect: Expectation, reply: Reply) -> list[FactKey]:
    if not expect.facts_only:
        return []
    return [fact for fact in reply.facts if not is_among(fact, expect.facts, reverse=True)]


def _members(expect: Expectation, reply: Reply) -> Iterator[str]:
    if expect.count and expect.total not in numbers_in(reply.text):
        yield f"count {expect.total} not said"
    if not expect.members:
        return
    names = shown(reply, (*expect.members, *expect.members_optional, *expect.members_exclude))
    found = [name for name in expect.members if name in names]
    if len(expect.members) <= _FULL_LIST:
        absent = [name for name in expect.members if name not in names]
        if absent:
            yield f"members missing: {'、'.join(absent)}"
    elif len(found) < _SHOWN_OF_LONG_LIST:
        yield f"only {len(found)} of {len(expect.members)} members shown"
    elif not _total_said(expect, reply):
        yield f"total {expect.total} not said"
    strangers = [name for name in names if name in expect.members_exclude]
    if strangers:
        yield f"does not belong: {'、'.join(strangers[:5])}"


def _total_said(expect: Expectation, reply: Reply) -> bool:
    low = len(expect.members)
    said = numbers_in(reply.text)
    return any(n in said for n in range(low, low + len(expect.members_optional) + 1))


def _best(expect: Expectation, reply: Reply) -> Iterator[str]:
    if not expect.best:
        return
    names = shown(reply, (*expect.best, *expect.candidates))[: expect.top]
    wanted = set(expect.best)
    if expect.top == 1 and not (names and names[0] in wanted):
        yield f"first is {names[0] if names else 'nobody'}, expected {'/'.join(expect.best[:3])}"
    if expect.top > 1 and set(names) != wanted:
        yield f"first {expect.top} are {'、'.join(names)}, expected {'、'.join(expect.best)}"


def _words(expect: Expectation, reply: Reply) -> Iterator[str]:
    for word in expect.reply_has:
        if word not in reply.text:
            yield f"reply lacks {word}"
    if expect.reply_any and not any(word in reply.text for word in expect.reply_any):
        yield f"reply has none of {'、'.join(expect.reply_any)}"
    for word in expect.reply_lacks:
        if word in reply.text:
            yield f"reply must not say {word}"


def _line(fact: FactKey) -> str:
    return "·".join(part if len(part) <= 40 else part[:40] + "…" for part in fact)
