"""Handoffs in the database: read, moved by compare-and-set, and every move written down. Within transactions of
whoever calls, so that a handoff moves together with what is said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.engine import Connection, Row
from sqlalchemy.exc import IntegrityError

from customer.model import SignalKind
from customer.tables import signal
from desk.model import Code, Handoff, Reason, State
from desk.queueing import Agent
from desk.tables import agent, event, handoff, note
from growth import ledger

SOURCE = "人工服务"
_MOMENTS = frozenset(
    {
        "asked_at",
        "queued_at",
        "since",
        "deadline",
        "accepted_at",
        "answered_at",
        "customer_at",
        "promised_at",
        "ended_at",
    }
)
_RECENT_TALKS = 50
# Asked by every turn: building a statement costs more than running it.
_STANDING = select(handoff).where(handoff.c.open_session == bindparam("of_session"))


class HandoffMoved(Exception):
    """Somebody else moved the handoff meanwhile: read it again."""


def standing(sql: Connection, session: str) -> Handoff | None:
    """The conversation's handoff that is not over; the survey counts."""
    row = sql.execute(_STANDING, {"of_session": session}).first()
    return _read(row) if row else None


def of_id(sql: Connection, handoff_id: str) -> Handoff | None:
    """The handoff of that id."""
    row = sql.execute(select(handoff).where(handoff.c.id == handoff_id)).first()
    return _read(row) if row else None


def waiting(sql: Connection) -> list[Handoff]:
    """All that wait for a person."""
    states = (State.QUEUED.value, State.OFFERED.value, State.MESSAGE.value)
    return [_read(row) for row in sql.execute(select(handoff).where(handoff.c.state.in_(states)))]


def at_desk(sql: Connection) -> list[Handoff]:
    """All that wait or are being talked to."""
    states = (State.QUEUED.value, State.OFFERED.value, State.MESSAGE.value, State.TALKING.value)
    return [_read(row) for row in sql.execute(select(handoff).where(handoff.c.state.in_(states)))]


def due(sql: Connection, now: datetime, limit: int = 100) -> list[Handoff]:
    """Those whose time has come."""
    chosen = select(handoff).where(handoff.c.state != State.ENDED.value, handoff.c.deadline <= utc(now))
    return [_read(row) for row in sql.execute(chosen.order_by(handoff.c.deadline).limit(limit))]


def of_session(sql: Connection, session: str) -> list[Handoff]:
    """All handoffs of a conversation, oldest first."""
    chosen = select(handoff).where(handoff.c.session == session).order_by(handoff.c.asked_at)
    return [_read(row) for row in sql.execute(chosen)]


def opened_between(sql: Connection, start: datetime, end: datetime) -> list[Handoff]:
    """Those that were asked for in a period, oldest first."""
    chosen = select(handoff).where(handoff.c.asked_at >= utc(start), handoff.c.asked_at < utc(end))
    return [_read(row) for row in sql.execute(chosen.order_by(handoff.c.asked_at))]


def add(sql: Connection, made: Handoff, actor: str = "") -> None:
    """A new handoff. Raises IntegrityError where the conversation has one that is not over."""
    sql.execute(insert(handoff).values(**_row(made), version=made.version))
    _note(sql, made, actor, "opened", at=made.asked_at, detail={"reason": made.reason.value})
    if made.customer_id:
        _mute(sql, made.customer_id, made.asked_at)


def move(
    sql: Connection,
    before: Handoff,
    after: Handoff,
    *,
    kind: str,
    now: datetime,
    actor: str = "",
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Writes `after` where `before` still stands. Raises HandoffMoved where it does not."""
    if after == before:
        return
    which = (handoff.c.id == before.id) & (handoff.c.version == before.version)
    done = sql.execute(update(handoff).where(which).values(**_row(after), version=before.version + 1))
    if done.rowcount != 1:
        raise HandoffMoved(before.id)
    _note(sql, after, actor, kind, at=now, detail=detail or {})
    if before.open and not after.open and after.customer_id:
        _unmute(sql, after.customer_id, now)


def events(sql: Connection, handoff_id: str) -> list[dict[str, Any]]:
    """What happened to a handoff, oldest first."""
    chosen = select(event).where(event.c.handoff_id == handoff_id).order_by(event.c.number)
    return [
        {"at": utc(r.at), "actor": r.actor, "kind": r.kind, "state": r.state, "detail": r.detail}
        for r in sql.execute(chosen)
    ]


def write_note(sql: Connection, session: str, author: str, words: str, now: datetime) -> None:
    """An internal note on a conversation; no customer ever sees it."""
    sql.execute(insert(note).values(session=session, author=author, text=words, at=utc(now)))


def notes(sql: Connection, session: str) -> list[dict[str, Any]]:
    """The notes on a conversation, oldest first."""
    chosen = select(note).where(note.c.session == session).order_by(note.c.number)
    return [{"at": utc(r.at), "author": r.author, "text": r.text} for r in sql.execute(chosen)]


def agents(sql: Connection) -> list[Agent]:
    """Everybody who was ever at the desk."""
    return [
        Agent(
            r.name,
            r.display,
            r.ready,
            frozenset(r.skills),
            utc(r.seen_at),
            utc(r.offered_at) if r.offered_at else None,
        )
        for r in sql.execute(select(agent).order_by(agent.c.name))
    ]


def seen(sql: Connection, name: str, display: str, now: datetime) -> None:
    """An agent's page was heard of; a new agent is not ready before he says so."""
    values = {"display": display, "seen_at": utc(now)}
    if sql.execute(update(agent).where(agent.c.name == name).values(**values)).rowcount == 0:
        try:
            with sql.begin_nested():
                sql.execute(insert(agent).values(name=name, ready=False, skills=[], offered_at=None, **values))
        except IntegrityError:
            return  # his other page was first


def set_agent(sql: Connection, name: str, **values: Any) -> None:
    """Changes what is known of an agent: ready, skills, offered_at."""
    sql.execute(update(agent).where(agent.c.name == name).values(**values))


def mean_talk(sql: Connection, usual: timedelta) -> timedelta:
    """How long the last fifty talks took, in the mean; `usual` while there were none."""
    chosen = select(handoff.c.accepted_at, handoff.c.ended_at).where(
        handoff.c.accepted_at.is_not(None), handoff.c.ended_at.is_not(None)
    )
    rows = sql.execute(chosen.order_by(handoff.c.ended_at.desc()).limit(_RECENT_TALKS)).all()
    spans = [(r.ended_at - r.accepted_at).total_seconds() for r in rows]
    return timedelta(seconds=sum(spans) / len(spans)) if spans else usual


def joined(sql: Connection, source: str, target: str, customer_id: str, now: datetime) -> None:
    """A conversation has become part of another one: its handoffs and notes go with it. Where both have one that is
    not over, the one that a person has, or else the older one, stays."""
    both = [h for h in (standing(sql, source), standing(sql, target)) if h is not None]
    for spare in sorted(both, key=lambda h: (h.state is not State.TALKING, h.asked_at))[1:]:
        values = {"state": State.ENDED.value, "code": Code.MERGED.value, "open_session": None, "ended_at": utc(now)}
        which = handoff.c.id == spare.id
        sql.execute(update(handoff).where(which).values(**values, deadline=None, version=spare.version + 1))
    moved = {"session": target, "customer_id": customer_id, "version": handoff.c.version + 1}
    sql.execute(update(handoff).where(handoff.c.open_session == source).values(open_session=target))
    sql.execute(update(handoff).where(handoff.c.session == source).values(**moved))
    sql.execute(update(note).where(note.c.session == source).values(session=target))
    found = standing(sql, target)
    if found is not None and found.open:
        _mute(sql, customer_id, now)


def count_talking(sql: Connection) -> dict[str, int]:
    """How many customers each agent has, those he is being asked to take included."""
    states = (State.TALKING.value, State.OFFERED.value)
    chosen = select(handoff.c.agent, func.count()).where(handoff.c.state.in_(states)).group_by(handoff.c.agent)
    return {name: number for name, number in sql.execute(chosen)}


def utc(stored: datetime) -> datetime:
    """A moment as tables keep it and as it comes back: SQLite keeps no time zone, so what we write is UTC."""
    return stored.replace(tzinfo=UTC) if stored.tzinfo is None else stored.astimezone(UTC)


def _mute(sql: Connection, customer_id: str, now: datetime) -> None:
    """No offers while a person is asked for: growth's service-first gate reads this."""
    _unmute(sql, customer_id, now)
    row = {
        "customer_id": customer_id,
        "kind": SignalKind.HANDOFF.value,
        "since": utc(now),
        "until": None,
        "source": SOURCE,
    }
    same = (signal.c.customer_id == customer_id) & (signal.c.kind == row["kind"]) & (signal.c.since == utc(now))
    sql.execute(delete(signal).where(same))
    sql.execute(insert(signal).values(**row))
    ledger.touch(sql, customer_id)


def _unmute(sql: Connection, customer_id: str, now: datetime) -> None:
    running = (signal.c.customer_id == customer_id) & (signal.c.kind == SignalKind.HANDOFF.value)
    sql.execute(update(signal).where(running, signal.c.until.is_(None)).values(until=utc(now)))
    ledger.touch(sql, customer_id)


def _note(sql: Connection, now_is: Handoff, actor: str, kind: str, *, at: datetime, detail: Mapping[str, Any]) -> None:
    row = {"handoff_id": now_is.id, "at": utc(at), "actor": actor, "kind": kind, "state": now_is.state.value}
    sql.execute(insert(event).values(**row, detail=dict(detail)))


def _row(h: Handoff) -> dict[str, Any]:
    row = {f.name: getattr(h, f.name) for f in fields(h) if f.name != "version"}
    row |= {name: utc(row[name]) for name in _MOMENTS if row[name] is not None}
    row |= {"reason": h.reason.value, "state": h.state.value, "passed": list(h.passed)}
    return row | {"open_session": h.session if h.state is not State.ENDED else None}


def _read(row: Row) -> Handoff:
    values = {f.name: getattr(row, f.name) for f in fields(Handoff)}
    values |= {name: utc(values[name]) for name in _MOMENTS if values[name] is not None}
    values |= {"reason": Reason(row.reason), "state": State(row.state), "passed": tuple(row.passed)}
    return Handoff(**values)
