"""Tables of customers, in the dialogue's database and its chain of migrations. Money is in 分, so that it stays exact.

Movements and behaviour events are many and only ever read in bulk: they stand in Parquet files, and `part` says which.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    Index,
    Integer,
    LargeBinary,
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
_OWNER = String(64)

customer = Table(
    "customer",
    metadata,
    Column("id", _OWNER, primary_key=True),
    Column("birth_date", Date),
    Column("sex", String(1)),
    Column("region", String(60)),
    Column("monthly_income_fen", BigInteger),
    Column("opened_on", Date),
    Column("employee", Boolean),
    Column("vip", Boolean),
    Column("source", String(80), nullable=False),
    Column("as_of", _MOMENT, nullable=False),
    Column("provenance", JSON, nullable=False),  # {field: [source, as_of]} where a field's differ from the row's
    Column("merged_into", _OWNER),
    Index(None, "merged_into"),
)

PROFILE = ("birth_date", "sex", "region", "monthly_income_fen", "opened_on", "employee", "vip")
"""Columns of `customer` that say something of the person."""


def claim_of(column: str) -> str:
    """The claim that a column of PROFILE holds: its name in the view and in `provenance`."""
    return column.removesuffix("_fen")


segment_of = Table(
    "customer_segment",
    metadata,
    Column("customer_id", _OWNER, primary_key=True),
    Column("segment", String(40), nullable=False),
    Column("name", String(40), nullable=False),
    Column("life_stage", String(40)),
    Column("run", String(40), nullable=False),
    Column("as_of", _MOMENT, nullable=False),
    Index(None, "segment"),
)

risk = Table(
    "customer_risk",
    metadata,
    Column("customer_id", _OWNER, primary_key=True),
    Column("assessed_on", Date, primary_key=True),
    Column("rating", String(2), nullable=False),
    Column("expires_on", Date),
    Column("source", String(80), nullable=False),
    Column("as_of", _MOMENT, nullable=False),
)

holding = Table(
    "customer_holding",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("customer_id", _OWNER, nullable=False),
    Column("product", String(200), nullable=False),
    Column("product_id", String(200)),
    Column("amount_fen", BigInteger),
    Column("since", Date),
    Column("matures", Date),
    Column("flags", JSON, nullable=False),
    Column("source", String(80), nullable=False),
    Column("as_of", _MOMENT, nullable=False),
    Index(None, "customer_id"),
    Index(None, "product"),
)

consent = Table(  # append-only: the newest word on a purpose and a channel counts
    "customer_consent",
    metadata,
    Column("number", _KEY, primary_key=True, autoincrement=True),
    Column("customer_id", _OWNER, nullable=False),
    Column("purpose", String(40), nullable=False),
    Column("channel", String(40), nullable=False),
    Column("state", String(10), nullable=False),
    Column("at", _MOMENT, nullable=False),
    Column("source", String(80), nullable=False),
    UniqueConstraint("customer_id", "purpose", "channel", "at", "state"),
)

identity = Table(
    "customer_identity",
    metadata,
    Column("kind", String(20), primary_key=True),
    Column("digest", String(64), primary_key=True),
    Column("customer_id", _OWNER, nullable=False),
    Column("shown", String(60), nullable=False),
    Column("source", String(80), nullable=False),
    Column("as_of", _MOMENT, nullable=False),
    Index(None, "customer_id"),
)

signal = Table(
    "customer_signal",
    metadata,
    Column("customer_id", _OWNER, primary_key=True),
    Column("kind", String(20), primary_key=True),
    Column("since", _MOMENT, primary_key=True),
    Column("until", _MOMENT),
    Column("source", String(80), nullable=False),
)

feature = Table(
    "customer_feature",
    metadata,
    Column("customer_id", _OWNER, primary_key=True),
    Column("values", JSON, nullable=False),
    Column("as_of", _MOMENT, nullable=False),
)

score = Table(  # one row a customer: a million customers times twenty offers would be twenty million rows
    "customer_score",
    metadata,
    Column("customer_id", _OWNER, primary_key=True),
    Column("chances", JSON, nullable=False),  # {offer: probability}
    Column("run", String(400), nullable=False),  # the version of each model
    Column("as_of", _MOMENT, nullable=False),
)

review = Table(
    "customer_review",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("left_id", _OWNER, nullable=False),
    Column("right_id", _OWNER, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("reasons", JSON, nullable=False),
    Column("chance", Float, nullable=False),
    Column("state", String(10), nullable=False),
    Column("at", _MOMENT, nullable=False),
    Column("decided_by", String(80)),
    Column("decided_at", _MOMENT),
    Index(None, "state"),
)

merge = Table(
    "customer_merge",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("kept", _OWNER, nullable=False),
    Column("gone", _OWNER, nullable=False),
    Column("moved", JSON, nullable=False),
    Column("reason", Text, nullable=False),
    Column("by", String(80), nullable=False),
    Column("at", _MOMENT, nullable=False),
    Column("undone_by", String(80)),
    Column("undone_at", _MOMENT),
    Index(None, "kept"),
    Index(None, "gone"),
)

import_run = Table(
    "customer_import",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("mapping", String(200), nullable=False),
    Column("state", String(10), nullable=False),
    Column("counts", JSON, nullable=False),
    Column("started_at", _MOMENT, nullable=False),
    Column("finished_at", _MOMENT),
)

quarantine = Table(
    "customer_quarantine",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("run", String(40), nullable=False),
    Column("source", String(80), nullable=False),
    Column("place", String(300), nullable=False),
    Column("reason", String(40), nullable=False),
    Column("detail", Text, nullable=False),
    Column("row", JSON, nullable=False),
    Column("at", _MOMENT, nullable=False),
    Index(None, "source", "reason"),
)

part = Table(
    "customer_part",
    metadata,
    Column("name", String(200), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("source", String(80), nullable=False),
    Column("rows", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("at", _MOMENT, nullable=False),
    Index(None, "source"),
)

look = Table(
    "customer_look",
    metadata,
    Column("number", _KEY, primary_key=True, autoincrement=True),
    Column("at", _MOMENT, nullable=False),
    Column("actor", String(80), nullable=False),
    Column("customer_id", _OWNER, nullable=False),
    Column("via", String(20), nullable=False),
    Column("fields", JSON, nullable=False),
    Index(None, "customer_id"),
    Index(None, "actor"),
)

erasure = Table(  # what customers asked to be deleted, and what became of it
    "customer_erasure",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("customer_id", _OWNER, nullable=False),
    Column("asked_at", _MOMENT, nullable=False),
    Column("channel", String(40), nullable=False),
    Column(
        "kept", JSON, nullable=False
    ),  # what the law has kept, as it was told: [[what, how long, document, article]]
    Column("state", String(10), nullable=False),
    Column("settled_by", String(80)),
    Column("settled_at", _MOMENT),
    Column("note", Text, nullable=False),
    Column("counts", JSON, nullable=False),
    Index(None, "customer_id"),
    Index(None, "state"),
)

segment_run = Table(
    "customer_segment_run",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("as_of", _MOMENT, nullable=False),
    Column("body", JSON, nullable=False),
)

response_model = Table(
    "customer_model",
    metadata,
    Column("offer", String(80), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("stage", String(12), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("metrics", JSON, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("made_at", _MOMENT, nullable=False),
    Column("moved_at", _MOMENT, nullable=False),
    Column("note", Text, nullable=False),
    Index(None, "offer", "stage"),
)
