"""Snapshot: what is read of one revision. Parameters only, read mode, deadline and row cap on every call."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Any, Protocol

from kg.facts import Fact, Qualifier
from kg.query import Constraint
from kg.store.compiler import Statement, related, subjects_where
from kg.store.leading import Part, first_by_figure
from kg.store.readings import Narrowing, Reading, readings
from kg.store.records import (
    FACT_COLUMNS,
    fact_from_row,
    name_at,
    stands_at,
)
from kg.store.scans import ALL_TYPES, STANDS, Scans, types_of

_ID_BATCH = 2_000


class LiteralIndex(Protocol):
    """What has the literals of some predicates at hand; each look-up gives None where it has not."""

    def subjects(self, reading: Reading) -> list[str] | None:
        """Ids of the subjects of a reading, each once."""

    def by_figure(self, predicate: str, narrowing: Narrowing, *, descending: bool) -> Iterator[str] | None:
        """Subjects in the order of their figures; one with several comes again."""


class RevisionIndex(Protocol):
    """What knows members and literals of one revision (kg.lexicon.lexicon.Lexicon)."""

    graph_id: str
    revision: int

    @property
    def literals(self) -> LiteralIndex | None:
        """Those of predicates with many, None where no predicate has."""

    def members_of(self, class_ids: tuple[str, ...]) -> tuple[str, ...]:
        """Ids of the direct members of any of the classes, in order."""

    def name_of(self, entity_id: str) -> str:
        """The name in this revision."""


class Snapshot(Scans):
    """A view of one revision. Two snapshots of a revision read the same, whatever is published meanwhile.

    Facts of every period are given; who asks for a day filters with `Fact.holds_on` or passes `day`.
    `timeout` (seconds) and `cap` (rows) hold per statement: GraphTimeout and RowCapExceeded.
    """

    _index: RevisionIndex | None = None

    def look_up_in(self, index: RevisionIndex) -> None:
        """Has members of classes and subjects by constraint or figure looked up in an index from now on, if it is of
        this very revision: it has them at hand, and an engine would walk each edge of a class and open each literal,
        which takes seconds for a hundred thousand."""
        if (index.graph_id, index.revision) == (self._graph_id, self._revision):
            self._index = index

    def facts_of(self, ids: Iterable[str], predicates: Collection[str] | None = None) -> list[Fact]:
        """Facts with these subjects, all periods, class membership included; on some predicates only if given."""
        types = ALL_TYPES if predicates is None else types_of(predicates)
        on = "" if predicates is None else "r.predicate IN $predicates AND "
        statement = f"UNWIND $ids AS id MATCH (s:Entity {{id: id}})-[r:{types}]->(o) WHERE {on}{STANDS}"
        return self._facts(statement, ids, predicates)

    def facts_to(self, ids: Iterable[str], predicates: Collection[str] | None = None) -> list[Fact]:
        """Facts whose object is one of these entities; without `predicates`, class membership is left out."""
        types = "FACT" if predicates is None else types_of(predicates)
        on = "" if predicates is None else "r.predicate IN $predicates AND "
        statement = f"UNWIND $ids AS id MATCH (o:Entity {{id: id}})<-[r:{types}]-(s:Entity) WHERE {on}{STANDS}"
        return self._facts(statement, ids, predicates)

    def entities(self, ids: Iterable[str]) -> dict[str, str]:
        """Names by id, of those that stand in this revision."""
        found: dict[str, str] = {}
        statement = "UNWIND $ids AS id MATCH (e:Entity {id: id}) RETURN e.id, e.name, e.rev_from, e.rev_to, e.past"
        for batch in _batches(ids):
            for entity_id, name, rev_from, rev_to, past in self._rows(statement, {"ids": batch}):
                if stands_at(rev_from, rev_to, past, self._revision):
                    found[entity_id] = name_at(name, rev_from, past, self._revision)
        return found

    def ids_by_name(self, names: Iterable[str]) -> dict[str, list[str]]:
        """Ids of the entities that have one of these names at head or had it when they were withdrawn."""
        found: dict[str, list[str]] = {}
        statement = (
            "UNWIND $ids AS name MATCH (e:Entity {name: name}) RETURN e.id, e.name, e.rev_from, e.rev_to, e.past"
        )
        for batch in _batches(names):
            for entity_id, name, rev_from, rev_to, past in self._rows(statement, {"ids": batch}):
                if stands_at(rev_from, rev_to, past, self._revision):
                    found.setdefault(name_at(name, rev_from, past, self._revision), []).append(entity_id)
        return {name: sorted(ids) for name, ids in found.items()}

    def classes_of(self, ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Direct classes by entity id; an entity without a class is left out."""
        return self._edges("INSTANCE_OF", ids)

    def superclasses(self, ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Direct superclasses by class id; a class without one is left out."""
        return self._edges("SUBCLASS_OF", ids)

    def members(self, class_ids: Iterable[str], limit: int, offset: int = 0) -> list[tuple[str, str]]:
        """(id, name) of direct members of any of the classes, by id; pass descendants to have them all."""
        wanted = tuple(class_ids)
        if self._index is not None:
            page = self._index.members_of(wanted)[offset : offset + limit]
            return [(i, self._index.name_of(i)) for i in page]
        statement = Statement(
            "UNWIND $ids AS class MATCH (c:Entity {id: class})<-[r:INSTANCE_OF]-(s:Entity) "
            f"WHERE {STANDS} WITH DISTINCT s.id AS id, s.name AS name, s.rev_from AS since, s.past AS past "
            "ORDER BY id SKIP $offset LIMIT $limit RETURN collect([id, name, since, past])",
            {"ids": list(wanted), "offset": offset, "limit": limit},
        )

        def read() -> list[tuple[str, str]]:
            rows = self._gathered(statement)
            return [(i, name_at(name, since, past, self._revision)) for i, name, since, past in rows]

        return self._cache.get((self._revision, "members", wanted, limit, offset), read)

    def member_ids(self, class_ids: Iterable[str], limit: int) -> Sequence[str]:
        """Ids alone of what `members` gives: no name is looked up."""
        wanted = tuple(class_ids)
        if self._index is not None:
            return self._index.members_of(wanted)[:limit]
        return [i for i, _ in self.members(wanted, limit)]

    def count_members(self, class_ids: Iterable[str]) -> int:
        """How many entities are direct members of any of the classes."""
        wanted = tuple(class_ids)
        if self._index is not None:
            return len(self._index.members_of(wanted))
        statement = (
            "UNWIND $ids AS id MATCH (c:Entity {id: id})<-[r:INSTANCE_OF]-(s:Entity) "
            f"WHERE {STANDS} RETURN count(DISTINCT s.id)"
        )
        key = (self._revision, "count", wanted)
        return int(self._cache.get(key, lambda: list(self._rows(statement, {"ids": list(wanted)})[0]))[0])

    def ids_where(
        self,
        predicate: str,
        constraint: Constraint,
        *,
        day: date | None = None,
        qualifiers: tuple[Qualifier, ...] = (),
    ) -> list[str]:
        """Subjects with a fact on `predicate` that meets the constraint; semantics in kg.store.readings.

        `day` leaves out facts that don't hold on it; a fact must have each of `qualifiers` as it stands.
        `≠` gives subjects with another value or object, even where they have the named one as well.
        """

        def read() -> list[str]:
            if constraint.entity_id:
                return self._gathered(related(predicate, constraint.entity_id, day, constraint.op))
            found: dict[str, None] = {}
            for reading in readings(predicate, constraint, Narrowing(day, qualifiers)):
                found.update(dict.fromkeys(self._subjects(reading)))
            return list(found)

        return self._cache.get((self._revision, predicate, constraint, day, qualifiers), read)

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
        """Subjects by their figure, lower ends ascending or upper ends descending, each once.

        `keep` says which of some ids may be in the answer (members of a class); reading goes on until
        enough of them are found.
        """
        wanted = offset + limit
        narrowing = Narrowing(day, qualifiers)
        literals = None if self._index is None else self._index.literals
        ranked = None if literals is None else literals.by_figure(predicate, narrowing, descending=descending)
        if ranked is not None:
            return _first_kept(ranked, wanted, keep)[offset:]
        count = min(max(4 * wanted, 64), self._cap)
        while True:
            found, complete = self._first_by_figure(predicate, descending, count, narrowing)
            kept = set(found if keep is None else keep(found))
            answer = [subject for subject in found if subject in kept][:wanted]
            if len(answer) == wanted or complete or count == self._cap:
                return answer[offset:]
            count = min(count * 8, self._cap)

    def _subjects(self, reading: Reading) -> list[str]:
        literals = None if self._index is None else self._index.literals
        found = None if literals is None else literals.subjects(reading)
        return self._gathered(subjects_where(reading)) if found is None else found

    def _first_by_figure(
        self, predicate: str, descending: bool, count: int, narrowing: Narrowing
    ) -> tuple[list[str], bool]:
        """Subjects of at least the first `count` literals in order, and whether these are all there are."""

        def read() -> list[Any]:
            parts = first_by_figure(self._rows, predicate, descending=descending, count=count, narrowing=narrowing)
            return [all(part.edge is None for part in parts), *_in_order(parts, descending)]

        complete, *found = self._cache.get((self._revision, predicate, descending, count, narrowing), read)
        return found, complete

    def subjects_of(self, predicate: str, object_id: str) -> list[str]:
        """Subjects with a fact on `predicate` whose object is this entity."""
        return self._gathered(related(predicate, object_id))

    def degrees(self, ids: Iterable[str]) -> dict[str, int]:
        """How many standing facts have each of these entities as subject or object; those without any left out."""
        statement = (
            f"UNWIND $ids AS id MATCH (e:Entity {{id: id}})-[r:{ALL_TYPES}]-() WHERE {STANDS} RETURN id, count(r)"
        )
        return {row[0]: row[1] for batch in _batches(ids) for row in self._rows(statement, {"ids": batch})}

    def buried(self, ids: Iterable[str]) -> set[str]:
        """Those of the ids that the graph has a node for although they don't stand in this revision."""
        statement = "UNWIND $ids AS id MATCH (e:Entity {id: id}) RETURN e.id, e.rev_from, e.rev_to, e.past"
        rows = (row for batch in _batches(ids) for row in self._rows(statement, {"ids": batch}))
        return {row[0] for row in rows if not stands_at(row[1], row[2], row[3], self._revision)}

    def file_subjects(self, files: Iterable[str]) -> dict[str, set[str]]:
        """Subject ids by file that some load of the file brought facts for; some may have none any more."""
        statement = (
            "UNWIND $ids AS file MATCH (n:FileSubjects {file: file}) WHERE n.rev_from <= $revision "
            "RETURN n.file, n.subjects"
        )
        found: dict[str, set[str]] = {}
        for batch in _batches(files):
            for name, subjects in self._rows(statement, {"ids": batch}):
                found.setdefault(name, set()).update(subjects)
        return found

    def _facts(self, matched: str, ids: Iterable[str], predicates: Collection[str] | None) -> list[Fact]:
        facts: list[Fact] = []
        for batch in _batches(ids):
            params = {"ids": batch, "predicates": list(predicates or ())}
            rows = self._gathered(
                Statement(f"{matched} WITH s, r, o LIMIT $cap RETURN collect([{FACT_COLUMNS}])", params)
            )
            facts.extend(fact_from_row(row, self._revision) for row in rows)
        return facts

    def _edges(self, kind: str, ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
        statement = (
            f"UNWIND $ids AS id MATCH (s:Entity {{id: id}})-[r:{kind}]->(c:Entity) "
            f"WHERE {STANDS} RETURN DISTINCT s.id, c.id"
        )
        found: dict[str, set[str]] = {}
        for batch in _batches(ids):
            for member, cls in self._rows(statement, {"ids": batch}):
                found.setdefault(member, set()).add(cls)
        return {member: tuple(sorted(classes)) for member, classes in found.items()}


def _first_kept(ranked: Iterator[str], wanted: int, keep: Callable[[list[str]], Collection[str]] | None) -> list[str]:
    """The first `wanted` of some subjects that come in order, each once, as far as `keep` lets them in."""
    found: dict[str, None] = {}
    size = max(4 * wanted, 64)
    while len(found) < wanted and (page := list(dict.fromkeys(islice(ranked, size)))):
        kept = set(page if keep is None else keep(page))
        found.update(dict.fromkeys(subject for subject in page if subject in kept))
        size *= 8
    return list(found)[:wanted]


def _in_order(parts: list[Part], descending: bool) -> list[str]:
    """Subjects of (subject, key) rows in order of key, each once, as far as every part was read."""
    keyed = sorted(((str(key), str(subject)) for part in parts for subject, key in part.rows), reverse=descending)
    cut = [part.edge for part in parts if part.edge is not None]
    if cut:
        # Behind the end of a part that was cut short, rows of that part are missing between those of the other.
        edge = max(cut) if descending else min(cut)
        keyed = [pair for pair in keyed if (pair[0] >= edge if descending else pair[0] <= edge)]
    return list(dict.fromkeys(subject for _key, subject in keyed))


def _batches(ids: Iterable[str]) -> Iterator[list[str]]:
    unique = list(dict.fromkeys(ids))
    for start in range(0, len(unique), _ID_BATCH):
        yield unique[start : start + _ID_BATCH]
