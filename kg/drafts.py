"""Drafts: changes that wait in SQL, with the files they come from, until somebody publishes or drops them."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property, partial
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection, Engine

from kg.delta import Delta
from kg.delta_json import delta_from_json, delta_to_json
from kg.desk_tables import draft_files, drafts

EDITING, WAITING, PUBLISHED, DROPPED = "editing", "waiting", "published", "dropped"
OPEN = (EDITING, WAITING)
_BUT_DELTA = [column for column in drafts.c if column.name != "delta"]


class UnknownDraft(LookupError):
    """There is no open draft of that id in the state asked for."""

    def __init__(self, draft_id: str) -> None:
        super().__init__(f"draft {draft_id}: not waiting; `kg drafts` lists those that are")
        self.draft_id = draft_id


class DraftMoved(Exception):
    """Somebody else changed the draft since it was read; `version` is where it stands now."""

    def __init__(self, draft_id: str, version: int) -> None:
        super().__init__(f"draft {draft_id}: changed meanwhile, now at version {version}; read it again")
        self.draft_id, self.version = draft_id, version


@dataclass(frozen=True)
class Draft:
    """A delta with its author's words.

    `state` is editing (its files may hold errors), waiting (for approval), published or dropped. `version` rises
    with every change of it. `findings` is what checking it found: plain JSON, written by who checked. `base` is the
    revision that it was computed on. The delta, which may be of a million facts, is read from its table when it is
    wanted, for a list of drafts needs none; DraftMoved if the draft changed in between.
    """

    id: str
    graph_id: str
    author: str
    message: str
    created: datetime
    state: str
    revision: int | None
    base: int
    stored: Callable[[], str] = field(repr=False, compare=False)
    version: int = 1
    replace: bool = False
    findings: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def delta(self) -> Delta:
        """The change."""
        return delta_from_json(self._body)

    @property
    def facts(self) -> int:
        """How many facts the change opens and closes."""
        known = self.findings.get("facts")
        if known is not None:
            return int(known)
        return len(self._body["added"]) + len(self._body["closed"])

    @cached_property
    def _body(self) -> dict[str, Any]:
        body: dict[str, Any] = json.loads(self.stored())
        return body


class DraftStore:
    """The tables of drafts behind an SQLAlchemy engine whose tables are up to date. Safe between threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(
        self,
        graph_id: str,
        delta: Delta,
        *,
        author: str,
        message: str,
        state: str = WAITING,
        files: Mapping[str, bytes] | None = None,
        replace: bool = False,
        findings: Mapping[str, Any] | None = None,
    ) -> Draft:
        """Keep a delta as a draft, with the files it was computed from."""
        draft_id = uuid.uuid4().hex[:12]
        values = {
            "id": draft_id,
            "graph_id": graph_id,
            "author": author,
            "message": message,
            "created": datetime.now(UTC),
            "state": state,
            "version": 1,
            "replace_gone": int(replace),
            "findings": json.dumps(dict(findings or {}), ensure_ascii=False),
            **_delta_body(delta),
        }
        with self._engine.begin() as sql:
            sql.execute(insert(drafts).values(**values))
            _put_files(sql, draft_id, files or {})
        return self.find(draft_id)

    def get(self, draft_id: str, states: Iterable[str] = (WAITING,)) -> Draft:
        """A draft in one of `states`; UnknownDraft when there is none of that id or it is in another one."""
        query = select(_BUT_DELTA).where(drafts.c.id == draft_id, drafts.c.state.in_(tuple(states)))
        with self._engine.connect() as sql:
            row = sql.execute(query).first()
        if row is None:
            raise UnknownDraft(draft_id)
        return self._draft(row)

    def find(self, draft_id: str) -> Draft:
        """A draft in whatever state. UnknownDraft."""
        return self.get(draft_id, (*OPEN, PUBLISHED, DROPPED))

    def waiting(self, graph_id: str) -> list[Draft]:
        """Drafts of a graph that wait for approval, oldest first."""
        return self.listed(graph_id, (WAITING,))

    def listed(self, graph_id: str, states: Iterable[str] = OPEN, limit: int = 200) -> list[Draft]:
        """The newest drafts of a graph in one of `states`, oldest first."""
        query = select(_BUT_DELTA).where(drafts.c.graph_id == graph_id, drafts.c.state.in_(tuple(states)))
        with self._engine.connect() as sql:
            found = [self._draft(row) for row in sql.execute(query.order_by(drafts.c.created.desc()).limit(limit))]
        return found[::-1]

    def files(self, draft_id: str) -> dict[str, bytes]:
        """The files of a draft by name; those of a draft that was computed elsewhere are none."""
        query = select(draft_files.c.name, draft_files.c.content).where(draft_files.c.draft == draft_id)
        with self._engine.connect() as sql:
            return {row.name: bytes(row.content) for row in sql.execute(query.order_by(draft_files.c.name))}

    def file_names(self, draft_id: str) -> list[str]:
        """What the files of a draft are called, without reading them."""
        query = select(draft_files.c.name).where(draft_files.c.draft == draft_id)
        with self._engine.connect() as sql:
            return [str(row.name) for row in sql.execute(query.order_by(draft_files.c.name))]

    def change(
        self,
        before: Draft,
        *,
        delta: Delta | None = None,
        files: Mapping[str, bytes] | None = None,
        findings: Mapping[str, Any] | None = None,
        state: str | None = None,
        message: str | None = None,
    ) -> Draft:
        """Give a draft new content; DraftMoved when it is not as `before` any more. Returns it as it is now."""
        values: dict[str, Any] = {"version": before.version + 1}
        if delta is not None:
            values |= _delta_body(delta)
        if findings is not None:
            values["findings"] = json.dumps(dict(findings), ensure_ascii=False)
        if state is not None:
            values["state"] = state
        if message is not None:
            values["message"] = message
        which = (drafts.c.id == before.id) & (drafts.c.version == before.version) & drafts.c.state.in_(OPEN)
        with self._engine.begin() as sql:
            if sql.execute(update(drafts).where(which).values(**values)).rowcount != 1:
                now = sql.execute(select(drafts.c.version).where(drafts.c.id == before.id)).scalar()
                raise DraftMoved(before.id, now or 0)
            if files is not None:
                _put_files(sql, before.id, files)
        return self.find(before.id)

    def settle(self, draft_id: str, state: str, revision: int | None = None) -> None:
        """Mark an open draft as published (with its revision) or dropped. UnknownDraft if it is not open."""
        which = update(drafts).where(drafts.c.id == draft_id, drafts.c.state.in_(OPEN))
        with self._engine.begin() as sql:
            changed = sql.execute(which.values(state=state, revision=revision, version=drafts.c.version + 1))
            if changed.rowcount == 0:
                raise UnknownDraft(draft_id)

    def _draft(self, row: Any) -> Draft:
        return Draft(
            row.id,
            row.graph_id,
            row.author,
            row.message,
            row.created if row.created.tzinfo else row.created.replace(tzinfo=UTC),
            row.state,
            row.revision,
            row.base,
            partial(self._stored, row.id, row.version),
            row.version,
            bool(row.replace_gone),
            json.loads(row.findings),
        )

    def _stored(self, draft_id: str, version: int) -> str:
        query = select(drafts.c.delta, drafts.c.version).where(drafts.c.id == draft_id)
        with self._engine.connect() as sql:
            row = sql.execute(query).one()
        if row.version != version:
            raise DraftMoved(draft_id, row.version)
        return str(row.delta)


def _put_files(sql: Connection, draft_id: str, files: Mapping[str, bytes]) -> None:
    if files:
        sql.execute(delete(draft_files).where(draft_files.c.draft == draft_id))
        rows = [{"draft": draft_id, "name": name, "content": content} for name, content in files.items()]
        sql.execute(insert(draft_files), rows)


def _delta_body(delta: Delta) -> dict[str, Any]:
    return {"base": delta.base, "delta": json.dumps(delta_to_json(delta), ensure_ascii=False)}
