"""Handing over: when a turn asks for a person, what is said about the queue, and silence while a person speaks.

The handoff is written in the transaction of the turn. Whatever changes whether the bot is silent is told to the
customer in his downlink, which moves the conversation's version: a turn that was understood before is understood anew.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.engine import Connection, Engine

from customer.reading import CustomerReader
from desk import store as handoffs
from desk.live_rules import LiveRules
from desk.machine import opened, step
from desk.model import Cancel, CustomerSaid, Event, Handoff, Impossible, Rated, Reason, State, Tick
from desk.queueing import ahead, staffed, wait_minutes
from desk.rules import Rules
from dialogue.engine.bot import BotTurn
from dialogue.message import Message, QuickReply
from dialogue.store import ConversationMoved
from dialogue.store.tables import turn as turns
from dialogue.texts import say
from dialogue.turn import PrincipalKind, TurnIn
from dialogue.wire import Said
from kg.answer import Outcome
from kg.figures import Locked, Part, computed
from nlu import intents

CANCEL, RATE = "desk:cancel", "desk:rate:"
"""Payloads of the choices that customers are shown."""
_SCORE = re.compile(r"([1-5])(?:\s*分.{0,8})?")
_REASONS = {
    intents.HANDOFF: Reason.ASKED,
    intents.COMPLAIN: Reason.COMPLAINT,
    intents.DISTRESS: Reason.DISTRESS,
}
_ONLY_STAFFED = frozenset({Reason.FAILURES, Reason.VIP})
Write = Callable[[Connection], None]


@dataclass(frozen=True, slots=True)
class Handed:
    """A turn as it is said, and what it writes about the handoff in its transaction."""

    made: BotTurn
    write: Write


@dataclass(frozen=True, slots=True)
class _Speaker:
    """What the queue needs to know of who speaks."""

    customer_id: str = ""
    vip: bool = False


class HandingOver:
    """Decides and writes for the turns of one worker."""

    def __init__(
        self, engine: Engine, live: LiveRules, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._reading = engine.execution_options(jinwen_read=True)
        self._customers = CustomerReader(engine)
        self._live = live
        self._clock = clock

    def standing(self, session: str) -> Handoff | None:
        """The conversation's handoff that is not over."""
        with self._reading.connect() as sql:
            return handoffs.standing(sql, session)

    def instead(self, turn: TurnIn, text: str, standing: Handoff) -> Handed | None:
        """The turn where no bot is asked: a person speaks, or the customer answers what the desk asked."""
        if standing.bot_silent:
            return self._moved(standing, CustomerSaid(), Message(""), Outcome.HANDOFF)
        if standing.state is State.SURVEY and (score := _score(turn.payload, text)):
            return self._moved(standing, Rated(score), Message(say("desk_thanks").text), Outcome.DONE)
        cancels = turn.payload == CANCEL or text == say("desk_cancel").text
        if standing.open and cancels:
            return self._moved(standing, Cancel(), Message(say("desk_cancelled").text), Outcome.DONE)
        return None

    def beside(self, turn: TurnIn, made: BotTurn, standing: Handoff | None, number: Part) -> Handed | None:
        """The bot's turn with what it says about a person, if one is needed; `number` is the bank's hotline."""
        rules = self._live.rules
        if turn.channel in rules.elsewhere:
            return None
        reason = _REASONS.get(made.intent)
        if standing is not None and standing.open:
            return self._still_waiting(made, standing, rules, number) if reason is Reason.ASKED else None
        who = _Speaker()
        if reason is None:
            if made.said.outcome.value not in rules.failed:
                return None
            who = self._speaker(turn)
            reason = self._failures(turn, who, rules)
        elif turn.principal.kind is PrincipalKind.CUSTOMER:
            who = self._speaker(turn)
        return self._opened(turn, made, standing, reason, who=who, number=number) if reason else None

    def _opened(
        self, turn: TurnIn, made: BotTurn, standing: Handoff | None, reason: Reason, *, who: _Speaker, number: Part
    ) -> Handed | None:
        rules, now = self._live.rules, self._clock()
        manager = rules.managers.get(who.customer_id, "") if who.customer_id else ""
        with self._reading.connect() as sql:
            there = handoffs.agents(sql)
            skill = rules.route(reason, vip=who.vip).skill
            new = opened(
                uuid.uuid4().hex,
                turn.session,
                reason,
                channel=turn.channel,
                now=now,
                rules=rules,
                staffed=staffed(skill, there, now, manager),
                customer_id=who.customer_id,
                vip=who.vip,
                manager=manager,
            )
            if new.state is State.MESSAGE and reason in _ONLY_STAFFED:
                return None
            told = self._told(sql, new, rules, number)

        def write(sql: Connection) -> None:
            if standing is not None:  # a survey that nobody answered
                last = handoffs.of_id(sql, standing.id)
                if last is not None and last.deadline is not None:
                    ended, _ = step(last, Tick(), max(now, last.deadline), rules)
                    handoffs.move(sql, last, ended, kind="tick", now=now)
            handoffs.add(sql, new)

        return Handed(_said(made, told, alone=reason is Reason.ASKED, waits=True), _guarded(write))

    def _still_waiting(self, made: BotTurn, standing: Handoff, rules: Rules, number: Part) -> Handed:
        """He asks again: where he is in the queue, and nothing new."""
        with self._reading.connect() as sql:
            told = self._told(sql, standing, rules, number)
        return Handed(_said(made, told, alone=True, waits=True), lambda _sql: None)

    def _told(self, sql: Connection, handoff: Handoff, rules: Rules, number: Part) -> Locked:
        if handoff.promised_at is not None and handoff.state is State.MESSAGE:
            until = computed(rules.hours.said(handoff.promised_at), "desk.promise")
            return say("desk_message", until=until, hotline=number)
        now = self._clock()
        before = ahead(handoff, handoffs.waiting(sql))
        able = [a for a in handoffs.agents(sql) if a.present(now) and a.takes(handoff.skill)]
        busy = handoffs.count_talking(sql)
        places = len(able) * rules.talks_at_once
        free = places - sum(busy.get(a.name, 0) for a in able)
        minutes = wait_minutes(before, handoffs.mean_talk(sql, rules.usual_talk), places, free)
        parts = {"ahead": computed(str(before), "desk.queue"), "minutes": computed(str(minutes), "desk.wait")}
        return say("desk_queued", **parts, hotline=number)

    def _moved(self, standing: Handoff, event: Event, message: Message, outcome: Outcome) -> Handed:
        def write(sql: Connection) -> None:
            now, current = self._clock(), handoffs.of_id(sql, standing.id)
            if current is None:
                raise ConversationMoved(standing.session)
            after, _ = step(current, event, now, self._live.rules)
            handoffs.move(sql, current, after, kind=type(event).__name__, now=now)

        return Handed(BotTurn(Said(message, outcome), "", 1.0, None), _guarded(write))

    def _speaker(self, turn: TurnIn) -> _Speaker:
        if turn.principal.kind is not PrincipalKind.CUSTOMER:
            return _Speaker()
        found = self._customers.customer(turn.principal.id)
        return _Speaker(turn.principal.id, bool(found and found.vip and found.vip.value))

    def _failures(self, turn: TurnIn, who: _Speaker, rules: Rules) -> Reason | None:
        """FAILURES after so many turns in a row that failed, this one included; VIP where a VIP needs fewer."""
        chosen = select(turns.c.outcome).where(turns.c.session == turn.session).order_by(turns.c.seq.desc())
        with self._reading.connect() as sql:
            last = [r.outcome for r in sql.execute(chosen.limit(rules.failures - 1))]
        run = 1
        for outcome in last:
            if outcome not in rules.failed:
                break
            run += 1
        if run >= rules.failures:
            return Reason.FAILURES
        return Reason.VIP if who.vip and run >= rules.vip_failures else None


def survey_message() -> Message:
    """What a customer is asked when a person has served him. The choices stand in the order of their scores: where a
    channel numbers them, a number means the same as a score."""
    scored = [(score, computed(str(score), "desk.survey")) for score in range(1, 6)]
    choices = tuple(QuickReply(say(f"desk_score_{n}", score=part).text, payload=f"{RATE}{n}") for n, part in scored)
    return Message(say("desk_survey").text, choices=choices)


def _said(made: BotTurn, told: Locked, *, alone: bool, waits: bool) -> BotTurn:
    """The bot's turn with a line about the person; a wait can be given up with a click."""
    message = made.said.message
    choices = (*message.choices, QuickReply(say("desk_cancel").text, payload=CANCEL)) if waits else message.choices
    text = told.text if alone else f"{message.text}\n{told.text}"
    return replace(made, said=replace(made.said, message=replace(message, text=text, choices=choices)))


def _score(payload: str, text: str) -> int:
    """The score that a click or a bare number gives; 0 for anything else."""
    if payload.startswith(RATE) and payload[len(RATE) :] in ("1", "2", "3", "4", "5"):
        return int(payload[len(RATE) :])
    found = _SCORE.fullmatch(text)
    return int(found[1]) if found and not payload else 0


def _guarded(write: Write) -> Write:
    """What the desk did meanwhile has the turn taken anew."""

    def guarded(sql: Connection) -> None:
        try:
            write(sql)
        except (handoffs.HandoffMoved, Impossible) as error:
            raise ConversationMoved(str(error)) from error

    return guarded
