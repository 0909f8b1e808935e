"""The graph behind Bolt: revisions that are written whole or not at all, and snapshots to read them."""

from kg.graph_errors import (
    GraphError,
    GraphTimeout,
    GraphUnavailable,
    LeaseLost,
    RowCapExceeded,
    SchemaMismatch,
    StaleBase,
    UnknownRevision,
    WriterBusy,
)
from kg.store.compiler import Statement
from kg.store.graph import Graph, Writing
from kg.store.readings import Narrowing
from kg.store.revisions import Revision
from kg.store.snapshot import Snapshot
from kg.store.writer import Note

__all__ = [
    "Graph",
    "GraphError",
    "GraphTimeout",
    "GraphUnavailable",
    "LeaseLost",
    "Narrowing",
    "Note",
    "Revision",
    "RowCapExceeded",
    "SchemaMismatch",
    "Snapshot",
    "StaleBase",
    "Statement",
    "UnknownRevision",
    "WriterBusy",
    "Writing",
]
