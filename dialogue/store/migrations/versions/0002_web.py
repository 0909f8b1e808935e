"""Sessions of the web channel and what customers think of replies."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """To this version."""
    op.create_table(
        "web_session",
        sa.Column("session", sa.String(200), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("session", name="pk_web_session"),
    )
    op.create_index("ix_web_session_seen_at", "web_session", ["seen_at"])
    op.create_table(
        "web_feedback",
        sa.Column("session", sa.String(200), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("turn_id", sa.String(40), nullable=False),
        sa.Column("rating", sa.String(10), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("session", "seq", name="pk_web_feedback"),
    )
    op.create_index("ix_web_feedback_turn_id", "web_feedback", ["turn_id"])


def downgrade() -> None:
    """Back to the version before."""
    op.drop_table("web_feedback")
    op.drop_table("web_session")
