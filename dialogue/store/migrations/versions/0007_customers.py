"""Requests to erase a customer's data; arms of experiments beside the standing one; conversations by customer."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0008"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """To this version."""
    op.create_table(
        "customer_erasure",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("customer_id", sa.String(64), nullable=False),
        sa.Column("asked_at", _MOMENT, nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("kept", sa.JSON, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("settled_by", sa.String(80)),
        sa.Column("settled_at", _MOMENT),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("counts", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_customer_erasure"),
    )
    op.create_index("ix_customer_erasure_customer_id", "customer_erasure", ["customer_id"])
    op.create_index("ix_customer_erasure_state", "customer_erasure", ["state"])
    op.create_table(
        "growth_trial",
        sa.Column("decision", sa.String(40), nullable=False),
        sa.Column("trial", sa.String(40), nullable=False),
        sa.Column("arm", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("decision", "trial", name="pk_growth_trial"),
    )
    op.create_index("ix_growth_trial_trial", "growth_trial", ["trial"])
    op.create_index("ix_conversation_principal_id", "conversation", ["principal_id"])
    if op.get_bind().dialect.name == "postgresql":  # SQLite holds texts of any length
        op.alter_column("customer_score", "run", type_=sa.String(400))


def downgrade() -> None:
    """Back to the version before."""
    op.drop_index("ix_conversation_principal_id", "conversation")
    op.drop_table("growth_trial")
    op.drop_table("customer_erasure")
