"""Facts that are over, and days between two periods on which nothing is said: customers get no answer for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from kg.doubts.scene import Scene, doubt
from kg.fact_key import group_key
from kg.facts import Fact
from kg.problems import Problem


def outdated(scene: Scene, today: date) -> Iterator[Problem]:
    """A warning for every new fact that has ended while nothing else is said on its attribute from then on."""
    over = [
        f
        for f in scene.delta.added
        if f.valid_to is not None and f.valid_to < today and not scene.ontology.get(f.predicate).many
    ]
    if not over:
        return
    last: dict[tuple[str, str], date] = {}
    for fact in scene.after({f.subject_id for f in over}, {f.predicate for f in over}):
        key = fact.subject_id, fact.predicate
        last[key] = max(last.get(key, date.min), fact.valid_to or date.max)
    for fact in over:
        if fact.valid_to is not None and last[fact.subject_id, fact.predicate] == fact.valid_to:
            what = f"「{fact.subject_name}」的「{fact.predicate}」到 {fact.valid_to} 已经失效，之后没有接续的值"
            yield doubt(fact, "valid_to", fact.valid_to.isoformat(), what, "补上现在的一行，或改正失效日")


def gaps(scene: Scene) -> Iterator[Problem]:
    """A warning for every gap that the change leaves between a period of its own and one of the graph; gaps between
    two rows of the loaded files are found when these are checked."""
    new = [f for f in scene.delta.added if not scene.ontology.get(f.predicate).many]
    dated = [f for f in new if f.valid_from is not None or f.valid_to is not None]
    if not dated:
        return
    own = {f.file for f in new}
    cases: dict[tuple[str, str, str], list[Fact]] = defaultdict(list)
    wanted = {group_key(f) for f in dated}
    for fact in scene.after({f.subject_id for f in dated}, {f.predicate for f in dated}):
        if (key := group_key(fact)) in wanted:
            cases[key].append(fact)
    for facts in cases.values():
        yield from _gaps_of(sorted(facts, key=lambda f: f.valid_from or date.min), own)


def _gaps_of(facts: list[Fact], own: set[str]) -> Iterator[Problem]:
    """Between facts of one case, by their first day, where just one side of the gap stands in the loaded files."""
    last = facts[0]
    for fact in facts[1:]:
        start, until = fact.valid_from or date.min, last.valid_to or date.max
        if until < date.max and start > until + timedelta(days=1) and (fact.file in own) != (last.file in own):
            row = fact if fact.file in own else last
            what = f"「{row.subject_name}」的「{row.predicate}」从 {until} 之后到 {start} 之前没有值"
            column, value = ("valid_from", start) if row is fact else ("valid_to", until)
            yield doubt(row, column, value.isoformat(), what, "补上中间的一行，或把前后两段的日期接上")
        last = max(last, fact, key=lambda f: f.valid_to or date.max)
