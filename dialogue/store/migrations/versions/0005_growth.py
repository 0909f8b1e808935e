"""What to offer: contact ledger, decisions, opt-outs."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_MOMENT = sa.DateTime(timezone=True)
_KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """To this version."""
    _deciding()
    _ledger()
    _wishes()


def _deciding() -> None:
    op.create_table(
        "growth_state",
        sa.Column("customer_id", sa.String(200), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("customer_id", name="pk_growth_state"),
    )
    op.create_table(
        "growth_decision",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("customer_id", sa.String(200), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("session", sa.String(200), nullable=False),
        sa.Column("turn_id", sa.String(40), nullable=False),
        sa.Column("trial", sa.String(40), nullable=False),
        sa.Column("arm", sa.String(40), nullable=False),
        sa.Column("offer", sa.String(80), nullable=False),
        sa.Column("would_have", sa.String(80), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("propensity", sa.Float, nullable=False),
        sa.Column("chance", sa.Float),
        sa.Column("model", sa.String(120), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("steps", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_growth_decision"),
    )
    op.create_index("ix_growth_decision_customer_id", "growth_decision", ["customer_id", "at"])
    op.create_index("ix_growth_decision_session", "growth_decision", ["session"])
    op.create_index("ix_growth_decision_trial", "growth_decision", ["trial", "at"])


def _ledger() -> None:
    op.create_table(
        "growth_contact",
        sa.Column("number", _KEY, nullable=False, autoincrement=True),
        sa.Column("customer_id", sa.String(200), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("offer", sa.String(80), nullable=False),
        sa.Column("product", sa.String(200), nullable=False),
        sa.Column("classes", sa.JSON, nullable=False),
        sa.Column("decision", sa.String(40), nullable=False),
        sa.Column("amount_fen", sa.BigInteger),
        sa.PrimaryKeyConstraint("number", name="pk_growth_contact"),
        sa.UniqueConstraint("decision", "kind", name="uq_growth_contact_decision"),
    )
    op.create_index("ix_growth_contact_customer_id", "growth_contact", ["customer_id", "at"])
    op.create_index("ix_growth_contact_offer", "growth_contact", ["offer", "kind"])


def _wishes() -> None:
    op.create_table(
        "growth_wish",
        sa.Column("number", _KEY, nullable=False, autoincrement=True),
        sa.Column("customer_id", sa.String(200), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("allow", sa.Boolean, nullable=False),
        sa.Column("scope", sa.String(10), nullable=False),
        sa.Column("of", sa.String(200), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("breath", sa.String(40), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("session", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_growth_wish"),
    )
    op.create_index("ix_growth_wish_customer_id", "growth_wish", ["customer_id"])
    op.create_table(
        "growth_idempotency",
        sa.Column("client", sa.String(200), nullable=False),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("request", sa.String(64), nullable=False),
        sa.Column("reply", sa.JSON, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("client", "key", name="pk_growth_idempotency"),
    )


def downgrade() -> None:
    """Back to the version before; the ledger is gone, and with it who wanted no offers."""
    for name in ("idempotency", "wish", "contact", "decision", "state"):
        op.drop_table(f"growth_{name}")
