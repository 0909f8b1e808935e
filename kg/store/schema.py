"""Indexes, the graph's own id and its schema version. Everything here may be run any number of times."""

from __future__ import annotations

import uuid

from kg.graph_errors import SchemaMismatch
from kg.store.connection import PATIENT_S, Connection, Tx

SCHEMA_VERSION = 1

# ArcadeDB makes the type of a label when it is first indexed, so every label that is ever matched is named here.
_COMMANDS = (
    "CREATE CONSTRAINT entity_id IF NOT EXISTS FOR (n:Entity) REQUIRE n.id IS UNIQUE",
    "CREATE INDEX entity_name IF NOT EXISTS FOR (n:Entity) ON (n.name)",
    "CREATE INDEX literal_sort_key IF NOT EXISTS FOR (n:Literal) ON (n.sort_key)",
    "CREATE INDEX literal_range_high IF NOT EXISTS FOR (n:Literal) ON (n.range_high)",
    "CREATE INDEX predicate_name IF NOT EXISTS FOR (n:Predicate) ON (n.name)",
    "CREATE CONSTRAINT revision_number IF NOT EXISTS FOR (n:Revision) REQUIRE n.number IS UNIQUE",
    "CREATE INDEX file_subjects_file IF NOT EXISTS FOR (n:FileSubjects) ON (n.file)",
    "CREATE CONSTRAINT control_id IF NOT EXISTS FOR (n:Control) REQUIRE n.id IS UNIQUE",
)


def ensure_schema(connection: Connection) -> str:
    """Make indexes and the control nodes of an empty graph; give the graph's id.

    Control nodes: `graph` (graph_id, schema), `head` (revision), `writer` (the lock), `intent` (the
    revision being written, 0 when none). Raises SchemaMismatch when another schema version wrote the graph.
    """
    found = _stored(connection)
    if found is None:
        for command in _COMMANDS:
            connection.execute(command)
        connection.write(_first_nodes, place="graph schema")
        found = _stored(connection)
    if found is None:
        raise SchemaMismatch("graph schema", "no graph node after writing it", "check that the user may write")
    graph_id, version = found
    if version != SCHEMA_VERSION:
        remedy = f"this program reads version {SCHEMA_VERSION}: restore a backup of that version or use its program"
        raise SchemaMismatch("graph schema", f"version {version}", remedy)
    return graph_id


def _stored(connection: Connection) -> tuple[str, int] | None:
    # An engine that has just started plans its first statement for seconds.
    rows = connection.read("MATCH (g:Control {id: 'graph'}) RETURN g.graph_id, g.schema", timeout=PATIENT_S)
    return (str(rows[0][0]), int(rows[0][1])) if rows else None


def _first_nodes(tx: Tx) -> None:
    # Two programs may start at once: the unique id lets one of them win, MERGE takes that for found.
    tx.run(
        "MERGE (g:Control {id: 'graph'}) ON CREATE SET g.graph_id = $graph_id, g.schema = $schema",
        graph_id=str(uuid.uuid4()),
        schema=SCHEMA_VERSION,
    ).consume()
    tx.run("MERGE (h:Control {id: 'head'}) ON CREATE SET h.revision = 0").consume()
    tx.run("MERGE (w:Control {id: 'writer'}) ON CREATE SET w.token = '', w.expires = 0, w.holder = ''").consume()
    tx.run("MERGE (i:Control {id: 'intent'}) ON CREATE SET i.revision = 0").consume()
