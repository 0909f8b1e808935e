"""The journal: who did what to knowledge and accounts, when and why; only ever appended to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.engine import Engine

from kg.desk_tables import journal


class Act(StrEnum):
    """What can happen. Their Chinese words stand with who shows them."""

    DRAFTED = "drafted"
    EDITED = "edited"
    COMMENTED = "commented"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    REBASED = "rebased"
    DROPPED = "dropped"
    PUBLISHED = "published"
    ROLLED_BACK = "rolled_back"
    GOLDEN_ADDED = "golden_added"
    GOLDEN_REMOVED = "golden_removed"
    USER_ADDED = "user_added"
    USER_CHANGED = "user_changed"
    USER_LOCKED = "user_locked"
    KEY_MADE = "key_made"
    KEY_REVOKED = "key_revoked"
    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal. `draft` and `revision` say what it is about, where it is about one."""

    at: datetime
    actor: str
    act: Act
    draft: str = ""
    revision: int | None = None
    detail: Mapping[str, Any] | None = None


class Journal:
    """The journal of one installation; `graph_id` is the graph that revisions belong to. Safe between threads."""

    def __init__(self, engine: Engine, graph_id: str = "") -> None:
        self._engine = engine
        self._graph_id = graph_id

    def note(self, actor: str, act: Act, *, draft: str = "", revision: int | None = None, **detail: Any) -> None:
        """Appends one line, with the time of now."""
        row = {
            "at": datetime.now(UTC),
            "graph_id": self._graph_id,
            "actor": actor,
            "action": act.value,
            "draft": draft,
            "revision": revision,
            "detail": json.dumps(detail, ensure_ascii=False, default=str),
        }
        with self._engine.begin() as sql:
            sql.execute(insert(journal).values(**row))

    def of_draft(self, draft_id: str) -> list[Entry]:
        """The story of a draft, oldest first."""
        return self._read(journal.c.draft == draft_id, newest=False, limit=1000)

    def of_revisions(self, first: int, last: int) -> list[Entry]:
        """What made the revisions from `first` to `last`, oldest first."""
        which = (journal.c.graph_id == self._graph_id) & journal.c.revision.between(first, last)
        return self._read(which, newest=False, limit=5000)

    def latest(self, limit: int = 100) -> list[Entry]:
        """The newest lines of everything, newest first."""
        return self._read(None, newest=True, limit=limit)

    def _read(self, which: Any, *, newest: bool, limit: int) -> list[Entry]:
        query = select(journal).order_by(journal.c.number.desc() if newest else journal.c.number).limit(limit)
        if which is not None:
            query = query.where(which)
        with self._engine.connect() as sql:
            return [_entry(row) for row in sql.execute(query)]


def _entry(row: Any) -> Entry:
    at = row.at if row.at.tzinfo else row.at.replace(tzinfo=UTC)
    return Entry(at, row.actor, Act(row.action), row.draft, row.revision, json.loads(row.detail))
