"""Speaking without having been asked: a place in a conversation's downlink for what a person or the desk says."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection

from dialogue.message import Message
from dialogue.store.errors import ConversationMoved
from dialogue.store.tables import conversation, outbox
from kg.answer import Outcome


@dataclass(frozen=True, slots=True)
class Spoken:
    """What was said: its place, and the channel on which the customer wrote last."""

    seq: int
    channel: str
    turn_id: str


def speak(
    sql: Connection,
    session: str,
    message: Message,
    now: datetime,
    turn_id: str = "",
    *,
    outcome: Outcome = Outcome.HANDOFF,
) -> Spoken:
    """Within a transaction: puts `message` into the downlink. A turn that is being taken meanwhile is taken anew.

    Raises ConversationMoved where there is no such conversation.
    """
    now = now.astimezone(UTC)  # SQLite keeps no time zone
    which = conversation.c.session == session
    values = {"version": conversation.c.version + 1, "seq": conversation.c.seq + 1, "updated_at": now}
    if sql.execute(update(conversation).where(which).values(**values)).rowcount != 1:
        raise ConversationMoved(f"{session}: no such conversation")
    row = sql.execute(select(conversation.c.seq, conversation.c.channel).where(which)).one()
    made = turn_id or uuid.uuid4().hex
    payload = {"turn_id": made, "message": message.to_json(), "outcome": outcome.value}
    place = {"session": session, "seq": row.seq, "turn_id": made, "payload": payload, "created_at": now}
    sql.execute(insert(outbox).values(**place))
    return Spoken(row.seq, row.channel, made)
