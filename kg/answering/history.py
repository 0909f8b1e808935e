"""HISTORY: what a figure was in all its periods, and when it last rose or fell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

from kg.answer import Answer, Outcome
from kg.answering.resolve import Spoken, View, in_case
from kg.facts import Fact
from kg.query import Query


def history(query: Query, view: View) -> Answer:
    """All facts of the predicates in order of their first day; with `order` the last change in its direction, as the
    two facts before and after it. `total` is the number of changes shown."""
    spoken = Spoken(view, (e.id for e in query.focus), query.predicates)
    facts: list[Fact] = []
    for entity in query.focus:
        for predicate in query.predicates:
            facts.extend(in_case(spoken.any_time(entity.id, predicate), query.qualifiers))
    answer = Answer(query, Outcome.ANSWERED, view.reader.revision, view.today)
    if not facts:
        return replace(answer, outcome=Outcome.UNANSWERABLE, missing=query.predicates)
    changes = _changes(facts)
    if query.order is not None:
        rising = [c for c in changes if _direction(c) == (1 if query.order.descending else -1)]
        past = [c for c in rising if (c[1].valid_from or date.min) <= view.today] or rising
        return replace(answer, facts=tuple(past[-1]) if past else tuple(_sorted(facts)), total=len(past[-1:]))
    return replace(answer, facts=tuple(_sorted(facts)), total=len(changes))


def _sorted(facts: Sequence[Fact]) -> list[Fact]:
    return sorted(facts, key=lambda f: (str(f.qualifiers), f.valid_from or date.min))


def _changes(facts: Sequence[Fact]) -> list[tuple[Fact, Fact]]:
    """Neighbouring facts of one case whose figures differ, by the day of the change."""
    pairs = [(a, b) for a, b in pairwise(_sorted(facts)) if _same_case(a, b) and a.text != b.text]
    return sorted(pairs, key=lambda p: p[1].valid_from or date.min)


def _same_case(one: Fact, other: Fact) -> bool:
    return (one.subject_id, one.predicate, one.qualifiers) == (other.subject_id, other.predicate, other.qualifiers)


def _direction(change: tuple[Fact, Fact]) -> int:
    """1 where the figure rose, -1 where it fell, 0 where that can't be said; ranges by their lower, then upper end."""
    before, after = change[0].value, change[1].value
    if before is None or after is None or before.number is None or after.number is None:
        return 0
    one, other = (before.number, before.number_to or before.number), (after.number, after.number_to or after.number)
    return (other > one) - (other < one)
