"""Tables of reaching out, in the dialogue's database and its chain of migrations.

A message is one thing to tell one customer, once; contacts are where SMS and mail go; an order is a customer's own
fallback order; a scene is a code in a link or QR code, an arrival somebody who came by it.
"""

from __future__ import annotations

from sqlalchemy import JSON, Column, DateTime, Index, Integer, String, Table, UniqueConstraint

from dialogue.store.tables import metadata

message = Table(
    "outreach_message",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("key", String(64), nullable=False),
    Column("customer_id", String(200), nullable=False),
    Column("purpose", String(20), nullable=False),
    Column("template", String(60), nullable=False),
    Column("offer", String(80), nullable=False),
    Column("parts", JSON, nullable=False),
    Column("state", String(20), nullable=False),
    Column("reason", String(40), nullable=False),
    Column("channel", String(40), nullable=False),
    Column("place", String(64), nullable=False),
    Column("decision", String(64), nullable=False),
    Column("tried", JSON, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("not_before", DateTime(timezone=True), nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("lease_until", DateTime(timezone=True), nullable=True),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    UniqueConstraint("key"),
    Index(None, "state", "not_before"),
    Index(None, "customer_id"),
)

contact = Table(
    "outreach_contact",
    metadata,
    Column("customer_id", String(200), primary_key=True),
    Column("medium", String(20), primary_key=True),
    Column("recipient", JSON, nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
)

order = Table(
    "outreach_order",
    metadata,
    Column("customer_id", String(200), primary_key=True),
    Column("channels", JSON, nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
)

scene = Table(
    "outreach_scene",
    metadata,
    Column("code", String(60), primary_key=True),
    Column("campaign", String(80), nullable=False),
    Column("offer", String(80), nullable=False),
    Column("owner", String(80), nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
)

arrival = Table(
    "outreach_arrival",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("key", String(64), nullable=False),
    Column("scene", String(200), nullable=False),
    Column("channel", String(40), nullable=False),
    Column("address_id", String(64), nullable=False),
    Column("subscribed", Integer, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    UniqueConstraint("key"),
    Index(None, "scene"),
    Index(None, "address_id"),
)
