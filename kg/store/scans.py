"""Reading a whole revision as a stream: for building lexicons, for exports, for comparisons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from kg.delta_json import predicate_from_spec
from kg.facts import Fact
from kg.graph_errors import RowCapExceeded
from kg.ontology import Ontology
from kg.store.compiler import Statement
from kg.store.connection import PATIENT_S, READ_TIMEOUT_S, ROW_CAP, Connection, Row
from kg.store.id_cache import IdCache
from kg.store.keyed import COLUMNS, KeyRow
from kg.store.records import FACT_COLUMNS, fact_from_row, name_at, qualifiers_from, relationship_type, stands_at

STANDS = "r.rev_from <= $revision AND r.rev_to > $revision"
LISTED = 150_000
"""Literals that an engine may hold as one list: some 50 MB of it."""
ALL_TYPES = "FACT|INSTANCE_OF|SUBCLASS_OF"


class Scans:
    """One pinned revision, read through from end to end; `kg.store.snapshot.Snapshot` adds looking things up."""

    def __init__(
        self,
        connection: Connection,
        graph_id: str,
        revision: int,
        *,
        timeout: float = READ_TIMEOUT_S,
        cap: int = ROW_CAP,
        cache: IdCache | None = None,
    ) -> None:
        self._connection = connection
        self._graph_id = graph_id
        self._revision = revision
        self._timeout = timeout
        self._cap = cap
        self._cache = cache or IdCache()

    @property
    def revision(self) -> int:
        """The pinned revision."""
        return self._revision

    @property
    def graph_id(self) -> str:
        """The id of the graph that the revision number belongs to."""
        return self._graph_id

    def ontology(self) -> Ontology:
        """Declared predicates of the revision."""
        rows = self._rows(
            "MATCH (r:Predicate) WHERE r.rev_from <= $revision AND r.rev_to > $revision RETURN r.spec", {}
        )
        found = [predicate_from_spec(row[0]) for row in rows]
        return Ontology({p.name: p for p in sorted(found, key=lambda p: p.name)})

    def iter_entities(self) -> Iterator[tuple[str, str]]:
        """(id, name) of every entity and class."""
        statement = "MATCH (e:Entity) RETURN e.id, e.name, e.rev_from, e.rev_to, e.past"
        for entity_id, name, rev_from, rev_to, past in self._stream(statement):
            if stands_at(rev_from, rev_to, past, self._revision):
                yield entity_id, name_at(name, rev_from, past, self._revision)

    def iter_instance_edges(self) -> Iterator[tuple[str, str]]:
        """(member id, class id) of every 实例 fact in the revision."""
        yield from self._pairs("INSTANCE_OF")

    def iter_subclass_edges(self) -> Iterator[tuple[str, str]]:
        """(class id, superclass id) of every 上位类 fact in the revision."""
        yield from self._pairs("SUBCLASS_OF")

    def iter_facts(self, predicates: Iterable[str] | None = None) -> Iterator[Fact]:
        """The facts of some predicates, or all of them."""
        wanted = None if predicates is None else list(predicates)
        types = ALL_TYPES if wanted is None else types_of(wanted)
        on = "" if wanted is None else "r.predicate IN $predicates AND "
        statement = f"MATCH (s:Entity)-[r:{types}]->(o) WHERE {on}{STANDS} RETURN {FACT_COLUMNS}"
        for row in self._stream(statement, {"predicates": wanted or []}):
            yield fact_from_row(row, self._revision)

    def iter_subject_predicates(self) -> Iterator[tuple[str, str, bool]]:
        """Distinct (subject id, predicate, object is an entity), 实例 and 上位类 left out."""
        for target, flag in (("Literal", False), ("Entity", True)):
            statement = f"MATCH (s:Entity)-[r:FACT]->(o:{target}) WHERE {STANDS} RETURN DISTINCT s.id, r.predicate"
            for subject, predicate in self._stream(statement):
                yield subject, predicate, flag

    def iter_object_predicates(self) -> Iterator[tuple[str, str]]:
        """Distinct (object id, predicate) of facts between entities, 实例 and 上位类 left out."""
        statement = f"MATCH (s:Entity)-[r:FACT]->(o:Entity) WHERE {STANDS} RETURN DISTINCT o.id, r.predicate"
        for object_id, predicate in self._stream(statement):
            yield str(object_id), str(predicate)

    def iter_text_values(self, max_length: int) -> Iterator[tuple[str, str]]:
        """Distinct (predicate, text) of text literals no longer than `max_length` characters."""
        statement = (
            "MATCH (r:Literal) WHERE r.rev_from <= $revision AND r.rev_to > $revision "
            "AND r.kind = 'text' AND size(r.text) <= $longest RETURN DISTINCT r.predicate, r.text"
        )
        for predicate, text in self._stream(statement, {"longest": max_length}):
            yield str(predicate), str(text)

    def value_kinds(self) -> list[tuple[str, str, str, int]]:
        """(predicate, kind, unit, how many literals) of all literals."""
        statement = (
            "MATCH (r:Literal) WHERE r.rev_from <= $revision AND r.rev_to > $revision "
            "RETURN r.predicate, r.kind, r.unit, count(*)"
        )
        return [(str(p), str(k), str(u or ""), int(n)) for p, k, u, n in self._stream(statement)]

    def iter_keys(self, counts: Mapping[str, int]) -> Iterator[KeyRow]:
        """Of each literal of some predicates, what a reading asks about; `counts` says about how many each has.

        As one list a predicate's rows take this process a twentieth of the time that they take as a stream; what would
        fill the engine's memory is streamed.
        """
        stands = "l.rev_from <= $revision AND l.rev_to > $revision"
        listed = (
            "MATCH (l:Literal) WHERE l.sort_key >= $low AND l.sort_key < $high "
            f"WITH l WHERE l.predicate = $predicate AND {stands} RETURN collect([{COLUMNS}])"
        )
        for predicate in (p for p, number in counts.items() if number <= LISTED):
            params = {"predicate": predicate, "low": f"{predicate}|", "high": f"{predicate}|\x7f"}
            pinned = {**params, "revision": self._revision}
            for row in self._connection.read(listed, pinned, timeout=PATIENT_S)[0][0]:
                yield KeyRow(*(text or "" for text in row))
        streamed = f"MATCH (l:Literal) WHERE l.predicate IN $predicates AND {stands} RETURN {COLUMNS}"
        if many := [p for p, number in counts.items() if number > LISTED]:
            for row in self._stream(streamed, {"predicates": many}):
                yield KeyRow(*(text or "" for text in row))

    def relation_counts(self) -> dict[str, int]:
        """How many facts between entities each predicate has, 实例 and 上位类 left out."""
        statement = f"MATCH (:Entity)-[r:FACT]->(:Entity) WHERE {STANDS} RETURN r.predicate, count(*)"
        return {str(predicate): int(number) for predicate, number in self._stream(statement)}

    def iter_qualifier_values(self) -> Iterator[tuple[str, str, str]]:
        """Distinct (predicate, qualifier name, qualifier text)."""
        statement = (
            f"MATCH (:Entity)-[r:FACT]->() WHERE r.qualifiers_json IS NOT NULL AND {STANDS} "
            "RETURN DISTINCT r.predicate, r.qualifiers_json"
        )
        seen: set[tuple[str, str, str]] = set()
        for predicate, stored in self._stream(statement):
            for qualifier in qualifiers_from(stored):
                seen.add((predicate, qualifier.name, qualifier.value.text))
        yield from seen

    def _gathered(self, statement: Statement) -> list[Any]:
        """The list in the one row of a statement; RowCapExceeded when it is longer than the cap."""
        rows = self._rows(statement.text, {**statement.params, "cap": self._cap + 1})
        found: list[Any] = rows[0][0] if rows else []
        if len(found) > self._cap:
            raise RowCapExceeded("graph read", f"more than {self._cap} ids", "narrow the question or read it in pages")
        return found

    def _pairs(self, kind: str) -> Iterator[tuple[str, str]]:
        statement = f"MATCH (s:Entity)-[r:{kind}]->(o:Entity) WHERE {STANDS} RETURN DISTINCT s.id, o.id"
        for source, target in self._stream(statement):
            yield str(source), str(target)

    def _rows(self, statement: str, params: Mapping[str, Any]) -> list[Row]:
        pinned = {**params, "revision": self._revision}
        return self._connection.read(statement, pinned, timeout=self._timeout, cap=self._cap)

    def _stream(self, statement: str, params: Mapping[str, Any] | None = None) -> Iterator[Row]:
        return self._connection.stream(statement, {**(params or {}), "revision": self._revision})


def types_of(predicates: Iterable[str]) -> str:
    """Relationship types that hold these predicates, from the fixed three."""
    return "|".join(sorted({relationship_type(p) for p in predicates} or {"FACT"}))
