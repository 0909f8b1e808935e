"""Facts that are over: customers who ask today get no answer from them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from kg.doubts.scene import Scene, doubt
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
