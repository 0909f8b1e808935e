"""The web channel's stores on the dialogue's database: replies as its outbox holds them, sessions, feedback."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from datetime import UTC, datetime

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.engine import Engine, Row

from connectors.channels.tables import survey
from connectors.outreach.scenes import arrived
from connectors.web.ports import Exchange, Feedback, Session, Stores
from connectors.web.tables import web_feedback, web_session
from dialogue.message import Message
from dialogue.store import Store
from dialogue.store.prepared import Prepared
from dialogue.store.tables import conversation, outbox, turn
from kg.answer import Outcome

# Made once: building a statement costs more than running it.
_SINCE = (
    select(
        outbox.c.seq,
        outbox.c.turn_id,
        outbox.c.payload,
        outbox.c.created_at,
        turn.c.message_id,
        turn.c.text,
        turn.c.fact_ids,
        turn.c.revision,
        turn.c.trace_id,
    )
    # What was sent without having been asked for has no turn.
    .select_from(outbox.outerjoin(turn, outbox.c.turn_id == turn.c.turn_id))
    .where(outbox.c.session == bindparam("of_session"), outbox.c.seq > bindparam("above"))
    .order_by(outbox.c.seq)
    .limit(bindparam("most"))
)
_PLACES = select(conversation.c.session, conversation.c.seq).where(
    conversation.c.session.in_(bindparam("of_sessions", expanding=True))
)
_FIND = Prepared(
    select(
        web_session.c.session,
        web_session.c.opened_at,
        web_session.c.seen_at,
        web_session.c.conversation,
        web_session.c.customer_id,
    ).where(web_session.c.session == bindparam("of_session"))
)
_OPEN = insert(web_session)
_TOUCH = update(web_session).where(web_session.c.session == bindparam("of_session"))


def web_stores(store: Store) -> Stores:
    """The stores of the web channel on the database that `store` opened and brought up to date."""
    return Stores(
        SqlOutbox(store.engine), SqlSessions(store.engine), SqlFeedback(store.engine), SqlSurveys(store.engine)
    )


class SqlOutbox:
    """An Outbox: the dialogue's outbox with the turns that its entries answer."""

    def __init__(self, engine: Engine) -> None:
        self._reading = engine.execution_options(jinwen_read=True)

    def since(self, session: str, seq: int, limit: int) -> Sequence[Exchange]:
        """See Outbox."""
        with self._reading.connect() as connection:
            rows = connection.execute(_SINCE, {"of_session": session, "above": seq, "most": limit})
            return [_exchange(row) for row in rows]

    def places(self, sessions: Sequence[str]) -> Mapping[str, int]:
        """See Outbox."""
        with self._reading.connect() as connection:
            rows = connection.execute(_PLACES, {"of_sessions": list(sessions)})
            return {row.session: row.seq for row in rows}


class SqlSessions:
    """A SessionStore on the table web_session. A SQLite file is read by a connection of its own, which no writer keeps
    waiting: WAL lets readers through, and nobody else takes the connection."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reading = engine.execution_options(jinwen_read=True)
        self._own = self._reading.connect() if engine.dialect.name == "sqlite" else None

    @property
    def at_hand(self) -> bool:
        """See SessionStore."""
        return self._own is not None

    def open(self, key: str, now: datetime, scene: str = "") -> None:
        """See SessionStore."""
        with self._engine.begin() as connection:
            connection.execute(_OPEN, {"session": key, "opened_at": now, "seen_at": now})
            if scene:
                arrived(connection, key, scene, "web", key, now=now)

    def find(self, key: str) -> Session | None:
        """See SessionStore."""
        with nullcontext(self._own) if self._own is not None else self._reading.connect() as connection:
            row = _FIND.first(connection, {"of_session": key})
        if row is None:
            return None
        session, opened, seen, talk, customer = row
        return Session(session, _utc(opened), _utc(seen), talk, customer)

    def touch(self, key: str, now: datetime) -> None:
        """See SessionStore."""
        with self._engine.begin() as connection:
            connection.execute(_TOUCH, {"of_session": key, "seen_at": now})


class SqlFeedback:
    """A FeedbackStore on the table web_feedback."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def put(self, feedback: Feedback) -> None:
        """See FeedbackStore."""
        which = (web_feedback.c.session == feedback.session) & (web_feedback.c.seq == feedback.seq)
        with self._engine.begin() as connection:
            connection.execute(delete(web_feedback).where(which))
            connection.execute(
                insert(web_feedback),
                {
                    "session": feedback.session,
                    "seq": feedback.seq,
                    "turn_id": feedback.turn_id,
                    "rating": feedback.rating.value,
                    "reason": feedback.reason,
                    "at": feedback.at,
                },
            )


class SqlSurveys:
    """A SurveyStore on the table channel_survey."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def put(self, session: str, score: int, comment: str, at: datetime) -> None:
        """See SurveyStore."""
        with self._engine.begin() as sql:
            sql.execute(delete(survey).where(survey.c.session == session))
            sql.execute(insert(survey).values(session=session, score=score, comment=comment, at=at))


def _exchange(row: Row) -> Exchange:
    return Exchange(
        seq=row.seq,
        turn_id=row.turn_id,
        message_id=row.message_id or "",
        text=row.text or "",
        message=Message.from_json(row.payload["message"]),
        outcome=Outcome(row.payload["outcome"]),
        at=_utc(row.created_at),
        facts=len(row.fact_ids or ()),
        revision=row.revision or 0,
        trace_id=row.trace_id or "",
        private=bool(row.payload.get("private")),
    )


def _utc(stored: datetime) -> datetime:
    # SQLite keeps no time zone; what we write is UTC.
    return stored.replace(tzinfo=UTC) if stored.tzinfo is None else stored.astimezone(UTC)
