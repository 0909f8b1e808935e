"""Overlay: a revision with a delta laid over it, read as if the delta were published.

What the delta does not touch comes from the base as it is; subjects that it touches are read anew and judged here,
by the rules of the compiled Cypher. So a draft answers, and its lexicon can be built, before anything is written.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Protocol

from kg.answering.comparing import interval, satisfies
from kg.answering.reader import FactReader
from kg.delta import Delta
from kg.fact_key import canonical_qualifiers
from kg.facts import INSTANCE_OF, SUBCLASS_OF, Fact, Qualifier
from kg.lexicon.source import LexiconSource
from kg.ontology import Ontology
from kg.query import Constraint
from kg.store.keyed import KeyRow, key_row
from kg.values import Kind, Op, Value

STRUCTURE = (INSTANCE_OF, SUBCLASS_OF)


class Base(FactReader, LexiconSource, Protocol):
    """The revision below; `kg.store.Snapshot` is one."""


class Overlay:
    """`base` after `delta`, which must have been computed on it. Reads like a snapshot of the next revision."""

    def __init__(self, base: Base, delta: Delta) -> None:
        self._base = base
        self._delta = delta
        self._closed = {f.id for f in delta.closed}
        self._names = {e.id: e.name for e in (*delta.created, *delta.changed)}
        self._renamed = {e.id: e.name for e in delta.changed}
        self._changed_on: dict[str, set[str]] = defaultdict(set)
        for fact in (*delta.added, *delta.closed):
            self._changed_on[fact.predicate].add(fact.subject_id)

    @property
    def revision(self) -> int:
        """The number that publishing would give."""
        return self._delta.base + 1

    @property
    def graph_id(self) -> str:
        """The graph of the base."""
        return self._base.graph_id

    def ontology(self) -> Ontology:
        """Declared predicates."""
        rows = {**self._base.ontology().predicates, **{p.name: p for p in self._delta.predicates}}
        return Ontology({name: row for name, row in sorted(rows.items()) if name not in self._delta.dropped})

    # --- reading facts ---

    def facts_of(self, ids: Iterable[str], predicates: Collection[str] | None = None) -> list[Fact]:
        """Facts with these subjects, all periods."""
        wanted = list(dict.fromkeys(ids))
        kept = [f for f in self._base.facts_of(wanted, predicates) if f.id not in self._closed]
        added = (f for i in wanted for f in self._added.get(i, ()) if predicates is None or f.predicate in predicates)
        return [self._named(f) for f in (*kept, *added)]

    def members(self, class_ids: Iterable[str], limit: int, offset: int = 0) -> list[tuple[str, str]]:
        """(id, name) of direct members of any of the classes, by id."""
        wanted = tuple(class_ids)
        moved = self._moved(wanted)
        found = dict(self._base.members(wanted, limit + offset + len(moved)))
        for member, (_before, after, name) in moved.items():
            found.pop(member, None)
            if after:
                found[member] = name
        named = {i: self._renamed.get(i, name) for i, name in found.items()}
        return sorted(named.items())[offset : offset + limit]

    def member_ids(self, class_ids: Iterable[str], limit: int) -> Sequence[str]:
        """See FactReader."""
        wanted = tuple(class_ids)
        if not self._moved(wanted):
            return self._base.member_ids(wanted, limit)
        return [i for i, _ in self.members(wanted, limit)]

    def count_members(self, class_ids: Iterable[str]) -> int:
        """How many entities are direct members of any of the classes."""
        wanted = tuple(class_ids)
        change = sum(int(after) - int(before) for before, after, _name in self._moved(wanted).values())
        return self._base.count_members(wanted) + change

    def classes_of(self, ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Direct classes by entity id; an entity without a class is left out."""
        wanted = set(ids)
        touched = wanted & self._changed_on[INSTANCE_OF]
        found = self._base.classes_of(wanted - touched)
        classes: dict[str, set[str]] = defaultdict(set)
        for fact in self.facts_of(touched, [INSTANCE_OF]):
            classes[fact.subject_id].add(fact.object_id or "")
        return {**found, **{member: tuple(sorted(ids)) for member, ids in classes.items()}}

    def subjects_of(self, predicate: str, object_id: str) -> list[str]:
        """Subjects with a fact on `predicate` whose object is this entity."""
        touched = self._changed_on.get(predicate, set())
        kept = [s for s in self._base.subjects_of(predicate, object_id) if s not in touched]
        again = (f.subject_id for f in self.facts_of(touched, [predicate]) if f.object_id == object_id)
        return list(dict.fromkeys((*kept, *again)))

    def ids_where(
        self, predicate: str, constraint: Constraint, *, day: date | None = None, qualifiers: tuple[Qualifier, ...] = ()
    ) -> list[str]:
        """Subjects with a fact on `predicate` that meets the constraint."""
        touched = self._changed_on.get(predicate, set())
        kept = [
            s for s in self._base.ids_where(predicate, constraint, day=day, qualifiers=qualifiers) if s not in touched
        ]
        again = (f.subject_id for f in self._held(touched, predicate, day, qualifiers) if _meets(f, constraint))
        return list(dict.fromkeys((*kept, *again)))

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
        """See FactReader."""
        touched = self._changed_on.get(predicate, set())
        wanted = limit + offset + len(touched)
        found = self._base.ids_ordered(
            predicate, descending=descending, limit=wanted, day=day, qualifiers=qualifiers, keep=keep
        )
        if not touched:
            return found[offset : offset + limit]
        ids = [*(s for s in found if s not in touched), *(touched if keep is None else keep(list(touched)))]
        figures: dict[str, Decimal] = {}
        for fact in self._held(ids, predicate, day, qualifiers):
            if fact.value is not None and fact.value.number is not None:
                end = interval(fact.value)[1 if descending else 0]
                known = figures.get(fact.subject_id, end)
                figures[fact.subject_id] = max(known, end) if descending else min(known, end)
        ranked = sorted((i for i in dict.fromkeys(ids) if i in figures), key=lambda i: figures[i], reverse=descending)
        return ranked[offset : offset + limit]

    # --- reading through, for the lexicon ---

    def iter_entities(self) -> Iterator[tuple[str, str]]:
        """(id, name) of every entity and class."""
        gone, fresh = set(self._delta.withdrawn), dict(self._names)
        for entity_id, name in self._base.iter_entities():
            if entity_id not in gone:
                yield entity_id, fresh.pop(entity_id, name)
        yield from fresh.items()

    def iter_instance_edges(self) -> Iterator[tuple[str, str]]:
        """(member id, class id) of every 实例 fact."""
        return self._edges(INSTANCE_OF, self._base.iter_instance_edges())

    def iter_subclass_edges(self) -> Iterator[tuple[str, str]]:
        """(class id, superclass id) of every 上位类 fact."""
        return self._edges(SUBCLASS_OF, self._base.iter_subclass_edges())

    def iter_facts(self, predicates: Iterable[str]) -> Iterator[Fact]:
        """The facts of some predicates."""
        wanted = frozenset(predicates)
        for fact in self._base.iter_facts(wanted):
            if fact.id not in self._closed:
                yield self._named(fact)
        yield from (self._named(f) for f in self._delta.added if f.predicate in wanted)

    def iter_subject_predicates(self) -> Iterator[tuple[str, str, bool]]:
        """Distinct (subject id, predicate, object is an entity), 实例 and 上位类 left out."""
        touched = set().union(*self._changed_on.values())
        yield from (row for row in self._base.iter_subject_predicates() if row[0] not in touched)
        rows = ((f.subject_id, f.predicate, f.object_id is not None) for f in self.facts_of(touched))
        yield from dict.fromkeys(row for row in rows if row[1] not in STRUCTURE)

    def iter_object_predicates(self) -> Iterator[tuple[str, str]]:
        """Distinct (object id, predicate) of facts between entities, 实例 and 上位类 left out."""
        moved = dict.fromkeys(
            (f.object_id, f.predicate)
            for f in (*self._delta.closed, *self._delta.added)
            if f.object_id is not None and f.predicate not in STRUCTURE
        )
        yield from (row for row in self._base.iter_object_predicates() if row not in moved)
        for object_id, predicate in moved:
            if self.subjects_of(predicate, object_id):
                yield object_id, predicate

    def iter_text_values(self, max_length: int) -> Iterator[tuple[str, str]]:
        """Distinct (predicate, text) of text literals no longer than `max_length` characters."""
        moved = dict.fromkeys(
            (f.predicate, f.value.text)
            for f in (*self._delta.closed, *self._delta.added)
            if f.value is not None and f.value.kind is Kind.TEXT and len(f.value.text) <= max_length
        )
        yield from (row for row in self._base.iter_text_values(max_length) if row not in moved)
        for predicate, text in moved:
            if self.ids_where(predicate, Constraint(predicate, Op.EQ, Value(text, Kind.TEXT))):
                yield predicate, text

    def iter_qualifier_values(self) -> Iterator[tuple[str, str, str]]:
        """Distinct (predicate, qualifier name, qualifier text)."""
        lost = {f.predicate for f in self._delta.closed if f.qualifiers}
        kept = (row for row in self._base.iter_qualifier_values() if row[0] not in lost)
        again = (f for f in self.iter_facts(lost) if f.qualifiers) if lost else iter(())
        added = (f for f in self._delta.added if f.predicate not in lost)
        rows = ((f.predicate, q.name, q.value.text) for f in (*again, *added) for q in f.qualifiers)
        yield from dict.fromkeys((*kept, *rows))

    def value_kinds(self) -> list[tuple[str, str, str, int]]:
        """(predicate, kind, unit, how many literals) of all literals."""
        counts = Counter({(p, kind, unit): n for p, kind, unit, n in self._base.value_kinds()})
        for fact, more in self._changes():
            if fact.value is not None:
                counts[fact.predicate, fact.value.kind.value, fact.value.unit] += more
        return [(*key, n) for key, n in counts.items() if n > 0]

    def iter_keys(self, counts: Mapping[str, int]) -> Iterator[KeyRow]:
        """Of each literal of some predicates, what a reading asks about."""
        closed = Counter(key_row(f) for f in self._delta.closed if f.predicate in counts)
        for row in self._base.iter_keys(counts):
            if closed[row]:
                closed[row] -= 1
            else:
                yield row
        added = (key_row(f) for f in self._delta.added if f.predicate in counts)
        yield from (row for row in added if row is not None)

    def relation_counts(self) -> dict[str, int]:
        """How many facts between entities each predicate has, 实例 and 上位类 left out."""
        counts = Counter(self._base.relation_counts())
        for fact, more in self._changes():
            if fact.object_id is not None and fact.predicate not in STRUCTURE:
                counts[fact.predicate] += more
        return {predicate: n for predicate, n in counts.items() if n > 0}

    # --- parts ---

    def _changes(self) -> Iterator[tuple[Fact, int]]:
        """Every fact that the delta brings (1) or ends (-1)."""
        yield from ((f, 1) for f in self._delta.added)
        yield from ((f, -1) for f in self._delta.closed)

    @cached_property
    def _added(self) -> dict[str, list[Fact]]:
        grouped: dict[str, list[Fact]] = defaultdict(list)
        for fact in self._delta.added:
            grouped[fact.subject_id].append(fact)
        return grouped

    def _named(self, fact: Fact) -> Fact:
        """The fact with the names that its ends have after the delta."""
        subject = self._renamed.get(fact.subject_id, fact.subject_name)
        target = self._renamed.get(fact.object_id or "", fact.object_name)
        if (subject, target) == (fact.subject_name, fact.object_name):
            return fact
        return replace(fact, subject_name=subject, object_name=target)

    def _held(
        self, subjects: Iterable[str], predicate: str, day: date | None, qualifiers: tuple[Qualifier, ...]
    ) -> list[Fact]:
        """Facts of the subjects on the predicate that hold on the day and have each of the qualifiers."""
        wanted = {canonical_qualifiers((q,)) for q in qualifiers}
        return [
            f
            for f in self.facts_of(subjects, [predicate])
            if (day is None or f.holds_on(day)) and wanted <= {canonical_qualifiers((q,)) for q in f.qualifiers}
        ]

    def _moved(self, class_ids: Collection[str]) -> dict[str, tuple[bool, bool, str]]:
        """Subjects whose membership in the classes the delta touches: whether before, whether after, and the name."""
        changes = [f for f in (*self._delta.added, *self._delta.closed) if f.predicate == INSTANCE_OF]
        names = {f.subject_id: f.subject_name for f in changes if f.object_id in class_ids}
        if not names:
            return {}
        wanted = set(class_ids)
        before, after = self._base.classes_of(names), self.classes_of(names)
        return {
            i: (bool(wanted & set(before.get(i, ()))), bool(wanted & set(after.get(i, ()))), self._names.get(i, name))
            for i, name in names.items()
        }

    def _edges(self, predicate: str, base: Iterator[tuple[str, str]]) -> Iterator[tuple[str, str]]:
        touched = self._changed_on.get(predicate, set())
        yield from (edge for edge in base if edge[0] not in touched)
        again = ((f.subject_id, f.object_id or "") for f in self.facts_of(touched, [predicate]))
        yield from dict.fromkeys(again)


def _meets(fact: Fact, constraint: Constraint) -> bool:
    if constraint.entity_id:
        same = fact.object_id == constraint.entity_id
        return fact.object_id is not None and (same if constraint.op is not Op.NE else not same)
    if fact.value is None:
        return False
    if constraint.value is None:
        return True
    op = constraint.value.op if constraint.op is Op.EQ else constraint.op
    return satisfies(fact.value, op, constraint.value) is True
