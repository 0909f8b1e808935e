"""Conversations, turns and the outbox."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """To this version."""
    _conversation()
    _turn()
    _outbox()


def downgrade() -> None:
    """Back to an empty database."""
    for name in ("outbox", "turn", "conversation"):
        op.drop_table(name)


def _conversation() -> None:
    op.create_table(
        "conversation",
        sa.Column("session", sa.String(200), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("snapshot", sa.JSON, nullable=True),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("principal_kind", sa.String(20), nullable=False),
        sa.Column("principal_id", sa.String(200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("session", name="pk_conversation"),
    )


def _turn() -> None:
    op.create_table(
        "turn",
        sa.Column("turn_id", sa.String(40), nullable=False),
        sa.Column("session", sa.String(200), sa.ForeignKey("conversation.session", ondelete="CASCADE"), nullable=False),
        sa.Column("message_id", sa.String(200), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("as_of", sa.Date, nullable=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("intent", sa.String(60), nullable=False),
        sa.Column("confidence", sa.Float, nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("query", sa.JSON, nullable=True),
        sa.Column("shown", sa.JSON, nullable=False),
        sa.Column("fact_ids", sa.JSON, nullable=False),
        sa.Column("runners_up", sa.JSON, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("graph_id", sa.String(60), nullable=False),
        sa.Column("model", sa.String(80), nullable=False),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("principal_kind", sa.String(20), nullable=False),
        sa.Column("principal_id", sa.String(200), nullable=False),
        sa.Column("principal_scopes", sa.JSON, nullable=False),
        sa.Column("latency", sa.JSON, nullable=False),
        sa.Column("trace_id", sa.String(80), nullable=False),
        sa.Column("reply", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("turn_id", name="pk_turn"),
        sa.UniqueConstraint("session", "message_id", name="uq_turn_session_message_id"),
    )
    op.create_index("ix_turn_created_at", "turn", ["created_at"])
    op.create_index("ix_turn_outcome_created_at", "turn", ["outcome", "created_at"])


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("session", sa.String(200), sa.ForeignKey("conversation.session", ondelete="CASCADE"), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("turn_id", sa.String(40), nullable=False),
        sa.Column("payload", sa.JSON, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("session", "seq", name="pk_outbox"),
    )
    op.create_index("ix_outbox_sent_at", "outbox", ["sent_at"])
