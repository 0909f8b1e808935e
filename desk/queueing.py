"""The queue: who is before whom, how long it takes, and who is asked next. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from desk.model import Handoff, State

PRESENT = timedelta(seconds=45)
"""An agent whose page was heard of within this time is there."""


@dataclass(frozen=True, slots=True)
class Agent:
    """Somebody at the desk. Without `skills` he takes everything; `offered_at` is when he was last asked."""

    name: str
    display: str
    ready: bool
    skills: frozenset[str]
    seen_at: datetime
    offered_at: datetime | None = None

    def present(self, now: datetime) -> bool:
        """Whether he can be asked at all."""
        return self.ready and now - self.seen_at < PRESENT

    def takes(self, skill: str) -> bool:
        """Whether the skill is his."""
        return not self.skills or skill in self.skills


def order(handoff: Handoff) -> tuple[int, datetime, str]:
    """Whose turn it is: the more urgent first, then who has waited longer."""
    return (-handoff.priority, handoff.queued_at, handoff.id)


def ahead(handoff: Handoff, waiting: Iterable[Handoff]) -> int:
    """How many wait before this one for the same skill."""
    mine = order(handoff)
    return sum(
        1
        for h in waiting
        if h.state in (State.QUEUED, State.OFFERED)
        and h.skill == handoff.skill
        and h.id != handoff.id
        and order(h) < mine
    )


def wait_minutes(places: int, talk: timedelta, places_at_work: int, free: int) -> int:
    """Minutes until it is one's turn, at least 1: with `free` agents' places for those before, no wait but the
    picking up; else each of the places at work gets free once in `talk` (the mean of recent talks)."""
    if places < free:
        return 1
    rounds = (places - free + 1) / max(1, places_at_work)
    return max(1, math.ceil(rounds * talk.total_seconds() / 60))


def next_agent(handoff: Handoff, agents: Sequence[Agent], busy: Mapping[str, int], at_once: int, now: datetime) -> str:
    """Whom to ask: who is wanted by name if he is there, else of those with the skill the one with the fewest
    customers, who was asked longest ago; empty when nobody is free."""
    free = [a for a in agents if a.present(now) and busy.get(a.name, 0) < at_once and a.name not in handoff.passed]
    if handoff.wanted and any(a.name == handoff.wanted for a in free):
        return handoff.wanted
    able = [a for a in free if a.takes(handoff.skill)]
    first = datetime.min.replace(tzinfo=now.tzinfo)
    best = min(able, key=lambda a: (busy.get(a.name, 0), a.offered_at or first, a.name), default=None)
    return best.name if best else ""


def staffed(skill: str, agents: Iterable[Agent], now: datetime, wanted: str = "") -> bool:
    """Whether somebody is there who may take it."""
    return any(a.present(now) and (a.takes(skill) or a.name == wanted) for a in agents)
