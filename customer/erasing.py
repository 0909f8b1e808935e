"""Requests to erase a customer's data: what was asked, what staff made of it, and the erasing itself.

What the law has kept (identity, holdings, movements) stays and is only stored from then on: no batch reads it
(个人信息保护法第四十七条第二款). Everything that was made of it for offers goes.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Table, delete, insert, select, update
from sqlalchemy.engine import Connection

from customer.errors import CustomerError
from customer.merging import aliases
from customer.model import IdentityKind
from customer.reading import moment
from customer.tables import erasure, feature, identity, score, segment_of

_MADE_FOR_OFFERS: tuple[Table, ...] = (segment_of, feature, score)
BY_LAW = (IdentityKind.ID_NUMBER.value, IdentityKind.CARD.value)
"""Identifiers that belong to the identity documents and accounts that must be kept; channels' names go."""
Kept = tuple[str, str, str, str]
"""What is kept by law, for how long, by which document and article."""


class State(StrEnum):
    """Where a request stands."""

    OPEN = "open"
    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Ticket:
    """One request; `counts` says how many rows of what were erased."""

    id: str
    customer: str
    asked_at: datetime
    channel: str
    kept: tuple[Kept, ...]
    state: State
    settled_by: str
    settled_at: datetime | None
    note: str
    counts: dict[str, int]


def new_id() -> str:
    """A number that can be said on the telephone."""
    return uuid.uuid4().hex[:10]


def ask(sql: Connection, ticket_id: str, customer_id: str, *, channel: str, kept: Iterable[Kept], at: datetime) -> None:
    """Notes a request; whoever has an open one already is not noted twice."""
    if open_of(sql, customer_id) is None:
        row = {"id": ticket_id, "customer_id": customer_id, "asked_at": at, "channel": channel}
        rest = {"kept": [list(k) for k in kept], "state": State.OPEN.value, "note": "", "counts": {}}
        sql.execute(insert(erasure), {**row, **rest})


def open_of(sql: Connection, customer_id: str) -> str | None:
    """The open request of a customer."""
    which = select(erasure.c.id).where(erasure.c.customer_id == customer_id, erasure.c.state == State.OPEN.value)
    found = sql.execute(which).scalar()
    return str(found) if found else None


def tickets(sql: Connection, state: State | None = State.OPEN, limit: int = 200) -> list[Ticket]:
    """Requests in a state, or all; the oldest first."""
    chosen = select(erasure).order_by(erasure.c.asked_at).limit(limit)
    rows = sql.execute(chosen.where(erasure.c.state == state.value) if state else chosen)
    return [_ticket(row) for row in rows]


def ticket(sql: Connection, ticket_id: str) -> Ticket:
    """One request. Raises CustomerError when there is none."""
    row = sql.execute(select(erasure).where(erasure.c.id == ticket_id)).first()
    if row is None:
        raise CustomerError(f"删除申请 {ticket_id}：没有这个编号；./jinwen customer erase 列出未办的")
    return _ticket(row)


def settle(
    sql: Connection, ticket_id: str, state: State, *, by: str, at: datetime, note: str, counts: dict[str, int]
) -> None:
    """Closes an open request. Raises CustomerError when there is none, or somebody else has settled it."""
    known = ticket(sql, ticket_id)
    values = {"state": state.value, "settled_by": by, "settled_at": at, "note": note, "counts": counts}
    which = (erasure.c.id == ticket_id) & (erasure.c.state == State.OPEN.value)
    if sql.execute(update(erasure).where(which).values(**values)).rowcount != 1:
        raise CustomerError(f"删除申请 {ticket_id}：已由 {known.settled_by} 办结")


def erase(sql: Connection, ids: Sequence[str]) -> dict[str, int]:
    """Erases what was made of a customer for offers, and the names by which channels know him; counts by table."""
    counts = {t.name: sql.execute(delete(t).where(t.c.customer_id.in_(ids))).rowcount for t in _MADE_FOR_OFFERS}
    named = identity.c.customer_id.in_(ids) & identity.c.kind.not_in(BY_LAW)
    counts[identity.name] = sql.execute(delete(identity).where(named)).rowcount
    return counts


def erased(sql: Connection) -> set[str]:
    """The customers of whom nothing is processed any more but what the law has kept."""
    return set(sql.execute(select(erasure.c.customer_id).where(erasure.c.state == State.DONE.value)).scalars())


def erased_ids(sql: Connection) -> set[str]:
    """All ids of these customers, those that were merged into one another among them."""
    other = aliases(sql)
    kept = {other.get(one, one) for one in erased(sql)}
    return kept | {gone for gone, last in other.items() if last in kept}


def _ticket(row: Any) -> Ticket:
    return Ticket(
        id=row.id,
        customer=row.customer_id,
        asked_at=moment(row.asked_at),
        channel=row.channel,
        kept=tuple((k[0], k[1], k[2], k[3]) for k in row.kept),
        state=State(row.state),
        settled_by=row.settled_by or "",
        settled_at=moment(row.settled_at) if row.settled_at else None,
        note=row.note,
        counts=row.counts,
    )
