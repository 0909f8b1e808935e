"""Deliveries forget what they held: until when a body is kept. What stood in clear before goes with the first sweep."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0006"


def upgrade() -> None:
    """To this version."""
    op.add_column("channel_delivery", sa.Column("keep_until", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_channel_delivery_keep_until", "channel_delivery", ["keep_until"])
    op.execute("UPDATE channel_delivery SET keep_until = created_at")


def downgrade() -> None:
    """Back to the version before."""
    op.drop_index("ix_channel_delivery_keep_until", "channel_delivery")
    with op.batch_alter_table("channel_delivery") as table:
        table.drop_column("keep_until")
