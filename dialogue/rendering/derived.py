"""Figures worked out from others of the same thing in words: growth, ratios, sums over years, the best of its years."""

from __future__ import annotations

from dialogue.message import Table
from dialogue.rendering.calculation import line_of
from dialogue.rendering.facts import case_of, object_of, period_of
from dialogue.texts import say
from kg.answer import Answer
from kg.figures import Locked, Part, compose, computed, from_name, join
from kg.lexicon.lexicon import Lexicon
from kg.query import Ask

DERIVED = frozenset({Ask.GROWTH, Ask.RATIO, Ask.SUM, Ask.AVERAGE, Ask.DIFFERENCE, Ask.BEST})
"""Questions whose missing figures are named with their own time."""


def derived(answer: Answer, lexicon: Lexicon) -> tuple[Locked, Table | None]:
    """Each result with its formula, by thing, and what was missing for others."""
    lines: list[Part] = []
    told = ""
    for item in answer.worked:
        if item.entity_id != told:
            lines.append(compose(from_name(item.name, item.entity_id), "："))
            told = item.entity_id
        lines.extend(compose("· ", line_of(line)) for line in item.lines)
    about = join("、", (from_name(e.name, e.id) for e in answer.query.focus))
    lines.extend(say("unknown_value", subject=about, predicate=from_name(m)) for m in answer.missing)
    return join("\n", lines), None


def of_periods(answer: Answer) -> Locked:
    """In which year a figure was highest or lowest."""
    order = answer.query.order
    assert order is not None
    subject = answer.query.focus[0]
    direction = say("highest" if order.descending else "lowest")
    years = join("、", (compose(case_of(f) or period_of(f), "：", object_of(f)) for f in answer.facts))
    parts = {"subject": from_name(subject.name, subject.id), "predicate": from_name(order.predicate)}
    return say("best_year", **parts, direction=direction, years=years, count=computed(str(answer.total), "count"))


def differing(answer: Answer) -> Locked:
    """How far two things lie apart."""
    subject = join("、", (from_name(e.name, e.id) for e in answer.query.focus))
    found = answer.computed[0]
    figure = computed(found.value.text, found.formula, found.operands)
    return say("differing", subject=subject, predicate=from_name(answer.query.predicates[0]), figure=figure)
