"""One conversation per customer: what was said before signing in is moved into it, in one transaction.

Moved turns get new places after those that are there, so that every open page of the customer sees them arrive.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists, insert, select, update
from sqlalchemy.engine import Connection, Engine

from connectors.channels.clock import Clock, utc, utc_now
from connectors.channels.records import digest
from connectors.channels.tables import delivery, inbox
from connectors.web.tables import web_feedback, web_session
from desk import store as handoffs
from dialogue.store.tables import conversation, outbox, turn
from growth.ledger import session_owner, touch
from growth.tables import wish


def conversation_of(customer_id: str) -> str:
    """The customer's conversation. Who reads the name in a log can't tell the customer."""
    return f"customer-{digest('customer', customer_id)[:40]}"


class Conversations:
    """Brings conversations of a customer together."""

    def __init__(self, engine: Engine, clock: Clock = utc_now) -> None:
        self._engine = engine
        self._clock = clock

    def join(self, session: str, customer_id: str) -> tuple[str, int]:
        """Moves what was said in `session` into the customer's conversation: its name, and how many turns moved.

        A turn that is being answered meanwhile stays behind; joining again fetches it.
        """
        target = conversation_of(customer_id)
        if session == target:
            return target, 0
        with self._engine.begin() as sql:
            return target, _move(sql, session, target, customer_id, self._clock())

    def sign_in(self, web_key: str, customer_id: str) -> tuple[str, int]:
        """The web session is that customer's from now on. Raises LookupError when it is another one's already."""
        with self._engine.connect() as sql:
            row = sql.execute(select(web_session).where(web_session.c.session == web_key)).one()
        if row.customer_id and row.customer_id != customer_id:
            raise LookupError("the session belongs to another customer")
        target, moved = self.join(row.conversation or web_key, customer_id)
        with self._engine.begin() as sql:
            which = web_session.c.session == web_key
            sql.execute(update(web_session).where(which).values(conversation=target, customer_id=customer_id))
        return target, moved


def _move(sql: Connection, source: str, target: str, customer_id: str, now: datetime) -> int:
    rows = {r.session: r for r in sql.execute(_both(source, target))}
    old, new = rows.get(source), rows.get(target)
    if old is None:
        return 0
    offset = new.seq if new is not None else 0
    _ensure(sql, old, new, target=target, customer_id=customer_id, now=now)
    moved = _move_turns(sql, source, target, offset)
    for table in (outbox, web_feedback, delivery):
        places = update(table).where(table.c.session == source, table.c.seq > 0)
        sql.execute(places.values(session=target, seq=table.c.seq + offset))
    sql.execute(update(inbox).where(inbox.c.session == source, inbox.c.done.is_(False)).values(session=target))
    handoffs.joined(sql, source, target, customer_id, now)
    sql.execute(delete(conversation).where(conversation.c.session == source))
    _keep_wishes(sql, source, customer_id)
    return moved


def _keep_wishes(sql: Connection, source: str, customer_id: str) -> None:
    """What the visitor wanted or refused to hear of, the customer does, on every channel."""
    owner = wish.c.customer_id == session_owner(source)
    if sql.execute(update(wish).where(owner).values(customer_id=customer_id)).rowcount:
        touch(sql, customer_id)


def _both(source: str, target: str) -> Any:
    return select(conversation).where(conversation.c.session.in_([source, target])).with_for_update()


def _ensure(sql: Connection, old: Any, new: Any, *, target: str, customer_id: str, now: datetime) -> None:
    """The customer's row, with room for what comes and the memory of whichever conversation was the last."""
    values = {
        "channel": old.channel,
        "principal_kind": "customer",
        "principal_id": customer_id,
        "updated_at": now,
        "version": old.version + (new.version if new else 0) + 1,
        "seq": old.seq + (new.seq if new else 0),
        "snapshot": old.snapshot if new is None or utc(old.updated_at) >= utc(new.updated_at) else new.snapshot,
    }
    if new is None:
        sql.execute(insert(conversation).values(session=target, created_at=old.created_at, **values))
    else:
        sql.execute(update(conversation).where(conversation.c.session == target).values(**values))


def _move_turns(sql: Connection, source: str, target: str, offset: int) -> int:
    """Turns with their stored replies, which name conversation and place."""
    there = turn.alias()
    clash = exists().where(there.c.session == target, there.c.message_id == turn.c.message_id)
    sql.execute(update(turn).where(turn.c.session == source, clash).values(message_id=turn.c.turn_id))
    moved = sql.execute(select(turn.c.turn_id, turn.c.seq, turn.c.reply).where(turn.c.session == source)).all()
    for row in moved:
        place = row.seq + offset
        reply = {**row.reply, "session": target, "seq": place}
        which = turn.c.turn_id == row.turn_id
        sql.execute(update(turn).where(which).values(session=target, seq=place, reply=reply))
    return len(moved)
