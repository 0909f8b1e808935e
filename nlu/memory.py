"""Memory: what the talk is about. The last Queries and the ids that were shown, never rows; at most 4 kB."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from kg.answer import Choice
from kg.query import Entity, Query

LIMIT_BYTES = 4096
MAX_FRAMES = 3
MAX_SHOWN = 20
MAX_CHOICES = 6
VERSION = 1


@dataclass(frozen=True, slots=True)
class Memory:
    """`frames` are the last Queries, newest first; `shown` the entities of the last list, in order of display;
    `pending` the choices offered by the last question back; `asked` what the customer has to say
    for a calculation to go on, kept through a digression; `revision` and `today` those of the last turn."""

    frames: tuple[Query, ...] = ()
    shown: tuple[Entity, ...] = ()
    pending: tuple[Choice, ...] = ()
    asked: str = ""
    revision: int = 0
    today: date | None = None

    @property
    def last(self) -> Query | None:
        """The Query of the last turn that had one."""
        return self.frames[0] if self.frames else None

    def with_query(self, query: Query, shown: tuple[Entity, ...] | None, revision: int, today: date) -> Memory:
        """The memory after `query` was answered; `shown` None keeps the list that is on display."""
        frames = (query, *self.frames)[:MAX_FRAMES]
        kept = self.shown if shown is None else shown[:MAX_SHOWN]
        return Memory(frames, kept, revision=revision, today=today)

    def with_choices(self, choices: tuple[Choice, ...]) -> Memory:
        """The memory after a question back. What was asked counts as the last Query, so that an answer that names
        something else than the choices still completes it."""
        asked = choices[0].query if choices else None
        frames = (asked, *self.frames)[:MAX_FRAMES] if asked is not None else self.frames
        return replace(self, frames=frames, pending=choices[:MAX_CHOICES])

    def to_json(self) -> dict[str, Any]:
        """Plain JSON of at most LIMIT_BYTES: older frames go first, then the tail of what was shown."""
        memory = self
        while True:
            data = memory._plain()
            if len(json.dumps(data, ensure_ascii=False).encode()) <= LIMIT_BYTES:
                return data
            memory = memory._smaller()

    @staticmethod
    def from_json(data: dict[str, Any] | None) -> Memory:
        """The memory that `to_json` wrote; one of another version is forgotten."""
        if not data or data.get("version") != VERSION:
            return Memory()
        day = data.get("today")
        return Memory(
            frames=tuple(Query.from_json(f) for f in data["frames"]),
            shown=tuple(Entity(id=i, name=n) for i, n in data["shown"]),
            pending=tuple(
                Choice(c["label"], Query.from_json(c["query"]) if c.get("query") else None, c.get("text", ""))
                for c in data["pending"]
            ),
            asked=data.get("asked", ""),
            revision=data["revision"],
            today=date.fromisoformat(day) if day else None,
        )

    def _plain(self) -> dict[str, Any]:
        return {
            "version": VERSION,
            "frames": [f.to_json() for f in self.frames],
            "shown": [[e.id, e.name] for e in self.shown],
            "pending": [
                {"label": c.label, "query": c.query.to_json() if c.query else None, "text": c.text}
                for c in self.pending
            ],
            "asked": self.asked,
            "revision": self.revision,
            "today": self.today.isoformat() if self.today else None,
        }

    def _smaller(self) -> Memory:
        if len(self.frames) > 1:
            return replace(self, frames=self.frames[:-1])
        if len(self.shown) > 1:
            return replace(self, shown=self.shown[: len(self.shown) // 2])
        if self.pending:
            return replace(self, pending=self.pending[:-1])
        return replace(self, frames=(), shown=())
