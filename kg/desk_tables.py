"""Tables of the editors' side: drafts with their files, the journal, answers kept per revision, loaded originals.

They stand in the dialogue's database and its chain of migrations; a test compares both.
"""

from __future__ import annotations

from sqlalchemy import Column, DateTime, Index, Integer, LargeBinary, MetaData, String, Table, Text

metadata = MetaData(naming_convention={"pk": "pk_%(table_name)s", "ix": "ix_%(column_0_N_label)s"})

drafts = Table(
    "kg_drafts",
    metadata,
    Column("id", String(12), primary_key=True),
    Column("graph_id", String(36), nullable=False),
    Column("base", Integer, nullable=False),
    Column("author", String(200), nullable=False),
    Column("message", Text, nullable=False),
    Column("created", DateTime(timezone=True), nullable=False),
    Column("state", String(10), nullable=False),
    Column("revision", Integer),
    Column("delta", Text, nullable=False),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("replace_gone", Integer, nullable=False, server_default="0"),
    Column("findings", Text, nullable=False, server_default="{}"),
)

draft_files = Table(
    "kg_draft_files",
    metadata,
    Column("draft", String(12), primary_key=True),
    Column("name", String(200), primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

journal = Table(
    "kg_journal",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("graph_id", String(36), nullable=False),
    Column("actor", String(200), nullable=False),
    Column("action", String(40), nullable=False),
    Column("draft", String(12), nullable=False),
    Column("revision", Integer),
    Column("detail", Text, nullable=False),
    Index(None, "draft"),
    Index(None, "revision"),
)

answers = Table(
    "kg_answers",
    metadata,
    Column("graph_id", String(36), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("question", String(64), primary_key=True),
    Column("body", Text, nullable=False),
)

originals = Table(
    "kg_originals",
    metadata,
    Column("graph_id", String(36), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("name", String(200), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("content", LargeBinary, nullable=False),
)
