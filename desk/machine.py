"""The state machine: `step(handoff, event, now, rules) → handoff, effects`. Pure; every handoff ends by ticks alone.

queued ⇄ offered → talking → survey → ended          accept, close or return, rated or out of time
queued → message → talking                            nobody in time; taken up later
talking → queued                                      transfer; an agent who went silent
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from desk.hours import promise
from desk.model import (
    Accept,
    AgentSaid,
    Cancel,
    Close,
    Code,
    CustomerSaid,
    Decline,
    Event,
    Handoff,
    Impossible,
    Offer,
    Rated,
    Reason,
    Return,
    Say,
    State,
    TakeOver,
    Tick,
    Transfer,
)
from desk.rules import Rules

Stepped = tuple[Handoff, tuple[Say, ...]]


def opened(
    new_id: str,
    session: str,
    reason: Reason,
    *,
    channel: str,
    now: datetime,
    rules: Rules,
    staffed: bool,
    customer_id: str = "",
    vip: bool = False,
    manager: str = "",
) -> Handoff:
    """A new handoff: queued where somebody can take it within business hours, else a message with a promised time.

    `manager` is the customer's relationship manager, who is asked first.
    """
    route = rules.route(reason, vip=vip)
    waits = staffed and rules.hours.open_at(now)
    made = Handoff(
        id=new_id,
        session=session,
        channel=channel,
        reason=reason,
        skill=route.skill,
        priority=route.priority,
        state=State.QUEUED,
        asked_at=now,
        queued_at=now,
        since=now,
        customer_id=customer_id,
        wanted=manager,
        customer_at=now,
    )
    return replace(made, deadline=now + rules.max_wait) if waits else _taken_down(made, now, rules)


def step(handoff: Handoff, event: Event, now: datetime, rules: Rules) -> Stepped:
    """The handoff after an event, and what the customer is told. Raises Impossible where the event does not fit."""
    if handoff.state is State.ENDED and not isinstance(event, Tick):
        raise Impossible("这次人工服务已经结束")
    return _STEPS[type(event)](handoff, event, now, rules)


def _offer(h: Handoff, event: Offer, now: datetime, rules: Rules) -> Stepped:
    _need(h, State.QUEUED)
    return _moved(h, State.OFFERED, now, agent=event.agent, deadline=now + rules.offer), ()


def _accept(h: Handoff, event: Accept, now: datetime, rules: Rules) -> Stepped:
    _need(h, State.QUEUED, State.OFFERED, State.MESSAGE)
    if h.state is State.OFFERED and h.agent != event.agent:
        raise Impossible("正在请另一位同事接听，请稍候再试")
    return _talking(h, event.agent, now, rules), (Say("desk_joined", {"agent": event.agent}),)


def _decline(h: Handoff, event: Decline, now: datetime, rules: Rules) -> Stepped:
    _need(h, State.OFFERED)
    _mine(h, event.agent)
    return _requeued(h, now, rules), ()


def _take_over(h: Handoff, event: TakeOver, now: datetime, rules: Rules) -> Stepped:
    _need(h, State.QUEUED, State.OFFERED, State.MESSAGE, State.TALKING)
    if h.state is State.TALKING and h.agent == event.agent:
        raise Impossible("您已经在和这位客户对话")
    return _talking(h, event.agent, now, rules), (Say("desk_joined", {"agent": event.agent}),)


def _transfer(h: Handoff, event: Transfer, now: datetime, rules: Rules) -> Stepped:
    _need(h, State.TALKING)
    _mine(h, event.agent)
    if event.to == event.agent:
        raise Impossible("不能转给自己")
    if not event.to and event.skill not in rules.skills:
        raise Impossible(f"没有“{event.skill}”这个技能组")
    skill = event.skill or h.skill
    passed = () if event.to else (event.agent,)
    moved = replace(h, skill=skill, wanted=event.to, transfers=h.transfers + 1, customer_at=h.customer_at or now)
    queued = _moved(moved, State.QUEUED, now, agent="", passed=passed, queued_at=now, deadline=now + rules.max_wait)
    return queued, (Say("desk_transferred"),)


def _customer_said(h: Handoff, _event: CustomerSaid, now: datetime, rules: Rules) -> Stepped:
    if not h.bot_silent:
        raise Impossible("现在由智能助手回答")
    waiting = replace(h, customer_at=h.customer_at or now, warned=False)
    return (_watched(waiting, now, rules) if h.state is State.TALKING else waiting), ()


def _agent_said(h: Handoff, event: AgentSaid, now: datetime, rules: Rules) -> Stepped:
    _need(h, State.TALKING)
    _mine(h, event.agent)
    spoken = replace(h, customer_at=None, answered_at=h.answered_at or now, warned=False)
    return _watched(spoken, now, rules), ()


def _return(h: Handoff, event: Return, now: datetime, rules: Rules) -> Stepped:
    _need(h, State.TALKING)
    _mine(h, event.agent)
    return _done(h, Code.RETURNED, now, rules, "desk_returned")


def _close(h: Handoff, event: Close, now: datetime, rules: Rules) -> Stepped:
    _need(h, State.TALKING)
    _mine(h, event.agent)
    if event.code not in rules.codes:
        raise Impossible(f"没有“{event.code}”这个结束代码；可用的有 {'、'.join(rules.codes)}")
    return _done(h, event.code, now, rules, "desk_closed")


def _cancel(h: Handoff, _event: Cancel, now: datetime, rules: Rules) -> Stepped:
    _need(h, State.QUEUED, State.OFFERED, State.MESSAGE)
    return _ended(h, Code.CANCELLED, now), (Say("desk_cancelled"),)


def _rated(h: Handoff, event: Rated, now: datetime, rules: Rules) -> Stepped:
    _need(h, State.SURVEY)
    if event.score not in range(1, 6):
        raise Impossible("满意度是 1 到 5 分")
    return replace(_ended(h, h.code, now), score=event.score), (Say("desk_thanks"),)


def _tick(h: Handoff, _event: Tick, now: datetime, rules: Rules) -> Stepped:
    if h.deadline is None or now < h.deadline:
        return h, ()
    if h.state is State.TALKING:
        return _silence(h, now, rules)
    if h.state is State.OFFERED:
        return _requeued(h, now, rules), ()
    if h.state is State.QUEUED:
        down = _taken_down(h, now, rules)
        assert down.promised_at is not None
        return down, (Say("desk_left", {"until": rules.hours.said(down.promised_at)}),)
    return _ended(h, h.code or Code.EXPIRED, now), ()


def _silence(h: Handoff, now: datetime, rules: Rules) -> Stepped:
    """Nobody has said anything for too long. An agent who owes an answer is replaced; a customer is asked once."""
    if h.customer_at is not None:
        return _requeued(h, now, rules), (Say("desk_lost"),)
    if not h.warned:
        return replace(h, warned=True, deadline=now + rules.grace), (Say("desk_still_there"),)
    return _done(h, Code.SILENT, now, rules, "desk_silent")


_STEPS: dict[type, Callable[[Handoff, Any, datetime, Rules], Stepped]] = {
    Offer: _offer,
    Accept: _accept,
    Decline: _decline,
    TakeOver: _take_over,
    Transfer: _transfer,
    CustomerSaid: _customer_said,
    AgentSaid: _agent_said,
    Return: _return,
    Close: _close,
    Cancel: _cancel,
    Rated: _rated,
    Tick: _tick,
}


def _need(h: Handoff, *states: State) -> None:
    if h.state not in states:
        raise Impossible(_WHERE[h.state])


_WHERE = {
    State.QUEUED: "客户还在排队",
    State.OFFERED: "正在请坐席接听",
    State.TALKING: "已经有同事在和客户对话",
    State.MESSAGE: "客户留了言，还没有人接",
    State.SURVEY: "对话已经结束，正在等客户评价",
    State.ENDED: "这次人工服务已经结束",
}


def _mine(h: Handoff, agent: str) -> None:
    if h.agent != agent:
        raise Impossible(f"这位客户现在由 {h.agent} 接待")


def _moved(h: Handoff, state: State, now: datetime, **changes: Any) -> Handoff:
    return replace(h, state=state, since=now, **changes)


def _talking(h: Handoff, agent: str, now: datetime, rules: Rules) -> Handoff:
    spoken = h.accepted_at or now
    return _watched(_moved(h, State.TALKING, now, agent=agent, wanted="", passed=(), accepted_at=spoken), now, rules)


def _watched(h: Handoff, now: datetime, rules: Rules) -> Handoff:
    """Whose turn it is decides how long silence may last; the agent's time runs from the customer's first word."""
    if h.customer_at is not None:
        return replace(h, deadline=max(h.customer_at, h.since) + rules.agent_silence)
    return replace(h, deadline=now + rules.customer_silence)


def _requeued(h: Handoff, now: datetime, rules: Rules) -> Handoff:
    """Back to the queue in its old place; who let it pass is not asked again, and the wait is not without end."""
    passed = tuple(dict.fromkeys((*h.passed, h.agent)))
    first = now if h.state is State.TALKING else h.queued_at
    return _moved(
        h, State.QUEUED, now, agent="", wanted="", passed=passed, queued_at=first, deadline=first + rules.max_wait
    )


def _taken_down(h: Handoff, now: datetime, rules: Rules) -> Handoff:
    promised = promise(now, rules)
    return _moved(
        h, State.MESSAGE, now, agent="", wanted="", promised_at=promised, deadline=promised + rules.keep_messages
    )


def _done(h: Handoff, code: str, now: datetime, rules: Rules, text: str) -> Stepped:
    surveyed = _moved(h, State.SURVEY, now, code=code, deadline=now + rules.survey, ended_at=now, customer_at=None)
    return surveyed, (Say(text), Say("desk_survey", survey=True))


def _ended(h: Handoff, code: str, now: datetime) -> Handoff:
    return _moved(h, State.ENDED, now, code=code, deadline=None, ended_at=h.ended_at or now, customer_at=None)
