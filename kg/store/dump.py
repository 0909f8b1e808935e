"""A graph as rows and back: all revisions up to head, on either engine, while it is read and written."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import groupby, islice
from typing import Any

from kg.facts import OPEN_REVISION
from kg.store.connection import PATIENT_S, Connection, Tx
from kg.store.graph import Graph
from kg.store.lock import writer
from kg.store.records import FACT_PROPERTIES, LITERAL_PROPERTIES
from kg.store.revisions import CREATE_REVISION, TOUCHED_CAP

_BATCH = 2_000
_KINDS = ("FACT", "INSTANCE_OF", "SUBCLASS_OF")
_REVISION_PROPERTIES = tuple(
    part.split(":")[0].strip() for part in CREATE_REVISION[CREATE_REVISION.index("{") + 1 : -2].split(",")
)
Row = Sequence[Any]


def _named(alias: str, names: Iterable[str]) -> str:
    return ", ".join(f"{alias}.{name}" for name in names)


def _from_row(names: Iterable[str], start: int) -> str:
    # Inline maps: five to ten times as fast on ArcadeDB as SET from a map.
    return ", ".join(f"{name}: row[{place}]" for place, name in enumerate(names, start))


_REVS = ("rev_from", "rev_to")
_EDGE = (*FACT_PROPERTIES, *_REVS)
_VALUE = ("subject", "predicate", "valid_from", "valid_to", *LITERAL_PROPERTIES, *_REVS)
_READ = {
    "entity": "MATCH (n:Entity) RETURN n.id, n.name, n.past, n.rev_from, n.rev_to",
    "predicate": "MATCH (n:Predicate) WHERE n.rev_from <= $head RETURN n.name, n.spec, n.rev_from, n.rev_to",
    "file": "MATCH (n:FileSubjects) WHERE n.rev_from <= $head RETURN n.file, n.subjects, n.rev_from",
    "revision": f"MATCH (n:Revision) WHERE n.number <= $head RETURN {_named('n', _REVISION_PROPERTIES)}",
    "literal": (
        f"MATCH (s:Entity)-[r:FACT]->(o:Literal) WHERE r.rev_from <= $head RETURN s.id, {_named('r', _EDGE)}, "
        f"{_named('o', _VALUE)}"
    ),
    **{
        kind: (
            f"MATCH (s:Entity)-[r:{kind}]->(o:Entity) WHERE r.rev_from <= $head RETURN s.id, o.id, {_named('r', _EDGE)}"
        )
        for kind in _KINDS
    },
}
_WRITE = {
    "entity": f"UNWIND $rows AS row CREATE (:Entity {{{_from_row(('id', 'name', 'past', *_REVS), 0)}}})",
    "predicate": f"UNWIND $rows AS row CREATE (:Predicate {{{_from_row(('name', 'spec', *_REVS), 0)}}})",
    "file": f"UNWIND $rows AS row CREATE (:FileSubjects {{{_from_row(('file', 'subjects', 'rev_from'), 0)}}})",
    "revision": f"UNWIND $rows AS row CREATE (:Revision {{{_from_row(_REVISION_PROPERTIES, 0)}}})",
    "literal": (
        f"UNWIND $rows AS row MATCH (s:Entity {{id: row[0]}}) CREATE (s)-[:FACT {{{_from_row(_EDGE, 1)}}}]->"
        f"(:Literal {{{_from_row(_VALUE, 1 + len(_EDGE))}}})"
    ),
    **{
        kind: (
            "UNWIND $rows AS row MATCH (s:Entity {id: row[0]}) MATCH (o:Entity {id: row[1]}) "
            f"CREATE (s)-[:{kind} {{{_from_row(_EDGE, 2)}}}]->(o)"
        )
        for kind in _KINDS
    },
}
_REV_TO = {
    "predicate": (3,),
    "literal": (len(_EDGE), len(_EDGE) + len(_VALUE)),
    **dict.fromkeys(_KINDS, (1 + len(_EDGE),)),
}


def dump(graph: Graph, head: int) -> Iterator[tuple[str, Row]]:
    """(sort, row) of everything that revisions up to `head` hold; what is published meanwhile is left out."""
    for sort, statement in _READ.items():
        for row in graph.connection.stream(statement, {"head": head}):
            kept = list(row)
            if sort == "entity" and not _entity_at(kept, head):
                continue
            for place in _REV_TO.get(sort, ()):
                if kept[place] > head:
                    kept[place] = OPEN_REVISION
            yield sort, kept


def restore(graph: Graph, rows: Iterable[tuple[str, Row]], graph_id: str, head: int) -> None:
    """Fills an empty graph with the rows of `dump`; head moves last, a restore that was killed can be begun again.

    Raises ValueError when the graph is not empty.
    """
    if graph.head().number:
        raise ValueError(f"the graph is at revision {graph.head().number}: restore into an empty one")
    connection = graph.connection
    with writer(connection, home=graph.home, who="restore"):
        _clear(connection)
        for sort, group in groupby(rows, key=lambda pair: pair[0]):
            batch = (list(row) for _sort, row in group)
            while part := list(islice(batch, _BATCH)):
                connection.write(partial(_write, sort=sort, rows=part), place="restore")

        def finish(tx: Tx) -> None:
            tx.run("MATCH (g:Control {id: 'graph'}) SET g.graph_id = $id", id=graph_id).consume()
            tx.run("MATCH (h:Control {id: 'head'}) SET h.revision = $head", head=head).consume()

        connection.write(finish, place="restore")


def _write(tx: Tx, *, sort: str, rows: list[list[Any]]) -> None:
    tx.run(_WRITE[sort], rows=rows).consume()


def _clear(connection: Connection) -> None:
    """Takes out what a restore left that did not come to its end."""
    for label in ("Literal", "Entity", "Predicate", "FileSubjects", "Revision"):
        statement = f"MATCH (n:{label}) WITH n LIMIT {TOUCHED_CAP} DETACH DELETE n RETURN count(*)"

        def step(tx: Tx, statement: str = statement) -> int:
            row = tx.run(statement).single()
            return int(row[0]) if row is not None else 0

        while connection.write(step, place="restore", timeout=PATIENT_S * 2):
            pass


def _entity_at(row: list[Any], head: int) -> bool:
    """The entity as it was at `head`, in place; False when it did not exist yet."""
    while row[3] > head:
        if row[2] is None:
            return False
        *earlier, (name, rev_from, rev_to) = json.loads(row[2])
        row[1:] = [name, json.dumps(earlier, ensure_ascii=False) if earlier else None, rev_from, rev_to]
    if row[4] > head:
        row[4] = OPEN_REVISION
    return True
