"""Every doubt about a change, in the order in which an editor reads them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from kg.doubts.figures import jumps, strays
from kg.doubts.periods import gaps, outdated
from kg.doubts.scene import Scene
from kg.doubts.things import clashing_aliases, incomplete, orphans
from kg.loading_head import Head
from kg.loading_plan import LoadPlan
from kg.ontology import Ontology
from kg.problems import Problem, limited


def doubts(plan: LoadPlan, head: Head, today: date | None) -> Iterator[Problem]:
    """Warnings about the change of `plan` on `head`; without a day nothing is outdated."""
    ontology = Ontology({**head.ontology().predicates, **{p.name: p for p in plan.delta.predicates}})
    scene = Scene(plan.delta, head, ontology)
    yield from limited(jumps(plan.changes.changed))
    yield from limited(strays(scene))
    yield from limited(clashing_aliases(scene))
    yield from limited(incomplete(scene))
    yield from limited(orphans(scene))
    yield from limited(gaps(scene))
    if today is not None:
        yield from limited(outdated(scene, today))
