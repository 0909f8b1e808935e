"""The Cypher that writes a revision: what opens, what closes, each in batches of rows."""

from __future__ import annotations

from collections.abc import Iterable

from kg.store.records import FACT_PROPERTIES, LITERAL_PROPERTIES


def _inline(names: Iterable[str], start: int) -> str:
    # An inline map in CREATE is five to ten times as fast on ArcadeDB as SET x = map afterwards.
    return ", ".join(f"{name}: row[{place}]" for place, name in enumerate(names, start))


_REVISIONS = "rev_from: $revision, rev_to: $open"
CREATE_ENTITY = f"UNWIND $rows AS row CREATE (:Entity {{id: row[0], name: row[1], {_REVISIONS}}})"
_SHARED = {name: f"row[{1 + FACT_PROPERTIES.index(name)}]" for name in ("predicate", "valid_from", "valid_to")}
LITERAL = "LITERAL"
"""The shape of a fact whose object is a value; the others are called by their relationship type."""
_TYPES = ("FACT", "INSTANCE_OF", "SUBCLASS_OF")
_CREATE_LITERAL = (
    "UNWIND $rows AS row MATCH (s:Entity {id: row[0]}) "
    f"CREATE (s)-[:FACT {{{_inline(FACT_PROPERTIES, 1)}, {_REVISIONS}}}]->"
    f"(:Literal {{subject: row[0], {', '.join(f'{name}: {source}' for name, source in _SHARED.items())}, "
    f"{_inline(LITERAL_PROPERTIES, 1 + len(FACT_PROPERTIES))}, {_REVISIONS}}})"
)
CREATE_FACT = {LITERAL: _CREATE_LITERAL} | {
    kind: (
        "UNWIND $rows AS row MATCH (s:Entity {id: row[0]}) MATCH (o:Entity {id: row[1]}) "
        f"CREATE (s)-[:{kind} {{{_inline(FACT_PROPERTIES, 2)}, {_REVISIONS}}}]->(o)"
    )
    for kind in _TYPES
}
_CLOSE_LITERAL = (
    "UNWIND $rows AS row MATCH (s:Entity {id: row.s})-[r:FACT]->(o:Literal) "
    "WHERE r.id = row.id AND r.rev_to = $open SET r.rev_to = $revision, o.rev_to = $revision"
)
CLOSE_FACT = {LITERAL: _CLOSE_LITERAL} | {
    kind: (
        f"UNWIND $rows AS row MATCH (s:Entity {{id: row.s}})-[r:{kind}]->(o:Entity) "
        "WHERE r.id = row.id AND r.rev_to = $open SET r.rev_to = $revision"
    )
    for kind in _TYPES
}
CHANGE_ENTITY = (
    "UNWIND $rows AS row MATCH (e:Entity {id: row.id}) "
    "SET e.name = row.name, e.past = row.past, e.rev_from = $revision, e.rev_to = $open"
)
ENTITY_VERSIONS = "UNWIND $ids AS id MATCH (e:Entity {id: id}) RETURN e.id, e.name, e.rev_from, e.rev_to, e.past"
END_PREDICATES = (
    "UNWIND $names AS name MATCH (p:Predicate {name: name}) WHERE p.rev_to = $open "
    "SET p.rev_to = $revision RETURN p.spec"
)
CREATE_PREDICATE = f"UNWIND $rows AS row CREATE (:Predicate {{name: row.name, spec: row.spec, {_REVISIONS}}})"
CREATE_FILE_SUBJECTS = (
    "UNWIND $rows AS row CREATE (:FileSubjects {file: row.file, subjects: row.subjects, rev_from: $revision})"
)
WITHDRAW = "UNWIND $rows AS id MATCH (e:Entity {id: id}) SET e.rev_to = $revision"
