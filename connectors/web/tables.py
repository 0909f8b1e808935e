"""Tables of the web channel, in the dialogue's database and its chain of migrations."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, Index, Integer, String, Table, Text

from dialogue.store.tables import metadata

web_session = Table(
    "web_session",
    metadata,
    Column("session", String(200), primary_key=True),
    Column("opened_at", DateTime(timezone=True), nullable=False),
    Column("seen_at", DateTime(timezone=True), nullable=False),
    Column("conversation", String(200), nullable=False, server_default=""),
    Column("customer_id", String(200), nullable=False, server_default=""),
    Index(None, "seen_at"),
    Index(None, "customer_id"),
)

web_feedback = Table(
    "web_feedback",
    metadata,
    Column("session", String(200), primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("turn_id", String(40), nullable=False),
    Column("rating", String(10), nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Index(None, "turn_id"),
)
