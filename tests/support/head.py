"""A revision held in memory, with the part of kg.store.Snapshot that planning a load reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from kg.facts import INSTANCE_OF, SUBCLASS_OF, Fact
from kg.ontology import Ontology
from kg.query import Constraint


class MemoryHead:
    """Revision 1 made of some facts; revision 0 without any."""

    def __init__(self, facts: Iterable[Fact] = (), ontology: Ontology | None = None) -> None:
        self.facts = list(facts)
        self.revision = 1 if self.facts else 0
        self._ontology = ontology or Ontology()
        self.names = {f.subject_id: f.subject_name for f in self.facts}
        self.names |= {f.object_id: f.object_name for f in self.facts if f.object_id}

    def ontology(self) -> Ontology:
        return self._ontology

    def ids_by_name(self, names: Iterable[str]) -> dict[str, list[str]]:
        wanted = set(names)
        found: dict[str, list[str]] = {}
        for entity_id, name in sorted(self.names.items()):
            if name in wanted:
                found.setdefault(name, []).append(entity_id)
        return found

    def entities(self, ids: Iterable[str]) -> dict[str, str]:
        return {i: self.names[i] for i in ids if i in self.names}

    def classes_of(self, ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
        wanted = set(ids)
        found: dict[str, tuple[str, ...]] = {}
        for fact in self.facts:
            if fact.predicate == INSTANCE_OF and fact.subject_id in wanted and fact.object_id:
                found[fact.subject_id] = (*found.get(fact.subject_id, ()), fact.object_id)
        return found

    def iter_subclass_edges(self) -> Iterator[tuple[str, str]]:
        return ((f.subject_id, f.object_id) for f in self.facts if f.predicate == SUBCLASS_OF and f.object_id)

    def facts_of(self, ids: Iterable[str], predicates: Collection[str] | None = None) -> list[Fact]:
        wanted = set(ids)
        return [f for f in self.facts if f.subject_id in wanted and (predicates is None or f.predicate in predicates)]

    def members(self, class_ids: Iterable[str], limit: int, offset: int = 0) -> list[tuple[str, str]]:
        found = [f for f in self.facts if f.predicate == INSTANCE_OF and f.object_id in set(class_ids)]
        return [(f.subject_id, f.subject_name) for f in found][offset : offset + limit]

    def ids_where(self, predicate: str, constraint: Constraint) -> list[str]:
        wanted = constraint.value.text if constraint.value else None
        return [f.subject_id for f in self.facts if f.predicate == predicate and f.text == wanted]

    def file_subjects(self, files: Iterable[str]) -> dict[str, set[str]]:
        return {name: {f.subject_id for f in self.facts if f.file == name} for name in files}

    def degrees(self, ids: Iterable[str]) -> dict[str, int]:
        counts = Counter(i for f in self.facts for i in {f.subject_id, f.object_id} if i)
        return {i: counts[i] for i in ids if counts[i]}

    def buried(self, ids: Iterable[str]) -> set[str]:
        return set()
