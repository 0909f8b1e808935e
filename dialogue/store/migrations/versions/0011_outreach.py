"""Reaching out: messages, where SMS and mail go, orders of channels, scene codes and who came by them."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0009"

_MOMENT = sa.DateTime(timezone=True)
_TABLES = ("outreach_message", "outreach_contact", "outreach_order", "outreach_scene", "outreach_arrival")


def upgrade() -> None:
    """To this version."""
    _create_messages()
    _create_people()
    _create_scenes()


def downgrade() -> None:
    """Back to the version before."""
    for table in reversed(_TABLES):
        op.drop_table(table)


def _create_messages() -> None:
    op.create_table(
        "outreach_message",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=True),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("customer_id", sa.String(200), nullable=False),
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("template", sa.String(60), nullable=False),
        sa.Column("offer", sa.String(80), nullable=False),
        sa.Column("parts", sa.JSON, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("place", sa.String(64), nullable=False),
        sa.Column("decision", sa.String(64), nullable=False),
        sa.Column("tried", sa.JSON, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("not_before", _MOMENT, nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.Column("lease_until", _MOMENT, nullable=True),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("updated_at", _MOMENT, nullable=False),
        sa.UniqueConstraint("key", name="uq_outreach_message_key"),
        sa.PrimaryKeyConstraint("id", name="pk_outreach_message"),
    )
    op.create_index(
        "ix_outreach_message_state_outreach_message_not_before", "outreach_message", ["state", "not_before"]
    )
    op.create_index("ix_outreach_message_customer_id", "outreach_message", ["customer_id"])


def _create_people() -> None:
    op.create_table(
        "outreach_contact",
        sa.Column("customer_id", sa.String(200), nullable=False),
        sa.Column("medium", sa.String(20), nullable=False),
        sa.Column("recipient", sa.JSON, nullable=False),
        sa.Column("updated_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("customer_id", "medium", name="pk_outreach_contact"),
    )
    op.create_table(
        "outreach_order",
        sa.Column("customer_id", sa.String(200), nullable=False),
        sa.Column("channels", sa.JSON, nullable=False),
        sa.Column("updated_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("customer_id", name="pk_outreach_order"),
    )


def _create_scenes() -> None:
    op.create_table(
        "outreach_scene",
        sa.Column("code", sa.String(60), nullable=False),
        sa.Column("campaign", sa.String(80), nullable=False),
        sa.Column("offer", sa.String(80), nullable=False),
        sa.Column("owner", sa.String(80), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_outreach_scene"),
    )
    op.create_table(
        "outreach_arrival",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=True),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("scene", sa.String(200), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("address_id", sa.String(64), nullable=False),
        sa.Column("subscribed", sa.Integer, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.UniqueConstraint("key", name="uq_outreach_arrival_key"),
        sa.PrimaryKeyConstraint("id", name="pk_outreach_arrival"),
    )
    op.create_index("ix_outreach_arrival_scene", "outreach_arrival", ["scene"])
    op.create_index("ix_outreach_arrival_address_id", "outreach_arrival", ["address_id"])
