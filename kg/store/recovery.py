"""Undoing what a writer left past head when it died, so that the old revision is whole again.

A full scan per kind of record, run only when an intent was recorded and only by the holder of the
writer lock. Readers notice nothing: nothing past head was ever visible to them.
"""

from __future__ import annotations

import json

from kg.facts import OPEN_REVISION
from kg.store.connection import PATIENT_S, Connection, Tx
from kg.store.lock import Lease
from kg.store.revisions import head_number

_BATCH = 2_000
_SCAN_TIMEOUT_S = 120.0

_DELETE = (
    "MATCH (n:Literal) WHERE n.rev_from > $head WITH n LIMIT $batch DETACH DELETE n RETURN count(*)",
    *(
        f"MATCH (:Entity)-[r:{kind}]->(:Entity) WHERE r.rev_from > $head WITH r LIMIT $batch DELETE r RETURN count(*)"
        for kind in ("FACT", "INSTANCE_OF", "SUBCLASS_OF")
    ),
    "MATCH (n:Predicate) WHERE n.rev_from > $head WITH n LIMIT $batch DELETE n RETURN count(*)",
    "MATCH (n:FileSubjects) WHERE n.rev_from > $head WITH n LIMIT $batch DELETE n RETURN count(*)",
    "MATCH (n:Entity) WHERE n.rev_from > $head AND n.past IS NULL WITH n LIMIT $batch DETACH DELETE n RETURN count(*)",
)
_REOPEN = (
    *(
        f"MATCH (:Entity)-[r:{kind}]->() WHERE r.rev_to > $head AND r.rev_to < $open WITH r LIMIT $batch "
        "SET r.rev_to = $open RETURN count(*)"
        for kind in ("FACT", "INSTANCE_OF", "SUBCLASS_OF")
    ),
    *(
        f"MATCH (n:{label}) WHERE n.rev_to > $head AND n.rev_to < $open WITH n LIMIT $batch "
        "SET n.rev_to = $open RETURN count(*)"
        for label in ("Literal", "Predicate", "Entity")
    ),
)
_RENAMED = "MATCH (n:Entity) WHERE n.rev_from > $head AND n.past IS NOT NULL RETURN n.id, n.past LIMIT $batch"
_RENAME_BACK = (
    "UNWIND $rows AS row MATCH (e:Entity {id: row.id}) "
    "SET e.name = row.name, e.rev_from = row.rev_from, e.rev_to = row.rev_to, e.past = row.past"
)


def recover(connection: Connection, lease: Lease) -> bool:
    """Make head the newest thing in the graph; True when there was something to undo."""
    rows = connection.read("MATCH (i:Control {id: 'intent'}) RETURN i.revision", timeout=PATIENT_S)
    if not rows or rows[0][0] == 0:
        return False
    head = head_number(connection, PATIENT_S)
    for statement in (*_DELETE, *_REOPEN):
        while _step(connection, lease, statement, head) == _BATCH:
            pass
    while _names_back(connection, lease, head):
        pass
    connection.write(lambda tx: _forget_intent(tx, lease), place="recovery")
    return True


def _step(connection: Connection, lease: Lease, statement: str, head: int) -> int:
    def work(tx: Tx) -> int:
        lease.renew(tx)
        row = tx.run(statement, head=head, batch=_BATCH, open=OPEN_REVISION).single()
        return int(row[0]) if row is not None else 0

    return connection.write(work, place=f"recovery to revision {head}", timeout=_SCAN_TIMEOUT_S)


def _names_back(connection: Connection, lease: Lease, head: int) -> bool:
    """Give renamed and returned entities the version they had at head; True when there may be more."""

    def work(tx: Tx) -> int:
        lease.renew(tx)
        found = [(row[0], json.loads(row[1])) for row in tx.run(_RENAMED, head=head, batch=_BATCH)]
        tx.run(_RENAME_BACK, rows=[_last_version(entity, past, head) for entity, past in found]).consume()
        return len(found)

    return connection.write(work, place=f"recovery to revision {head}", timeout=_SCAN_TIMEOUT_S) == _BATCH


def _last_version(entity_id: str, past: list[list[object]], head: int) -> dict[str, object]:
    name, rev_from, rev_to = past[-1]
    earlier = json.dumps(past[:-1], ensure_ascii=False) if past[:-1] else None
    stands = isinstance(rev_to, int) and rev_to > head
    return {
        "id": entity_id,
        "name": name,
        "rev_from": rev_from,
        "rev_to": OPEN_REVISION if stands else rev_to,
        "past": earlier,
    }


def _forget_intent(tx: Tx, lease: Lease) -> None:
    lease.renew(tx)
    tx.run("MATCH (i:Control {id: 'intent'}) SET i.revision = 0").consume()
