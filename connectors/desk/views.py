"""What the desk shows, read from the tables: lists, one handoff with all around it, the customer's past."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.engine import Connection

from connectors.channels.hub import Channels
from connectors.desk.schemas import (
    AgentOut,
    AskedOut,
    HappenedOut,
    LineOut,
    NoteOut,
    PastOut,
    StateOut,
    WindowOut,
)
from desk import store as handoffs
from desk.model import WAITING, Handoff, State
from desk.queueing import Agent, order
from desk.rules import Rules
from desk.store import utc
from dialogue.store.tables import conversation, turn

_SUMMARY, _FACTS, _PREVIEW, _ANSWER = 10, 5, 60, 200
_PAST_READ, _PAST_SHOWN = 400, 30


def state_of(sql: Connection, me: Agent, now: datetime, rules: Rules) -> StateOut:
    """The desk as `me` sees it."""
    found, there = handoffs.at_desk(sql), handoffs.agents(sql)
    busy, shown = handoffs.count_talking(sql), {a.name: a.display for a in there}
    last = _last_words(sql, [h.session for h in found])
    lines = {h.id: line_of(h, last.get(h.session, ""), shown) for h in found}
    waiting = [h for h in found if h.state in WAITING]
    waiting.sort(key=lambda h: (h.agent != me.name, h.state is State.MESSAGE, order(h)))
    mine = sorted((h for h in found if h.state is State.TALKING and h.agent == me.name), key=lambda h: h.since)
    return StateOut(
        now=now,
        me=agent_of(me, now, busy),
        open=rules.hours.open_at(now),
        waiting=[lines[h.id] for h in waiting],
        mine=[lines[h.id] for h in mine],
        agents=[agent_of(a, now, busy) for a in there],
    )


def lines_of(sql: Connection) -> list[LineOut]:
    """Everybody who waits or is being talked to, the most urgent first."""
    found = sorted(handoffs.at_desk(sql), key=lambda h: (h.state is State.TALKING, h.state is State.MESSAGE, order(h)))
    last = _last_words(sql, [h.session for h in found])
    shown = {a.name: a.display for a in handoffs.agents(sql)}
    return [line_of(h, last.get(h.session, ""), shown) for h in found]


def agent_of(agent: Agent, now: datetime, busy: dict[str, int]) -> AgentOut:
    """An agent with how many customers he has."""
    return AgentOut(
        name=agent.name,
        display=agent.display,
        ready=agent.ready,
        present=agent.present(now),
        skills=sorted(agent.skills),
        talks=busy.get(agent.name, 0),
    )


def line_of(h: Handoff, preview: str, shown: dict[str, str]) -> LineOut:
    """A handoff as a line of a list."""
    return LineOut(
        id=h.id,
        state=h.state.value,
        reason=h.reason.value,
        skill=h.skill,
        priority=h.priority,
        channel=h.channel,
        customer_id=h.customer_id,
        agent=h.agent,
        agent_name=shown.get(h.agent, h.agent),
        transfers=h.transfers,
        asked_at=h.asked_at,
        queued_at=h.queued_at,
        since=h.since,
        deadline=h.deadline,
        customer_at=h.customer_at,
        promised_at=h.promised_at,
        preview=preview[:_PREVIEW],
        code=h.code,
        score=h.score,
    )


def summary_of(sql: Connection, h: Handoff) -> list[AskedOut]:
    """What the bot was asked and answered: its last ten turns, oldest first. A turn to a person has no intent."""
    chosen = (
        select(turn.c.created_at, turn.c.text, turn.c.outcome, turn.c.reply)
        .where(turn.c.session == h.session, turn.c.intent != "")
        .order_by(turn.c.seq.desc())
        .limit(_SUMMARY)
    )
    return [_asked(row) for row in reversed(sql.execute(chosen).all())]


def notes_of(sql: Connection, session: str) -> list[NoteOut]:
    """The internal notes."""
    return [NoteOut(**n) for n in handoffs.notes(sql, session)]


def story_of(sql: Connection, handoff_id: str) -> list[HappenedOut]:
    """What happened to a handoff."""
    return [HappenedOut(**e) for e in handoffs.events(sql, handoff_id)]


def window_of(channels: Channels | None, session: str, channel: str) -> WindowOut:
    """What the customer's channel still takes, where it counts."""
    if channels is None:
        return WindowOut()
    to = channels.addresses.of_session(session, channel)
    adapter = channels.adapters.get((to.channel, to.account)) if to is not None else None
    if to is None or adapter is None or not adapter.limited:
        return WindowOut()
    left, until = channels.addresses.left(to.id)
    return WindowOut(left=left, until=until)


def place_of(sql: Connection, h: Handoff) -> tuple[str, int]:
    """Where the customer wrote last, and the last place of the conversation."""
    row = sql.execute(
        select(conversation.c.channel, conversation.c.seq).where(conversation.c.session == h.session)
    ).first()
    return (row.channel, row.seq) if row else (h.channel, 0)


def last_words(sql: Connection, session: str, most: int) -> list[str]:
    """The customer's last messages in words, oldest first."""
    chosen = select(turn.c.text).where(turn.c.session == session, turn.c.text != "").order_by(turn.c.seq.desc())
    return [row.text for row in sql.execute(chosen.limit(most))][::-1]


def past_of(sql: Connection, h: Handoff, words: str) -> list[PastOut]:
    """What the same customer said before, in whatever conversation, newest first; every word has to be there."""
    mine = turn.c.session == h.session
    if h.customer_id:
        mine = or_(mine, (turn.c.principal_kind == "customer") & (turn.c.principal_id == h.customer_id))
    chosen = select(turn.c.created_at, turn.c.channel, turn.c.text, turn.c.reply).where(mine)
    wanted = words.lower().split()
    found = []
    for row in sql.execute(chosen.order_by(turn.c.created_at.desc()).limit(_PAST_READ)):
        reply = _reply_text(row.reply)
        if all(word in f"{row.text}\n{reply}".lower() for word in wanted):
            found.append(PastOut(at=utc(row.created_at), channel=row.channel, text=row.text, reply=reply[:_ANSWER]))
        if len(found) == _PAST_SHOWN:
            break
    return found


def _last_words(sql: Connection, sessions: Iterable[str]) -> dict[str, str]:
    listed = list(sessions)
    if not listed:
        return {}
    newest = (
        select(turn.c.session, func.max(turn.c.seq).label("seq"))
        .where(turn.c.session.in_(listed), turn.c.text != "")
        .group_by(turn.c.session)
        .subquery()
    )
    chosen = select(turn.c.session, turn.c.text).join(
        newest, (turn.c.session == newest.c.session) & (turn.c.seq == newest.c.seq)
    )
    return {row.session: row.text for row in sql.execute(chosen)}


def _asked(row: Any) -> AskedOut:
    reply = row.reply or {}
    message = reply.get("message", {})
    return AskedOut(
        at=utc(row.created_at),
        asked=row.text,
        understood=message.get("focus", ""),
        outcome=row.outcome,
        answer=message.get("text", "")[:_ANSWER],
        facts=[_fact(f) for f in reply.get("facts", ())[:_FACTS]],
    )


def _fact(fact: dict[str, Any]) -> str:
    case = f"（{fact['qualifiers']}）" if fact.get("qualifiers") else ""
    source = f"｜{fact['source']}{fact.get('article', '')}" if fact.get("source") else ""
    return f"{fact.get('subject', '')}·{fact.get('predicate', '')}{case}：{fact.get('object', '')}{source}"


def _reply_text(reply: dict[str, Any] | None) -> str:
    return str((reply or {}).get("message", {}).get("text", ""))
