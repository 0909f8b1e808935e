"""What one customer has asked of late, for staff who serve him: masked as it is kept, whatever the channel."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.engine import Connection

from dialogue.store.tables import conversation, outbox, turn
from dialogue.turn import PrincipalKind

MOST = 20


@dataclass(frozen=True, slots=True)
class Talk:
    """One turn: when, in which conversation and on which channel, what was asked (masked), and how it ended."""

    at: datetime
    session: str
    channel: str
    text: str
    outcome: str


def talks_of(connection: Connection, ids: Iterable[str], limit: int = MOST) -> list[Talk]:
    """The newest turns of the customer of these ids, newest first."""
    own = select(conversation.c.session).where(
        conversation.c.principal_id.in_(list(ids)), conversation.c.principal_kind == PrincipalKind.CUSTOMER.value
    )
    newest = (
        select(turn.c.created_at, turn.c.session, turn.c.channel, turn.c.text, turn.c.outcome)
        .where(turn.c.session.in_(own), turn.c.principal_kind == PrincipalKind.CUSTOMER.value)
        .order_by(turn.c.created_at.desc())
        .limit(limit)
    )
    return [Talk(*row) for row in connection.execute(newest)]


def texts_of(connection: Connection, turns: Sequence[str]) -> dict[str, str]:
    """What was asked in these turns, masked, by turn; those that are gone are left out."""
    found = connection.execute(select(turn.c.turn_id, turn.c.text).where(turn.c.turn_id.in_(turns)))
    return {one: said for one, said in found}


def forget_talks(connection: Connection, ids: Sequence[str]) -> int:
    """Deletes the conversations of a customer with their turns and what was to be sent; how many turns."""
    own = select(conversation.c.session).where(
        conversation.c.principal_id.in_(ids), conversation.c.principal_kind == PrincipalKind.CUSTOMER.value
    )
    sessions = list(connection.execute(own).scalars())
    gone = 0
    for session in sessions:
        connection.execute(delete(outbox).where(outbox.c.session == session))
        gone += connection.execute(delete(turn).where(turn.c.session == session)).rowcount
        connection.execute(delete(conversation).where(conversation.c.session == session))
    return gone
