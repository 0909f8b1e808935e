"""What one customer has asked of late, for staff who serve him: masked as it is kept, whatever the channel."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.engine import Connection

from dialogue.store.tables import conversation, turn
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
