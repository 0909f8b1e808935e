"""A graph held in memory: the Snapshot interface over a list of facts, for tests that need no server."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from kg.answering.comparing import holds_in_case, interval, satisfies
from kg.facts import INSTANCE_OF, SUBCLASS_OF, Fact, Qualifier
from kg.ontology import Ontology
from kg.query import Constraint
from kg.store.keyed import KeyRow, key_row
from kg.store.snapshot import RevisionIndex
from kg.values import Kind, Op

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

    def value_kinds(self) -> list[tuple[str, str, str, int]]:
        values = ((f.predicate, f.value) for f in self.facts if f.value is not None)
        counts = Counter((p, v.kind.value, v.unit) for p, v in values)
        return [(p, kind, unit, n) for (p, kind, unit), n in counts.items()]

    def iter_keys(self, counts: Mapping[str, int]) -> Iterator[KeyRow]:
        rows = (key_row(f) for f in self.facts if f.predicate in counts)
        return (row for row in rows if row is not None)

    def relation_counts(self) -> dict[str, int]:
        related = (f.predicate for f in self.facts if f.object_id is not None)
        return dict(Counter(p for p in related if p not in STRUCTURE))

    def iter_qualifier_values(self) -> Iterator[tuple[str, str, str]]:
        rows = ((f.predicate, q.name, q.value.text) for f in self.facts for q in f.qualifiers)
        return iter(dict.fromkeys(rows))

    def facts_of(self, ids: Iterable[str], predicates: Collection[str] | None = None) -> list[Fact]:
        by_subject = self._by_subject
        found = (f for i in dict.fromkeys(ids) for f in by_subject.get(i, ()))
        return [f for f in found if predicates is None or f.predicate in predicates]

    def look_up_in(self, index: RevisionIndex) -> None:
        """Nothing: its own lists are at hand."""

    def members(self, class_ids: Iterable[str], limit: int, offset: int = 0) -> list[tuple[str, str]]:
        wanted = frozenset(class_ids)
        found = {
            f.subject_id: f.subject_name for f in self.facts if f.predicate == INSTANCE_OF and f.object_id in wanted
        }
        return sorted(found.items())[offset : offset + limit]

    def member_ids(self, class_ids: Iterable[str], limit: int) -> list[str]:
        return [i for i, _ in self.members(class_ids, limit)]

    def count_members(self, class_ids: Iterable[str]) -> int:
        return len(self.members(class_ids, len(self.facts)))

    def classes_of(self, ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
        facts = self.facts_of(ids, [INSTANCE_OF])
        return {
            s: tuple(sorted(f.object_id or "" for f in facts if f.subject_id == s))
            for s in {f.subject_id for f in facts}
        }

    def subjects_of(self, predicate: str, object_id: str) -> list[str]:
        return list(
            dict.fromkeys(f.subject_id for f in self.facts if f.predicate == predicate and f.object_id == object_id)
        )

    def ids_where(
        self, predicate: str, constraint: Constraint, *, day: date | None = None, qualifiers: tuple[Qualifier, ...] = ()
    ) -> list[str]:
        if constraint.entity_id:
            related = (f for f in self.facts if f.predicate == predicate and f.object_id is not None)
            unlike = constraint.op is Op.NE
            met = (f for f in related if (f.object_id != constraint.entity_id) is unlike)
            return list(dict.fromkeys(f.subject_id for f in met if day is None or f.holds_on(day)))
        held = (f for f in self.facts if f.predicate == predicate and f.value and (day is None or f.holds_on(day)))
        met = (f for f in held if constraint.value and f.value and satisfies(f.value, constraint.op, constraint.value))
        return list(dict.fromkeys(f.subject_id for f in met if holds_in_case(f, qualifiers)))

    def ids_ordered(
        self,
        predicate: str,
        *,
        descending: bool,
        limit: int,
        offset: int = 0,
        day: date | None = None,
        qualifiers: tuple[Qualifier, ...] = (),
        keep: Callable[[list[str]], Collection[str]] | None = None,
    ) -> list[str]:
        held = (f for f in self.facts if f.predicate == predicate and f.value and f.value.number is not None)
        inside = [f for f in held if (day is None or f.holds_on(day)) and holds_in_case(f, qualifiers)]
        end = 1 if descending else 0
        ranked = sorted(inside, key=lambda f: interval(f.value)[end] if f.value else 0, reverse=descending)
        ids = list(dict.fromkeys(f.subject_id for f in ranked))
        kept = set(ids if keep is None else keep(ids))
        return [i for i in ids if i in kept][offset : offset + limit]

    @cached_property
    def _by_subject(self) -> dict[str, list[Fact]]:
        grouped: dict[str, list[Fact]] = {}
        for fact in self.facts:
            grouped.setdefault(fact.subject_id, []).append(fact)
        return grouped

    def _edges(self, predicate: str) -> Iterator[tuple[str, str]]:
        return ((f.subject_id, f.object_id) for f in self.facts if f.predicate == predicate and f.object_id)
