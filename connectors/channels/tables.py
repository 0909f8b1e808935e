"""Tables of the channels, in the dialogue's database and its chain of migrations.

An address is a person on a channel; the inbox keeps what came in until it is answered; a delivery is one thing to
send, in its state. Whatever another replica or a restarted process needs stands here.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Float,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from dialogue.store.tables import metadata

address = Table(
    "channel_address",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("channel", String(40), nullable=False),
    Column("account", String(100), nullable=False),
    Column("user", String(200), nullable=False),
    Column("session", String(200), nullable=False),
    Column("customer_id", String(200), nullable=False),
    Column("following", Boolean, nullable=False),
    Column("grants", JSON, nullable=False),
    Column("choices", JSON, nullable=False),
    Column("scene", String(200), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("seen_at", DateTime(timezone=True), nullable=False),
    UniqueConstraint("channel", "account", "user"),
    Index(None, "customer_id"),
)

inbox = Table(
    "channel_inbox",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("channel", String(40), nullable=False),
    Column("account", String(100), nullable=False),
    Column("key", String(200), nullable=False),
    Column("address_id", String(64), nullable=False),
    Column("session", String(200), nullable=False),
    Column("message_id", String(200), nullable=False),
    Column("body", JSON, nullable=False),
    Column("done", Boolean, nullable=False),
    Column("owner", String(80), nullable=False),
    Column("lease_until", DateTime(timezone=True), nullable=True),
    Column("passive_until", DateTime(timezone=True), nullable=True),
    Column("attempts", Integer, nullable=False),
    Column("trace_id", String(80), nullable=False),
    Column("received_at", DateTime(timezone=True), nullable=False),
    UniqueConstraint("channel", "account", "key"),
    Index(None, "done", "id"),
    Index(None, "session", "done", "id"),
)

delivery = Table(
    "channel_delivery",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("key", String(32), nullable=False),
    Column("channel", String(40), nullable=False),
    Column("address_id", String(64), nullable=False),
    Column("session", String(200), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("inbox_id", Integer, nullable=True),
    Column("body", JSON, nullable=False),
    Column("state", String(20), nullable=False),
    Column("again", Boolean, nullable=False),
    Column("passive_for", Integer, nullable=True),
    Column("attempts", Integer, nullable=False),
    Column("not_before", DateTime(timezone=True), nullable=False),
    Column("lease_until", DateTime(timezone=True), nullable=True),
    Column("code", String(40), nullable=False),
    Column("platform_id", String(200), nullable=False),
    Column("trace_id", String(80), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    # Until when the body may be needed again; empty once it is blank.
    Column("keep_until", DateTime(timezone=True), nullable=True),
    UniqueConstraint("key"),
    Index(None, "state", "not_before"),
    Index(None, "keep_until"),
    # Named by hand: the name by convention has 73 characters, PostgreSQL allows 63.
    Index("ix_channel_delivery_address_state", "address_id", "state", "id"),
    Index(None, "session", "seq"),
    Index(None, "platform_id"),
)

token = Table(
    "channel_token",
    metadata,
    Column("name", String(200), primary_key=True),
    Column("token", Text, nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("fetching_until", DateTime(timezone=True), nullable=True),
)

cursor = Table(
    "channel_cursor",
    metadata,
    Column("name", String(200), primary_key=True),
    Column("cursor", Text, nullable=False),
    Column("owner", String(80), nullable=False),
    Column("lease_until", DateTime(timezone=True), nullable=True),
)

ticket = Table(
    "channel_ticket",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("purpose", String(40), nullable=False),
    Column("data", JSON, nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
)

notice = Table(
    "channel_notice",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("key", String(200), nullable=False),
    Column("medium", String(20), nullable=False),
    Column("recipient", String(200), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("template", String(60), nullable=False),
    Column("parts", JSON, nullable=False),
    Column("state", String(20), nullable=False),
    Column("code", String(40), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("not_before", DateTime(timezone=True), nullable=False),
    Column("lease_until", DateTime(timezone=True), nullable=True),
    Column("provider_id", String(200), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    UniqueConstraint("key"),
    Index(None, "state", "not_before"),
    Index(None, "provider_id"),
)

unsubscribed = Table(
    "channel_unsubscribed",
    metadata,
    Column("medium", String(20), primary_key=True),
    Column("digest", String(64), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("how", String(40), nullable=False),
)

revoked = Table(
    "channel_revoked",
    metadata,
    Column("jti", String(200), primary_key=True),
    Column("expires_at", DateTime(timezone=True), nullable=False),
)

survey = Table(
    "channel_survey",
    metadata,
    Column("session", String(200), primary_key=True),
    Column("score", Float, nullable=False),
    Column("comment", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
)
