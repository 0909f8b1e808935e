"""Tables of the desk, in the dialogue's database and its chain of migrations.

`open_session` is the conversation while the handoff is not over, and unique: of two that open one for the same
conversation, one wins.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(column_0_N_label)s",
    }
)
_MOMENT = DateTime(timezone=True)
_KEY = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers rows only of this type by itself
_NAME = String(64)

handoff = Table(
    "desk_handoff",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("session", String(200), nullable=False),
    Column("open_session", String(200), nullable=True),
    Column("channel", String(40), nullable=False),
    Column("customer_id", String(200), nullable=False),
    Column("reason", String(20), nullable=False),
    Column("skill", String(40), nullable=False),
    Column("priority", Integer, nullable=False),
    Column("state", String(20), nullable=False),
    Column("wanted", _NAME, nullable=False),
    Column("agent", _NAME, nullable=False),
    Column("passed", JSON, nullable=False),
    Column("asked_at", _MOMENT, nullable=False),
    Column("queued_at", _MOMENT, nullable=False),
    Column("since", _MOMENT, nullable=False),
    Column("deadline", _MOMENT, nullable=True),
    Column("accepted_at", _MOMENT, nullable=True),
    Column("answered_at", _MOMENT, nullable=True),
    Column("customer_at", _MOMENT, nullable=True),
    Column("promised_at", _MOMENT, nullable=True),
    Column("ended_at", _MOMENT, nullable=True),
    Column("warned", Boolean, nullable=False),
    Column("transfers", Integer, nullable=False),
    Column("code", String(40), nullable=False),
    Column("score", Integer, nullable=True),
    UniqueConstraint("open_session"),
    Index(None, "state", "deadline"),
    Index(None, "session", "asked_at"),
    Index(None, "asked_at"),
)

event = Table(
    "desk_event",
    metadata,
    Column("number", _KEY, primary_key=True, autoincrement=True),
    Column("handoff_id", String(32), nullable=False),
    Column("at", _MOMENT, nullable=False),
    Column("actor", _NAME, nullable=False),
    Column("kind", String(30), nullable=False),
    Column("state", String(20), nullable=False),
    Column("detail", JSON, nullable=False),
    Index(None, "handoff_id", "number"),
)

note = Table(
    "desk_note",
    metadata,
    Column("number", _KEY, primary_key=True, autoincrement=True),
    Column("session", String(200), nullable=False),
    Column("at", _MOMENT, nullable=False),
    Column("author", _NAME, nullable=False),
    Column("text", Text, nullable=False),
    Index(None, "session", "number"),
)

agent = Table(
    "desk_agent",
    metadata,
    Column("name", _NAME, primary_key=True),
    Column("display", String(200), nullable=False),
    Column("ready", Boolean, nullable=False),
    Column("skills", JSON, nullable=False),
    Column("seen_at", _MOMENT, nullable=False),
    Column("offered_at", _MOMENT, nullable=True),
)
