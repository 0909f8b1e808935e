"""Memory: what the talk is about. The last Queries and the ids of what was shown or met, never rows; at most 4 kB."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from kg.answer import Choice
from kg.facts import Qualifier
from kg.query import Ask, Entity, Query, qualifier_from_json, to_plain

LIMIT_BYTES = 4096
MAX_FRAMES = 3
MAX_SHOWN = 20
MAX_MET = 10
MAX_CHOICES = 6
VERSION = 3
FORMS = frozenset({Ask.CALCULATE, Ask.ELIGIBLE})
"""Questions that may have to ask the customer for something."""


@dataclass(frozen=True, slots=True)
class Met:
    """A thing that came up in the talk. `role` is empty for what was asked about, else the predicate that led to it
    in an answer (管理人), `SOURCE_ROLE` for the document that an answer cites, or `OFFERED_ROLE`."""

    entity: Entity
    role: str = ""


SOURCE_ROLE = "来源"
OFFERED_ROLE = "推荐"
"""The role of a product that the bank brought up by itself, on a card below the last answer."""
SLOT = "memory"
"""The slot of the Rasa project that holds the memory (nlu.components.arbiter says the same)."""


@dataclass(frozen=True, slots=True)
class Extreme:
    """Of a list or comparison that was shown whole: who has the lowest and who the highest figure of a predicate."""

    predicate: str
    low: str
    high: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A list or comparison on display: its entities in order, how many there are in all, and its extremes."""

    entities: tuple[Entity, ...] = ()
    total: int = 0
    extremes: tuple[Extreme, ...] = ()


@dataclass(frozen=True, slots=True)
class Memory:
    """`frames` are the last Queries, newest first; `display` the last list; `met` what came up, newest first;
    `pending` the choices offered by the last question back, `offered` its labels, so that it is not asked again;
    `asked` what the customer has to say for a calculation or a judgement to go on, kept through a digression,
    `wanted` the condition that it is about; `profile` what he said of himself; `revision` and `today` those of the
    last turn that had a Query."""

    frames: tuple[Query, ...] = ()
    display: Shown = Shown()
    met: tuple[Met, ...] = ()
    pending: tuple[Choice, ...] = ()
    offered: tuple[str, ...] = ()
    asked: str = ""
    wanted: Qualifier | None = None
    profile: tuple[Qualifier, ...] = ()
    revision: int = 0
    today: date | None = None

    @property
    def last(self) -> Query | None:
        """The Query of the last turn that had one."""
        return self.frames[0] if self.frames else None

    @property
    def shown(self) -> tuple[Entity, ...]:
        """The entities of the last list, in order of display."""
        return self.display.entities

    @property
    def spoken_of(self) -> tuple[Met, ...]:
        """What came up, newest first, what nobody asked for at the end: a card below an answer is not its subject."""
        return tuple(sorted(self.met, key=lambda m: m.role == OFFERED_ROLE))

    @property
    def offered_last(self) -> Entity | None:
        """The product on the card below the last answer, while nothing else came up since."""
        newest = self.met[0] if self.met else None
        return newest.entity if newest is not None and newest.role == OFFERED_ROLE else None

    @property
    def offered_ever(self) -> Entity | None:
        """The product that was brought up last, whenever that was."""
        return next((m.entity for m in self.met if m.role == OFFERED_ROLE), None)

    def with_offer(self, product: Entity) -> Memory:
        """The memory after a product was brought up below the answer: 那个 may mean it, 它 does not."""
        return replace(self, met=_newest((Met(product, OFFERED_ROLE),), self.met))

    def with_query(
        self, query: Query, display: Shown | None, revision: int, today: date, met: Iterable[Met] = ()
    ) -> Memory:
        """The memory after `query` was answered; `display` None keeps the list that is on display. `met` are the
        things that the answer led to; the things asked about are added here."""
        kept = self._display_with(display, query)
        about = (Met(Entity(e.id, e.name)) for e in query.focus)
        return Memory(
            self._frames_with(query),
            kept,
            _newest((*about, *met), self.met),
            offered=self.offered,
            profile=self.profile,
            revision=revision,
            today=today,
        )

    def with_mention(self, things: Iterable[Entity], role: str, revision: int, today: date) -> Memory:
        """The memory after something was said about things without a Query (an FAQ, help in an urgent matter): they
        can be meant by a pronoun, and are what the talk is about where it was about nothing yet."""
        met = tuple(Met(Entity(e.id, e.name), role) for e in things)
        if self.last is None and met:
            query = Query(Ask.DESCRIBE, focus=tuple(m.entity for m in met))
            return self.with_query(query, None, revision, today)
        return replace(self, met=_newest(met, self.met))

    def _display_with(self, fresh: Shown | None, query: Query) -> Shown:
        """The list on display: comparing some of it leaves it standing."""
        if fresh is None:
            return self.display
        some = {e.id for e in fresh.entities} < {e.id for e in self.display.entities}
        if some and query.focus:
            return replace(self.display, extremes=fresh.extremes)
        return replace(fresh, entities=fresh.entities[:MAX_SHOWN])

    def with_choices(self, choices: tuple[Choice, ...]) -> Memory:
        """The memory after a question back. What was asked counts as the last Query, so that an answer that names
        something else than the choices still completes it."""
        asked = choices[0].query if choices else None
        frames = self._frames_with(asked) if asked is not None else self.frames
        labels = tuple(c.label for c in choices[:MAX_CHOICES])
        return replace(self, frames=frames, pending=choices[:MAX_CHOICES], offered=labels)

    def cancelled(self) -> Memory:
        """The memory after the customer dropped what was being asked of him."""
        kept = tuple(q for q in self.frames if q.ask not in FORMS) if self.asked else self.frames
        return replace(self, frames=kept, pending=(), offered=(), asked="", wanted=None)

    def _frames_with(self, query: Query) -> tuple[Query, ...]:
        """The newest Queries; one that waits for something from the customer is not pushed out by a digression."""
        frames = (query, *self.frames)
        waiting = next((q for q in frames[MAX_FRAMES:] if self.asked and q.ask in FORMS), None)
        held = waiting is not None and not any(q.ask in FORMS for q in frames[:MAX_FRAMES])
        return (*frames[: MAX_FRAMES - 1], waiting) if held and waiting else frames[:MAX_FRAMES]

    def to_json(self) -> dict[str, Any]:
        """Plain JSON of at most LIMIT_BYTES: what is oldest goes first."""
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
            display=Shown(
                tuple(Entity(id=i, name=n) for i, n in data["shown"]),
                data["total"],
                tuple(Extreme(*row) for row in data["extremes"]),
            ),
            met=tuple(Met(Entity(id=i, name=n), role) for i, n, role in data["met"]),
            pending=tuple(
                Choice(c["label"], Query.from_json(c["query"]) if c.get("query") else None, c.get("text", ""))
                for c in data["pending"]
            ),
            offered=tuple(data["offered"]),
            asked=data["asked"],
            wanted=qualifier_from_json(data["wanted"]) if data["wanted"] else None,
            profile=tuple(qualifier_from_json(q) for q in data["profile"]),
            revision=data["revision"],
            today=date.fromisoformat(day) if day else None,
        )

    def _plain(self) -> dict[str, Any]:
        return {
            "version": VERSION,
            "frames": [f.to_json() for f in self.frames],
            "shown": [[e.id, e.name] for e in self.display.entities],
            "total": self.display.total,
            "extremes": [[x.predicate, x.low, x.high] for x in self.display.extremes],
            "met": [[m.entity.id, m.entity.name, m.role] for m in self.met],
            "pending": [
                {"label": c.label, "query": c.query.to_json() if c.query else None, "text": c.text}
                for c in self.pending
            ],
            "offered": list(self.offered),
            "asked": self.asked,
            "wanted": to_plain(self.wanted) if self.wanted else None,
            "profile": [to_plain(q) for q in self.profile],
            "revision": self.revision,
            "today": self.today.isoformat() if self.today else None,
        }

    def _smaller(self) -> Memory:
        display = self.display
        if len(self.frames) > 1:
            return replace(self, frames=self.frames[:-1])
        if len(self.met) > 3:
            return replace(self, met=self.met[: len(self.met) // 2])
        if len(display.entities) > 1:
            return replace(self, display=Shown(display.entities[: len(display.entities) // 2], display.total))
        if self.pending or self.offered:
            return replace(self, pending=self.pending[:-1], offered=self.offered[:-1])
        return replace(self, frames=(), display=Shown(), met=(), asked="", wanted=None)


def _newest(fresh: Iterable[Met], known: Iterable[Met]) -> tuple[Met, ...]:
    """Each thing once, in the role in which it came up last."""
    found: dict[str, Met] = {}
    for met in (*fresh, *known):
        found.setdefault(met.entity.id, met)
    return tuple(found.values())[:MAX_MET]
