"""What supervisors see: figures of a period from handoffs and turns. Pure over rows that one read brings.

Service level: of the handoffs that waited for a person and wait no more, the share taken within the target.
Containment: of the conversations, the share in which no person was asked for. Waits count to the first person who took
the customer.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.engine import Connection

from desk import store as handoffs
from desk.hours import BANK_ZONE, promise
from desk.model import Code, Handoff, State
from desk.rules import Rules
from desk.store import utc
from dialogue.store.tables import turn

_HOURLY_UP_TO = timedelta(days=1)


class FiguresOut(BaseModel):
    """Figures of a period or a part of it; null where there is nothing to count."""

    conversations: int
    handoffs: int
    accepted: int
    abandoned: int = Field(description="Given up by the customer before anybody took them")
    level: float | None = Field(description="Share taken within the target")
    containment: float | None = Field(description="Share of conversations in which no person was asked for")
    satisfaction: float | None = Field(description="Mean score, 1 to 5")
    rated: int
    mean_wait: float | None = Field(description="Seconds")
    mean_talk: float | None = Field(description="Seconds")


class PointOut(FiguresOut):
    """Figures of an hour or a day, by the bank's time."""

    start: datetime


class ServedOut(BaseModel):
    """What an agent did in the period."""

    name: str
    served: int
    mean_talk: float | None
    satisfaction: float | None


class OverviewOut(BaseModel):
    """The period as a whole, over time, by channel, by reason, by how it ended, by agent."""

    start: datetime
    end: datetime
    hourly: bool
    target_seconds: int
    whole: FiguresOut
    points: list[PointOut]
    channels: dict[str, FiguresOut]
    reasons: dict[str, int]
    codes: dict[str, int]
    agents: list[ServedOut]


class Spoke(BaseModel):
    """A conversation spoke on a channel at a moment."""

    session: str
    channel: str
    at: datetime


def overview_of(sql: Connection, start: datetime, end: datetime, rules: Rules, channel: str = "") -> OverviewOut:
    """The figures from `start` to `end`; of one channel, if it is named."""
    found = handoffs.opened_between(sql, start, end)
    spoke = _spoke(sql, start, end)
    channels = sorted({h.channel for h in found} | {s.channel for s in spoke})
    if channel:
        found, spoke = [h for h in found if h.channel == channel], [s for s in spoke if s.channel == channel]
    span = timedelta(hours=1) if end - start <= _HOURLY_UP_TO else timedelta(days=1)
    return OverviewOut(
        start=start,
        end=end,
        hourly=span < timedelta(days=1),
        target_seconds=int(rules.target.total_seconds()),
        whole=figures(found, spoke, rules),
        points=points(found, spoke, rules, start=start, end=end, span=span),
        channels={
            name: figures([h for h in found if h.channel == name], [s for s in spoke if s.channel == name], rules)
            for name in channels
            if channel in ("", name)
        },
        reasons=dict(Counter(h.reason.value for h in found)),
        codes=dict(Counter(h.code for h in found if h.code)),
        agents=served(found),
    )


def figures(found: Sequence[Handoff], spoke: Sequence[Spoke], rules: Rules) -> FiguresOut:
    """The figures of some handoffs and conversations."""
    taken = [h for h in found if h.accepted_at is not None]
    asked = {h.session for h in found}
    sessions = {s.session for s in spoke} | asked
    waits = [(h.accepted_at - h.asked_at).total_seconds() for h in taken if h.accepted_at is not None]
    judged = [h for h in found if _judged(h, rules)]
    in_time = sum(h.accepted_at is not None and h.accepted_at - h.asked_at <= rules.target for h in judged)
    scores = [h.score for h in found if h.score is not None]
    return FiguresOut(
        conversations=len(sessions),
        handoffs=len(found),
        accepted=len(taken),
        abandoned=sum(h.code == Code.CANCELLED and h.accepted_at is None for h in found),
        level=in_time / len(judged) if judged else None,
        containment=1 - len(asked) / len(sessions) if sessions else None,
        satisfaction=mean(scores),
        rated=len(scores),
        mean_wait=mean(waits),
        mean_talk=mean(_talks(taken)),
    )


def points(
    found: Sequence[Handoff],
    spoke: Sequence[Spoke],
    rules: Rules,
    *,
    start: datetime,
    end: datetime,
    span: timedelta,
) -> list[PointOut]:
    """Figures hour by hour or day by day, empty ones included."""
    by_start: dict[datetime, tuple[list[Handoff], list[Spoke]]] = defaultdict(lambda: ([], []))
    for h in found:
        by_start[_floor(h.asked_at, span)][0].append(h)
    for s in spoke:
        by_start[_floor(s.at, span)][1].append(s)
    made, at = [], _floor(start, span)
    while at < end:
        some = by_start.get(at, ([], []))
        made.append(PointOut(start=at, **figures(some[0], some[1], rules).model_dump()))
        at += span
    return made


def served(found: Iterable[Handoff]) -> list[ServedOut]:
    """Agents by how many customers they served, as those stand now."""
    mine: dict[str, list[Handoff]] = defaultdict(list)
    for h in found:
        if h.agent and h.accepted_at is not None:
            mine[h.agent].append(h)
    lines = [
        ServedOut(
            name=name,
            served=len(some),
            mean_talk=mean(_talks(some)),
            satisfaction=mean([h.score for h in some if h.score is not None]),
        )
        for name, some in mine.items()
    ]
    return sorted(lines, key=lambda line: (-line.served, line.name))


def mean(numbers: Sequence[float]) -> float | None:
    """The arithmetic mean; None of nothing."""
    return sum(numbers) / len(numbers) if numbers else None


def _judged(h: Handoff, rules: Rules) -> bool:
    """Whether it says something about the service: it waited for a person, and the wait is over, whatever its end. Who
    was told at once that nobody is there did not wait: his promise counts from when he asked."""
    waited = h.promised_at is None or h.promised_at > promise(h.asked_at, rules)
    return waited and (h.accepted_at is not None or h.state in (State.MESSAGE, State.ENDED))


def _talks(found: Iterable[Handoff]) -> list[float]:
    return [(h.ended_at - h.accepted_at).total_seconds() for h in found if h.accepted_at and h.ended_at]


def _floor(moment: datetime, span: timedelta) -> datetime:
    local = moment.astimezone(BANK_ZONE)
    hour = 0 if span >= timedelta(days=1) else local.hour
    return local.replace(hour=hour, minute=0, second=0, microsecond=0)


def _spoke(sql: Connection, start: datetime, end: datetime) -> list[Spoke]:
    """Each conversation once an hour and channel: enough for hours and days."""
    chosen = select(turn.c.session, turn.c.channel, turn.c.created_at).where(
        turn.c.created_at >= utc(start), turn.c.created_at < utc(end)
    )
    seen: dict[tuple[str, str, datetime], Spoke] = {}
    for row in sql.execute(chosen):
        at = _floor(utc(row.created_at), timedelta(hours=1))
        seen.setdefault((row.session, row.channel, at), Spoke(session=row.session, channel=row.channel, at=at))
    return list(seen.values())
