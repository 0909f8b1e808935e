"""Somebody else's property graph over Bolt, as node and edge tables; nothing is ever written to it."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from kg.graph_errors import GraphError
from kg.store.connection import Connection

_NODES = "MATCH (n) RETURN {id}(n), labels(n), properties(n)"
_EDGES = "MATCH (a)-[r]->(b) RETURN {id}(a), type(r), {id}(b), properties(r)"
_PROBE = "MATCH (n) RETURN {id}(n) LIMIT 1"
_ODD = re.compile(r"[^\w\-]+")
_OWN_ID = "id"
Cells = dict[str, str]


def write_tables(connection: Connection, folder: Path) -> list[Path]:
    """Writes one table per set of labels and one per relation type, with neo4j-admin's titles; the files.

    A node keeps the value of its property `id` where it has one that no other node has, else the engine's own.
    Raises GraphError when the graph can't be read.
    """
    call = _id_function(connection)
    ids: dict[Any, str] = {}
    tables: dict[str, list[Cells]] = defaultdict(list)
    taken: set[str] = set()
    for element, labels, properties in connection.stream(_NODES.format(id=call)):
        own = str(properties.get(_OWN_ID) or element)
        own = str(element) if own in taken else own
        taken.add(own)
        ids[element] = own
        kept = {_title(k, v): _text(v) for k, v in properties.items() if k != _OWN_ID}
        tables[f"节点-{'-'.join(sorted(labels))}"].append({":ID": own, ":LABEL": ";".join(sorted(labels)), **kept})
    for start, kind, end, properties in connection.stream(_EDGES.format(id=call)):
        row = {":START_ID": ids[start], ":END_ID": ids[end], ":TYPE": kind}
        tables[f"关系-{kind}"].append({**row, **{_title(k, v): _text(v) for k, v in properties.items()}})
    return list(_written(tables, folder))


def _written(tables: Mapping[str, list[Cells]], folder: Path) -> Iterator[Path]:
    for number, (name, rows) in enumerate(tables.items()):
        path = folder / f"{_ODD.sub('_', name)}.csv"
        if path.exists():
            path = folder / f"{_ODD.sub('_', name)}-{number}.csv"
        titles = dict.fromkeys(title for row in rows for title in row)
        with path.open("w", encoding="utf-8", newline="") as file:
            table = csv.DictWriter(file, list(titles))
            table.writeheader()
            table.writerows(rows)
        yield path


def _id_function(connection: Connection) -> str:
    """What the engine calls a node's own id by: Neo4j has dropped the older name, ArcadeDB lacks the newer."""
    try:
        connection.read(_PROBE.format(id="elementId"))
    except GraphError:
        return "id"
    return "elementId"


def _title(name: str, value: Any) -> str:
    return f"{name}:string[]" if isinstance(value, list) else name


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ";".join(_text(item).replace(";", "；") for item in value)
    if isinstance(value, bool):
        return "是" if value else "否"
    if value is None:
        return ""
    return value.iso_format() if hasattr(value, "iso_format") else str(value)
