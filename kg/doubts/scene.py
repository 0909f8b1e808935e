"""A change with what it lies in: the classes of what it touches, and the facts that stand afterwards."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property

from kg.delta import Delta
from kg.facts import INSTANCE_OF, SUBCLASS_OF, Fact
from kg.loading_head import Head
from kg.ontology import Ontology
from kg.problems import Problem, Severity
from kg.reader.rows import shown


@dataclass(frozen=True)
class Scene:
    """`delta` on `head`, read under the ontology that holds afterwards."""

    delta: Delta
    head: Head
    ontology: Ontology

    @cached_property
    def classes(self) -> dict[str, tuple[str, ...]]:
        """Direct classes, after the change, of every subject that it gives facts."""
        subjects = {f.subject_id for f in self.delta.added}
        known = self.head.classes_of(subjects) if self.head.revision else {}
        found = {i: dict.fromkeys(classes) for i, classes in known.items()}
        for fact in self.delta.closed:
            if fact.predicate == INSTANCE_OF:
                found.get(fact.subject_id, {}).pop(fact.object_id or "", None)
        for fact in self.delta.added:
            if fact.predicate == INSTANCE_OF and fact.object_id:
                found.setdefault(fact.subject_id, {})[fact.object_id] = None
        return {i: tuple(classes) for i, classes in found.items()}

    @cached_property
    def _parents(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        edges = self.head.iter_subclass_edges() if self.head.revision else ()
        for child, parent in edges:
            found[child].add(parent)
        for fact in self.delta.added:
            if fact.predicate == SUBCLASS_OF and fact.object_id:
                found[fact.subject_id].add(fact.object_id)
        return found

    def above(self, classes: Iterable[str]) -> set[str]:
        """The classes and all that stand above them."""
        seen = set(classes)
        open_ends = list(seen)
        while open_ends:
            fresh = self._parents.get(open_ends.pop(), set()) - seen
            seen |= fresh
            open_ends.extend(fresh)
        return seen

    def after(self, ids: Collection[str], predicates: Collection[str]) -> list[Fact]:
        """Facts of the ids on some predicates that stand once the change is published."""
        closed = {f.id for f in self.delta.closed}
        kept = self.head.facts_of(ids, predicates) if self.head.revision and ids else []
        added = (f for f in self.delta.added if f.predicate in predicates and f.subject_id in ids)
        return [*(f for f in kept if f.id not in closed), *added]


def doubt(fact: Fact, column: str, value: str, what: str, remedy: str) -> Problem:
    """A warning at the row of a fact."""
    return Problem(Severity.WARNING, fact.file, fact.line, shown(column), value, what, remedy)
