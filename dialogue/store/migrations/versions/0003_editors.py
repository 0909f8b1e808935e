"""The editors' side: drafts with files, the journal, kept answers, originals; staff accounts, sessions and keys."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """To this version. The release before made kg_drafts by itself, on the first draft."""
    if not sa.inspect(op.get_bind()).has_table("kg_drafts"):
        op.create_table(
            "kg_drafts",
            sa.Column("id", sa.String(12), nullable=False),
            sa.Column("graph_id", sa.String(36), nullable=False),
            sa.Column("base", sa.Integer, nullable=False),
            sa.Column("author", sa.String(200), nullable=False),
            sa.Column("message", sa.Text, nullable=False),
            sa.Column("created", _MOMENT, nullable=False),
            sa.Column("state", sa.String(10), nullable=False),
            sa.Column("revision", sa.Integer),
            sa.Column("delta", sa.Text, nullable=False),
            sa.PrimaryKeyConstraint("id", name="pk_kg_drafts"),
        )
    op.add_column("kg_drafts", sa.Column("version", sa.Integer, nullable=False, server_default="1"))
    op.add_column("kg_drafts", sa.Column("replace_gone", sa.Integer, nullable=False, server_default="0"))
    op.add_column("kg_drafts", sa.Column("findings", sa.Text, nullable=False, server_default="{}"))
    _knowledge()
    _people()


def _knowledge() -> None:
    op.create_table(
        "kg_draft_files",
        sa.Column("draft", sa.String(12), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("draft", "name", name="pk_kg_draft_files"),
    )
    op.create_table(
        "kg_journal",
        sa.Column("number", sa.Integer, nullable=False, autoincrement=True),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("graph_id", sa.String(36), nullable=False),
        sa.Column("actor", sa.String(200), nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("draft", sa.String(12), nullable=False),
        sa.Column("revision", sa.Integer),
        sa.Column("detail", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_kg_journal"),
    )
    op.create_index("ix_kg_journal_draft", "kg_journal", ["draft"])
    op.create_index("ix_kg_journal_revision", "kg_journal", ["revision"])
    op.create_table(
        "kg_answers",
        sa.Column("graph_id", sa.String(36), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("question", sa.String(64), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("graph_id", "revision", "question", name="pk_kg_answers"),
    )
    op.create_table(
        "kg_originals",
        sa.Column("graph_id", sa.String(36), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("graph_id", "revision", "name", name="pk_kg_originals"),
    )


def _people() -> None:
    op.create_table(
        "staff_account",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("display", sa.String(200), nullable=False),
        sa.Column("password", sa.String(300), nullable=False),
        sa.Column("roles", sa.JSON, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=True),
        sa.Column("disabled", sa.Boolean, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("locked_until", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_staff_account"),
    )
    op.create_table(
        "staff_session",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("opened_at", _MOMENT, nullable=False),
        sa.Column("seen_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_staff_session"),
    )
    op.create_index("ix_staff_session_name", "staff_session", ["name"])
    op.create_table(
        "staff_key",
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("label", sa.String(200), nullable=False),
        sa.Column("scopes", sa.JSON, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.Column("revoked", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_staff_key"),
    )
    op.create_index("ix_staff_key_name", "staff_key", ["name"])


def downgrade() -> None:
    """Back to the version before; drafts lose their files, accounts are gone."""
    for name in (
        "staff_key",
        "staff_session",
        "staff_account",
        "kg_originals",
        "kg_answers",
        "kg_journal",
        "kg_draft_files",
    ):
        op.drop_table(name)
    with op.batch_alter_table("kg_drafts") as table:
        for column in ("findings", "replace_gone", "version"):
            table.drop_column(column)
