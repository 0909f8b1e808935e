"""A graph held in memory: the Snapshot interface over a list of facts, for tests that need no server."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from kg.facts import INSTANCE_OF, SUBCLASS_OF, Fact
from kg.ontology import Ontology
from kg.values import Kind

STRUCTURE = (INSTANCE_OF, SUBCLASS_OF)


@dataclass(frozen=True)
class MemorySnapshot:
    """Facts of one revision; entities are whatever the facts and `names` speak of."""

    facts: tuple[Fact, ...]
    declared: Ontology = field(default_factory=Ontology)
    revision: int = 1
    graph_id: str = "memory"

    def ontology(self) -> Ontology:
        return self.declared

    def iter_entities(self) -> Iterator[tuple[str, str]]:
        names: dict[str, str] = {}
        for fact in self.facts:
            names.setdefault(fact.subject_id, fact.subject_name)
            if fact.object_id is not None:
                names.setdefault(fact.object_id, fact.object_name)
        return iter(names.items())

    def iter_instance_edges(self) -> Iterator[tuple[str, str]]:
        return self._edges(INSTANCE_OF)

    def iter_subclass_edges(self) -> Iterator[tuple[str, str]]:
        return self._edges(SUBCLASS_OF)

    def iter_facts(self, predicates: Iterable[str]) -> Iterator[Fact]:
        wanted = frozenset(predicates)
        return (f for f in self.facts if f.predicate in wanted)

    def iter_subject_predicates(self) -> Iterator[tuple[str, str, bool]]:
        rows = ((f.subject_id, f.predicate, f.object_id is not None) for f in self.facts)
        return iter(dict.fromkeys(r for r in rows if r[1] not in STRUCTURE))

    def iter_object_predicates(self) -> Iterator[tuple[str, str]]:
        rows = ((f.object_id, f.predicate) for f in self.facts if f.object_id is not None)
        return iter(dict.fromkeys((o, p) for o, p in rows if p not in STRUCTURE))

    def iter_text_values(self, max_length: int) -> Iterator[tuple[str, str]]:
        values = ((f.predicate, f.value) for f in self.facts if f.value is not None)
        texts = ((p, v.text) for p, v in values if v.kind is Kind.TEXT and len(v.text) <= max_length)
        return iter(dict.fromkeys(texts))

    def _edges(self, predicate: str) -> Iterator[tuple[str, str]]:
        return ((f.subject_id, f.object_id) for f in self.facts if f.predicate == predicate and f.object_id)
