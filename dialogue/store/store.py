"""Store: what a turn reads before it starts and the one transaction that it writes at its end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.engine import Connection, Engine, Row
from sqlalchemy.exc import DBAPIError, IntegrityError

from dialogue.store.database import connect, upgrade
from dialogue.store.errors import ConversationMoved, StoreUnavailable
from dialogue.store.prepared import Prepared
from dialogue.store.records import Conversation, OutboxItem, TurnRecord
from dialogue.store.tables import conversation, outbox, turn
from dialogue.turn import TurnOut
from dialogue.wire import turn_out_from_json, turn_out_to_json

# Made once: building a statement costs more than running it. What every turn runs is prepared besides.
_CONVERSATION = select(conversation.c.version, conversation.c.seq, conversation.c.snapshot).where(
    conversation.c.session == bindparam("of_session")
)
_REPLY = select(turn.c.reply).where(
    turn.c.session == bindparam("of_session"), turn.c.message_id == bindparam("of_message")
)
# A turn is written together with its conversation: no conversation, no turn.
_STANDING = Prepared(
    select(conversation.c.version, conversation.c.seq, conversation.c.snapshot, turn.c.reply)
    .select_from(
        conversation.outerjoin(
            turn, (turn.c.session == conversation.c.session) & (turn.c.message_id == bindparam("of_message"))
        )
    )
    .where(conversation.c.session == bindparam("of_session"))
)
_NEW_CONVERSATION = Prepared(insert(conversation))
_MOVE_CONVERSATION = Prepared(
    update(conversation).where(
        conversation.c.session == bindparam("of_session"), conversation.c.version == bindparam("at_version")
    )
)
_NEW_TURN = Prepared(insert(turn))
_NEW_OUTBOX = Prepared(insert(outbox))


class Store:
    """The dialogue's tables behind one engine; safe to share between threads. Every method raises
    StoreUnavailable when the database fails."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @staticmethod
    def open(url: str) -> Store:
        """Opens the database and brings its tables up to date."""
        engine = connect(url)
        with _failing_loudly():
            upgrade(engine)
        return Store(engine)

    def close(self) -> None:
        """Gives the connections back."""
        self.engine.dispose()

    def conversation(self, session: str) -> Conversation:
        """Where the conversation stands; one that has no row yet is at version 0."""
        with self._reading() as connection:
            row = connection.execute(_CONVERSATION, {"of_session": session}).first()
        return Conversation(row.version, row.seq, row.snapshot) if row else Conversation()

    def standing(self, session: str, message_id: str) -> tuple[Conversation, TurnOut | None]:
        """The conversation, and the reply that this message of the client got already: what every turn asks first."""
        with self._reading() as connection:
            row = _STANDING.first(connection, {"of_session": session, "of_message": message_id})
        if row is None:
            return Conversation(), None
        version, seq, snapshot, reply = row
        return Conversation(version, seq, snapshot), _repeated(reply) if reply else None

    def reply_to(self, session: str, message_id: str) -> TurnOut | None:
        """The reply that this message of the client got already."""
        with self._reading() as connection:
            row = connection.execute(_REPLY, {"of_session": session, "of_message": message_id}).first()
        return _repeated(row.reply) if row else None

    def write_turn(
        self,
        record: TurnRecord,
        before: Conversation,
        snapshot: dict[str, Any] | None,
        also: Callable[[Connection], None] | None = None,
    ) -> None:
        """Turn, snapshot and outbox in one transaction, with what `also` writes; `record.out.seq` is its place in the
        downlink. What `also` raises undoes all of it.

        Raises ConversationMoved when the conversation is not at `before` any more or knows the message already.
        """
        now = datetime.now(UTC)
        try:
            with self._writing() as connection:
                _write_conversation(connection, record, before, snapshot, now)
                _NEW_TURN.run(connection, _turn_row(record, now))
                _NEW_OUTBOX.run(connection, _outbox_row(record.out, now))
                if also is not None:
                    also(connection)
        except IntegrityError as error:
            raise ConversationMoved(f"{record.turn.session}: written by another turn") from error

    def outbox_after(self, session: str, seq: int, limit: int = 200) -> list[OutboxItem]:
        """What was to be sent after place `seq`, in order; for resuming a downlink."""
        chosen = select(outbox).where(outbox.c.session == session, outbox.c.seq > seq).order_by(outbox.c.seq)
        with self._reading() as connection:
            return [_item(row) for row in connection.execute(chosen.limit(limit))]

    def unsent(self, limit: int = 200) -> list[OutboxItem]:
        """What no sender has confirmed yet, oldest first."""
        chosen = select(outbox).where(outbox.c.sent_at.is_(None)).order_by(outbox.c.created_at, outbox.c.seq)
        with self._reading() as connection:
            return [_item(row) for row in connection.execute(chosen.limit(limit))]

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with _failing_loudly(), self.engine.connect().execution_options(jinwen_read=True) as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with _failing_loudly(), self.engine.begin() as connection:
            yield connection


def _repeated(reply: dict[str, Any]) -> TurnOut:
    return turn_out_from_json({**reply, "repeated": True})


@contextmanager
def _failing_loudly() -> Iterator[None]:
    try:
        yield
    except IntegrityError:
        raise
    except DBAPIError as error:
        raise StoreUnavailable(f"the dialogue's database failed: {error.orig}; see JINWEN_DATABASE_URL") from error


def _write_conversation(
    connection: Connection, record: TurnRecord, before: Conversation, snapshot: dict[str, Any] | None, now: datetime
) -> None:
    who = record.turn.principal
    values = {
        "version": before.version + 1,
        "seq": record.out.seq,
        "channel": record.turn.channel,
        "principal_kind": who.kind.value,
        "principal_id": who.id,
        "updated_at": now,
    }
    if snapshot is not None:
        values["snapshot"] = snapshot
    if before.version == 0:
        _NEW_CONVERSATION.run(connection, {"session": record.turn.session, "created_at": now, **values})
        return
    which = {"of_session": record.turn.session, "at_version": before.version}
    if _MOVE_CONVERSATION.run(connection, {**values, **which}) != 1:
        raise ConversationMoved(f"{record.turn.session}: not at version {before.version} any more")


def _turn_row(record: TurnRecord, now: datetime) -> dict[str, Any]:
    given, out = record.turn, record.out
    return {
        "turn_id": out.turn_id,
        "session": given.session,
        "message_id": given.message_id,
        "seq": out.seq,
        "created_at": now,
        "day": given.today,
        "as_of": given.as_of,
        "text": record.text,
        "intent": out.intent,
        "confidence": out.confidence,
        "outcome": out.outcome.value,
        "query": out.query,
        "shown": list(record.shown),
        "fact_ids": list(record.fact_ids),
        "runners_up": [list(r) for r in record.runners_up],
        "revision": out.revision,
        "graph_id": record.graph_id,
        "model": record.model,
        "channel": given.channel,
        "principal_kind": given.principal.kind.value,
        "principal_id": given.principal.id,
        "principal_scopes": sorted(given.principal.scopes),
        "latency": record.latency,
        "trace_id": given.trace_id,
        "reply": turn_out_to_json(out),
    }


def _outbox_row(out: TurnOut, now: datetime) -> dict[str, Any]:
    payload: dict[str, Any] = {"turn_id": out.turn_id, "message": out.message.to_json(), "outcome": out.outcome.value}
    if out.private:
        payload["private"] = True
    return {"session": out.session, "seq": out.seq, "turn_id": out.turn_id, "payload": payload, "created_at": now}


def _item(row: Row) -> OutboxItem:
    return OutboxItem(row.session, row.seq, row.turn_id, row.payload, row.created_at, row.sent_at)
