"""Table definitions; migrations/versions brings a database to them, step by step."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
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

conversation = Table(
    "conversation",
    metadata,
    Column("session", String(200), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("snapshot", JSON, nullable=True),
    Column("channel", String(40), nullable=False),
    Column("principal_kind", String(20), nullable=False),
    Column("principal_id", String(200), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    Index(None, "principal_id"),
)

turn = Table(
    "turn",
    metadata,
    Column("turn_id", String(40), primary_key=True),
    Column("session", String(200), ForeignKey("conversation.session", ondelete="CASCADE"), nullable=False),
    Column("message_id", String(200), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("day", Date, nullable=False),
    Column("as_of", Date, nullable=True),
    Column("text", Text, nullable=False),
    Column("intent", String(60), nullable=False),
    Column("confidence", Float, nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("query", JSON, nullable=True),
    Column("shown", JSON, nullable=False),
    Column("fact_ids", JSON, nullable=False),
    Column("runners_up", JSON, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("graph_id", String(60), nullable=False),
    Column("model", String(80), nullable=False),
    Column("channel", String(40), nullable=False),
    Column("principal_kind", String(20), nullable=False),
    Column("principal_id", String(200), nullable=False),
    Column("principal_scopes", JSON, nullable=False),
    Column("latency", JSON, nullable=False),
    Column("trace_id", String(80), nullable=False),
    Column("reply", JSON, nullable=False),
    UniqueConstraint("session", "message_id"),
    Index(None, "created_at"),
    Index(None, "outcome", "created_at"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("session", String(200), ForeignKey("conversation.session", ondelete="CASCADE"), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("turn_id", String(40), nullable=False),
    Column("payload", JSON, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("sent_at", DateTime(timezone=True), nullable=True),
    Index(None, "sent_at"),
)
