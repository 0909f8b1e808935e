"""Where customers are: addresses, inbox, deliveries, tokens, cursors, tickets, notices; whose a web session is."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_MOMENT = sa.DateTime(timezone=True)
_TABLES = (
    "channel_address",
    "channel_inbox",
    "channel_delivery",
    "channel_token",
    "channel_cursor",
    "channel_ticket",
    "channel_revoked",
    "channel_survey",
    "channel_notice",
    "channel_unsubscribed",
)


def upgrade() -> None:
    """To this version."""
    _create_talking()
    _create_deliveries()
    _create_small()
    _create_notices()
    for name in ("conversation", "customer_id"):
        op.add_column("web_session", sa.Column(name, sa.String(200), nullable=False, server_default=""))
    op.create_index("ix_web_session_customer_id", "web_session", ["customer_id"])


def downgrade() -> None:
    """Back to the version before."""
    op.drop_index("ix_web_session_customer_id", "web_session")
    with op.batch_alter_table("web_session") as table:
        table.drop_column("conversation")
        table.drop_column("customer_id")
    for name in _TABLES:
        op.drop_table(name)


def _create_talking() -> None:
    op.create_table(
        "channel_address",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("account", sa.String(100), nullable=False),
        sa.Column("user", sa.String(200), nullable=False),
        sa.Column("session", sa.String(200), nullable=False),
        sa.Column("customer_id", sa.String(200), nullable=False),
        sa.Column("following", sa.Boolean, nullable=False),
        sa.Column("grants", sa.JSON, nullable=False),
        sa.Column("choices", sa.JSON, nullable=False),
        sa.Column("scene", sa.String(200), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("seen_at", _MOMENT, nullable=False),
        sa.UniqueConstraint("channel", "account", "user", name="uq_channel_address_channel_account_user"),
        sa.PrimaryKeyConstraint("id", name="pk_channel_address"),
    )
    op.create_index("ix_channel_address_customer_id", "channel_address", ["customer_id"])
    op.create_table(
        "channel_inbox",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=True),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("account", sa.String(100), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("address_id", sa.String(64), nullable=False),
        sa.Column("session", sa.String(200), nullable=False),
        sa.Column("message_id", sa.String(200), nullable=False),
        sa.Column("body", sa.JSON, nullable=False),
        sa.Column("done", sa.Boolean, nullable=False),
        sa.Column("owner", sa.String(80), nullable=False),
        sa.Column("lease_until", _MOMENT, nullable=True),
        sa.Column("passive_until", _MOMENT, nullable=True),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("trace_id", sa.String(80), nullable=False),
        sa.Column("received_at", _MOMENT, nullable=False),
        sa.UniqueConstraint("channel", "account", "key", name="uq_channel_inbox_channel_account_key"),
        sa.PrimaryKeyConstraint("id", name="pk_channel_inbox"),
    )
    op.create_index("ix_channel_inbox_done_channel_inbox_id", "channel_inbox", ["done", "id"])
    op.create_index(
        "ix_channel_inbox_session_channel_inbox_done_channel_inbox_id", "channel_inbox", ["session", "done", "id"]
    )


def _create_deliveries() -> None:
    op.create_table(
        "channel_delivery",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=True),
        sa.Column("key", sa.String(32), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("address_id", sa.String(64), nullable=False),
        sa.Column("session", sa.String(200), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("inbox_id", sa.Integer, nullable=True),
        sa.Column("body", sa.JSON, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("again", sa.Boolean, nullable=False),
        sa.Column("passive_for", sa.Integer, nullable=True),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("not_before", _MOMENT, nullable=False),
        sa.Column("lease_until", _MOMENT, nullable=True),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("platform_id", sa.String(200), nullable=False),
        sa.Column("trace_id", sa.String(80), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("updated_at", _MOMENT, nullable=False),
        sa.UniqueConstraint("key", name="uq_channel_delivery_key"),
        sa.PrimaryKeyConstraint("id", name="pk_channel_delivery"),
    )
    op.create_index(
        "ix_channel_delivery_state_channel_delivery_not_before", "channel_delivery", ["state", "not_before"]
    )
    op.create_index(
        "ix_channel_delivery_address_state",
        "channel_delivery",
        ["address_id", "state", "id"],
    )
    op.create_index("ix_channel_delivery_session_channel_delivery_seq", "channel_delivery", ["session", "seq"])
    op.create_index("ix_channel_delivery_platform_id", "channel_delivery", ["platform_id"])


def _create_small() -> None:
    op.create_table(
        "channel_token",
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("token", sa.Text, nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.Column("fetching_until", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_channel_token"),
    )
    op.create_table(
        "channel_cursor",
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("cursor", sa.Text, nullable=False),
        sa.Column("owner", sa.String(80), nullable=False),
        sa.Column("lease_until", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_channel_cursor"),
    )
    op.create_table(
        "channel_ticket",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("purpose", sa.String(40), nullable=False),
        sa.Column("data", sa.JSON, nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_channel_ticket"),
    )
    op.create_table(
        "channel_revoked",
        sa.Column("jti", sa.String(200), nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("jti", name="pk_channel_revoked"),
    )
    op.create_table(
        "channel_survey",
        sa.Column("session", sa.String(200), nullable=False),
        sa.Column("score", sa.Float, nullable=False),
        sa.Column("comment", sa.Text, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("session", name="pk_channel_survey"),
    )


def _create_notices() -> None:
    op.create_table(
        "channel_notice",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=True),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("medium", sa.String(20), nullable=False),
        sa.Column("recipient", sa.String(200), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("template", sa.String(60), nullable=False),
        sa.Column("parts", sa.JSON, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("not_before", _MOMENT, nullable=False),
        sa.Column("lease_until", _MOMENT, nullable=True),
        sa.Column("provider_id", sa.String(200), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("updated_at", _MOMENT, nullable=False),
        sa.UniqueConstraint("key", name="uq_channel_notice_key"),
        sa.PrimaryKeyConstraint("id", name="pk_channel_notice"),
    )
    op.create_index("ix_channel_notice_state_channel_notice_not_before", "channel_notice", ["state", "not_before"])
    op.create_index("ix_channel_notice_provider_id", "channel_notice", ["provider_id"])
    op.create_table(
        "channel_unsubscribed",
        sa.Column("medium", sa.String(20), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("how", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("medium", "digest", name="pk_channel_unsubscribed"),
    )
