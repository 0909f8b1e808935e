"""The agents' desk: handoffs, what happened to them, notes, who is there."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0011"

_MOMENT = sa.DateTime(timezone=True)
_KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """To this version."""
    _handoffs()
    _events()
    _people()


def _handoffs() -> None:
    op.create_table(
        "desk_handoff",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("session", sa.String(200), nullable=False),
        sa.Column("open_session", sa.String(200)),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("customer_id", sa.String(200), nullable=False),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("skill", sa.String(40), nullable=False),
        sa.Column("priority", sa.Integer, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("wanted", sa.String(64), nullable=False),
        sa.Column("agent", sa.String(64), nullable=False),
        sa.Column("passed", sa.JSON, nullable=False),
        sa.Column("asked_at", _MOMENT, nullable=False),
        sa.Column("queued_at", _MOMENT, nullable=False),
        sa.Column("since", _MOMENT, nullable=False),
        *(
            sa.Column(f"{name}", _MOMENT)
            for name in ("deadline", "accepted_at", "answered_at", "customer_at", "promised_at", "ended_at")
        ),
        sa.Column("warned", sa.Boolean, nullable=False),
        sa.Column("transfers", sa.Integer, nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("score", sa.Integer),
        sa.PrimaryKeyConstraint("id", name="pk_desk_handoff"),
        sa.UniqueConstraint("open_session", name="uq_desk_handoff_open_session"),
    )
    op.create_index("ix_desk_handoff_state", "desk_handoff", ["state", "deadline"])
    op.create_index("ix_desk_handoff_session", "desk_handoff", ["session", "asked_at"])
    op.create_index("ix_desk_handoff_asked_at", "desk_handoff", ["asked_at"])


def _events() -> None:
    op.create_table(
        "desk_event",
        sa.Column("number", _KEY, nullable=False, autoincrement=True),
        sa.Column("handoff_id", sa.String(32), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("detail", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_desk_event"),
    )
    op.create_index("ix_desk_event_handoff_id", "desk_event", ["handoff_id", "number"])


def _people() -> None:
    op.create_table(
        "desk_note",
        sa.Column("number", _KEY, nullable=False, autoincrement=True),
        sa.Column("session", sa.String(200), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("author", sa.String(64), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_desk_note"),
    )
    op.create_index("ix_desk_note_session", "desk_note", ["session", "number"])
    op.create_table(
        "desk_agent",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("display", sa.String(200), nullable=False),
        sa.Column("ready", sa.Boolean, nullable=False),
        sa.Column("skills", sa.JSON, nullable=False),
        sa.Column("seen_at", _MOMENT, nullable=False),
        sa.Column("offered_at", _MOMENT),
        sa.PrimaryKeyConstraint("name", name="pk_desk_agent"),
    )
