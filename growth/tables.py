"""Tables of offers, in the dialogue's database and its chain of migrations.

Every write about a customer moves `growth_state.version` of the customer: whoever decided on what he read before
can't show it any more, on any replica.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
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
_OWNER = String(200)

state = Table(
    "growth_state",
    metadata,
    Column("customer_id", _OWNER, primary_key=True),
    Column("version", Integer, nullable=False),
)

decision = Table(
    "growth_decision",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("customer_id", _OWNER, nullable=False),
    Column("at", _MOMENT, nullable=False),
    Column("channel", String(40), nullable=False),
    Column("session", String(200), nullable=False),
    Column("turn_id", String(40), nullable=False),
    Column("trial", String(40), nullable=False),
    Column("arm", String(40), nullable=False),
    Column("offer", String(80), nullable=False),
    Column("would_have", String(80), nullable=False),
    Column("reason", String(40), nullable=False),
    Column("propensity", Float, nullable=False),
    Column("chance", Float),
    Column("model", String(120), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("steps", JSON, nullable=False),
    Index(None, "customer_id", "at"),
    Index(None, "session"),
    Index(None, "trial", "at"),
)

trial = Table(  # in which arms of experiments beside the standing one a decision was
    "growth_trial",
    metadata,
    Column("decision", String(40), primary_key=True),
    Column("trial", String(40), primary_key=True),
    Column("arm", String(40), nullable=False),
    Index(None, "trial"),
)

contact = Table(  # the one ledger over all channels; append-only
    "growth_contact",
    metadata,
    Column("number", _KEY, primary_key=True, autoincrement=True),
    Column("customer_id", _OWNER, nullable=False),
    Column("at", _MOMENT, nullable=False),
    Column("channel", String(40), nullable=False),
    Column("kind", String(12), nullable=False),
    Column("offer", String(80), nullable=False),
    Column("product", String(200), nullable=False),
    Column("classes", JSON, nullable=False),
    Column("decision", String(40), nullable=False),
    Column("amount_fen", BigInteger),
    UniqueConstraint("decision", "kind"),  # an offer is shown, clicked, bought once, however often it is reported
    Index(None, "customer_id", "at"),
    Index(None, "offer", "kind"),
)

wish = Table(  # append-only: the last wish counts
    "growth_wish",
    metadata,
    Column("number", _KEY, primary_key=True, autoincrement=True),
    Column("customer_id", _OWNER, nullable=False),
    Column("at", _MOMENT, nullable=False),
    Column("allow", Boolean, nullable=False),
    Column("scope", String(10), nullable=False),
    Column("of", String(200), nullable=False),
    Column("name", String(200), nullable=False),
    Column("breath", String(40), nullable=False),  # wishes of one sentence share it
    Column("channel", String(40), nullable=False),
    Column("session", String(200), nullable=False),
    Index(None, "customer_id"),
)

idempotency = Table(
    "growth_idempotency",
    metadata,
    Column("client", String(200), primary_key=True),
    Column("key", String(80), primary_key=True),
    Column("request", String(64), nullable=False),
    Column("reply", JSON, nullable=False),
    Column("at", _MOMENT, nullable=False),
)
