"""Drafts: deltas that wait in SQL until somebody publishes or drops them."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, DateTime, Integer, MetaData, String, Table, Text, create_engine, select
from sqlalchemy.engine import Engine

from kg.delta import Delta
from kg.delta_json import delta_from_json, delta_to_json

_METADATA = MetaData()
_DRAFTS = Table(
    "kg_drafts",
    _METADATA,
    Column("id", String(12), primary_key=True),
    Column("graph_id", String(36), nullable=False),
    Column("base", Integer, nullable=False),
    Column("author", String(200), nullable=False),
    Column("message", Text, nullable=False),
    Column("created", DateTime(timezone=True), nullable=False),
    Column("state", String(10), nullable=False),
    Column("revision", Integer),
    Column("delta", Text, nullable=False),
)
WAITING, PUBLISHED, DROPPED = "waiting", "published", "dropped"


class UnknownDraft(LookupError):
    """There is no waiting draft of that id."""

    def __init__(self, draft_id: str) -> None:
        super().__init__(f"draft {draft_id}: not waiting; `kg log --drafts` lists those that are")
        self.draft_id = draft_id


@dataclass(frozen=True, slots=True)
class Draft:
    """A delta with its author's words; `state` is waiting, published or dropped."""

    id: str
    graph_id: str
    author: str
    message: str
    created: datetime
    state: str
    revision: int | None
    delta: Delta


class DraftStore:
    """The table of drafts behind an SQLAlchemy engine; made on first use. Safe between threads."""

    def __init__(self, engine: Engine | str) -> None:
        self._engine = create_engine(engine) if isinstance(engine, str) else engine
        _METADATA.create_all(self._engine)

    def add(self, graph_id: str, delta: Delta, *, author: str, message: str) -> Draft:
        """Keep a delta as a waiting draft."""
        made = Draft(uuid.uuid4().hex[:12], graph_id, author, message, datetime.now(UTC), WAITING, None, delta)
        body = json.dumps(delta_to_json(delta), ensure_ascii=False)
        values = {
            "id": made.id,
            "graph_id": graph_id,
            "base": delta.base,
            "author": author,
            "message": message,
            "created": made.created,
            "state": WAITING,
            "delta": body,
        }
        with self._engine.begin() as sql:
            sql.execute(_DRAFTS.insert().values(**values))
        return made

    def get(self, draft_id: str) -> Draft:
        """A waiting draft; UnknownDraft when there is none of that id or it is settled."""
        with self._engine.connect() as sql:
            row = sql.execute(select(_DRAFTS).where(_DRAFTS.c.id == draft_id, _DRAFTS.c.state == WAITING)).first()
        if row is None:
            raise UnknownDraft(draft_id)
        return _draft(row)

    def waiting(self, graph_id: str) -> list[Draft]:
        """Drafts of a graph that wait, oldest first."""
        query = select(_DRAFTS).where(_DRAFTS.c.graph_id == graph_id, _DRAFTS.c.state == WAITING)
        with self._engine.connect() as sql:
            return [_draft(row) for row in sql.execute(query.order_by(_DRAFTS.c.created))]

    def settle(self, draft_id: str, state: str, revision: int | None = None) -> None:
        """Mark a waiting draft as published (with its revision) or dropped. UnknownDraft if it does not wait."""
        update = _DRAFTS.update().where(_DRAFTS.c.id == draft_id, _DRAFTS.c.state == WAITING)
        with self._engine.begin() as sql:
            if sql.execute(update.values(state=state, revision=revision)).rowcount == 0:
                raise UnknownDraft(draft_id)


def _draft(row: Any) -> Draft:
    delta = delta_from_json(json.loads(row.delta))
    return Draft(row.id, row.graph_id, row.author, row.message, row.created, row.state, row.revision, delta)
