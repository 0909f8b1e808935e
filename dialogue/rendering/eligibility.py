"""Eligibility in words: the verdict, each condition with what the customer said of it, and the next question."""

from __future__ import annotations

from dialogue.message import Table
from dialogue.rendering.facts import object_of, spoken
from dialogue.texts import say
from kg.answer import Answer, Judged
from kg.facts import Qualifier
from kg.figures import Locked, Part, compose, computed, from_input, from_name, join
from kg.lexicon.lexicon import Lexicon
from kg.values import Op


def eligibility(answer: Answer, lexicon: Lexicon) -> tuple[Locked, Table | None]:
    """Met, not met, or what is still to be said."""
    judged = answer.judged
    subject = from_name(answer.query.focus[0].name, answer.query.focus[0].id)
    known = any(j.verdict is not None for j in judged)
    lines: list[Part] = [_head(answer, subject, known)]
    lines += [_line(j, known) for j in judged]
    if known:
        lines.append(say("eligible_reserve"))
    question = next_question(answer)
    return join("\n", [*lines, *([question] if question else [])]), None


def _head(answer: Answer, subject: Part, known: bool) -> Locked:
    if answer.verdict is True:
        return say("eligible_yes", subject=subject)
    if answer.verdict is False:
        failed = join("、", (object_of(j.fact) for j in answer.judged if j.verdict is False))
        return say("eligible_no", subject=subject, failed=failed)
    if not known:
        return say("eligible_plain", subject=subject)
    left = sum(j.verdict is None for j in answer.judged)
    return say("eligible_open", subject=subject, count=computed(str(left), "count"))


def _line(judged: Judged, known: bool) -> Locked:
    condition = object_of(judged.fact)
    if judged.verdict is None or judged.said is None:
        return say("condition_open" if known else "condition_plain", condition=condition)
    name = "condition_met" if judged.verdict else "condition_failed"
    return say(name, condition=condition, said=_said(judged.said))


def _said(said: Qualifier) -> Locked:
    """年龄22岁; 信用记录不是良好. What was answered with yes or no repeats the condition."""
    sign = {Op.NE: "不是", Op.EQ: "", Op.ABOUT: "约", Op.RANGE: ""}.get(said.op, spoken(said.op.value))
    return compose(from_name(said.name), sign, from_input(said.value.text))


def next_question(answer: Answer) -> Locked | None:
    """What to say next, one thing; none where the verdict stands."""
    asked = answer.missing[0] if answer.missing else ""
    judged = next((j for j in answer.judged if j.wanted is not None and j.wanted.name == asked), None)
    if judged is None or judged.wanted is None:
        return None
    if judged.wanted.value.number is not None:
        return say("ask_figure", attribute=from_name(asked))
    return say("ask_whether", condition=object_of(judged.fact))
