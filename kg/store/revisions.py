"""Revisions: what is told of one, and reading them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from kg.graph_errors import UnknownRevision
from kg.store.connection import PATIENT_S, READ_TIMEOUT_S, Connection

_COLUMNS = (
    "v.number, v.author, v.time, v.message, v.content_hash, v.facts, v.entities, v.added, v.closed, v.restores, "
    "v.approver, v.checks, v.urgent, v.draft"
)

CREATE_REVISION = (
    "CREATE (:Revision {number: $number, author: $author, time: $time, message: $message, "
    "content_hash: $content_hash, facts: $facts, entities: $entities, added: $added, closed: $closed, "
    "restores: $restores, approver: $approver, checks: $checks, urgent: $urgent, "
    "draft: $draft, touched: $touched})"
)
TOUCHED_CAP = 10_000
"""A revision that touches more entities does not list them."""


@dataclass(frozen=True, slots=True)
class Revision:
    """One published state of the graph. Number 0 is the empty graph.

    `facts` and `entities` count what stands in it, `added` and `closed` the facts it changed; `restores`
    is the revision whose content a rollback brought back. `content_hash` is equal for equal content. `approver` is
    who let it through, `checks` what it passed, `urgent` why nobody else had to look, `draft` what was published.
    """

    number: int
    author: str = ""
    time: datetime | None = None
    message: str = ""
    content_hash: str = ""
    facts: int = 0
    entities: int = 0
    added: int = 0
    closed: int = 0
    restores: int | None = None
    approver: str = ""
    checks: str = ""
    urgent: str = ""
    draft: str = ""


def revision_properties(made: Revision, touched: Collection[str]) -> dict[str, Any]:
    """The parameters of CREATE_REVISION."""
    body = {f.name: getattr(made, f.name) for f in fields(Revision)}
    listed = sorted(touched) if len(touched) <= TOUCHED_CAP else None
    return {**body, "time": made.time.isoformat() if made.time else "", "touched": listed}


def head_number(connection: Connection, timeout: float = READ_TIMEOUT_S) -> int:
    """The number of the revision that readers see; `timeout` in seconds."""
    rows = connection.read("MATCH (h:Control {id: 'head'}) RETURN h.revision", timeout=timeout)
    if not rows:
        raise UnknownRevision("graph head", "no head node", "open the graph with Graph.connect first")
    return int(rows[0][0])


def revision(connection: Connection, number: int, timeout: float = READ_TIMEOUT_S) -> Revision:
    """One revision up to head. UnknownRevision for any other number."""
    if number == 0:
        return Revision(0)
    rows = connection.read(
        f"MATCH (v:Revision {{number: $number}}) RETURN {_COLUMNS}", {"number": number}, timeout=timeout
    )
    if not rows:
        raise UnknownRevision("revision", str(number), "see `kg log` for the numbers there are")
    return _revision(rows[0])


def revisions(connection: Connection, limit: int) -> list[Revision]:
    """The newest revisions, newest first."""
    rows = connection.read(
        f"MATCH (v:Revision) RETURN {_COLUMNS} ORDER BY v.number DESC LIMIT $limit", {"limit": limit}
    )
    return [_revision(row) for row in rows]


def _revision(row: Sequence[Any]) -> Revision:
    number, author, time, *rest = row
    when = datetime.fromisoformat(time)
    # Revisions of the release before know nothing of the last four.
    return Revision(number, author, when, *rest[:-4], *(text or "" for text in rest[-4:]))


def touched_between(connection: Connection, one: int, other: int) -> set[str] | None:
    """Ids of the entities whose facts or names differ between two revisions; None when that was not listed.

    Some may be the same again: what changed and was changed back is here too.
    """
    rows = connection.read(
        "MATCH (v:Revision) WHERE v.number > $low AND v.number <= $high RETURN v.touched",
        {"low": min(one, other), "high": max(one, other)},
        timeout=PATIENT_S,
    )
    lists = [row[0] for row in rows]
    return None if None in lists else {entity_id for ids in lists for entity_id in ids}
