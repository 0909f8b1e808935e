"""DeskService: every act at the desk is one transaction, in which the handoff moves, the customer is told, and what
goes to a push channel is put among its deliveries. A process that dies leaves all of it or nothing."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.engine import Connection

from connectors.channels.addresses import offered, reached
from connectors.channels.hub import Channels
from connectors.web.ports import Announcer
from desk import store as handoffs
from desk.live_rules import LiveRules
from desk.machine import step
from desk.model import AgentSaid, Event, Handoff, Impossible, Offer, Say, State, Tick
from desk.queueing import next_agent, order
from desk.rules import Rules
from dialogue.handing_over import survey_message
from dialogue.message import Message
from dialogue.store import ConversationMoved, Store
from dialogue.store.speaking import speak
from dialogue.store.tables import outbox
from dialogue.texts import say
from kg.figures import Part, computed, from_name

log = structlog.get_logger(__name__)
APP = "app"
_ATTEMPTS = 3


class UnknownHandoff(Exception):
    """There is no such handoff."""


class DeskService:
    """What agents and time do to handoffs; safe to share between threads. `channels` is None where only pages are
    served; `announcer` tells who wrote in the bank's app and has closed it."""

    def __init__(
        self,
        store: Store,
        live: LiveRules,
        channels: Channels | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        *,
        announcer: Announcer | None = None,
    ) -> None:
        self.store = store
        self.engine = store.engine
        self.reading = store.engine.execution_options(jinwen_read=True)
        self.clock = clock
        self._live = live
        self._channels = channels
        self._announcer = announcer

    @property
    def rules(self) -> Rules:
        """Those in force."""
        return self._live.rules

    def act(self, handoff_id: str, event: Event, actor: str = "", **detail: Any) -> Handoff:
        """The handoff after an event. Raises UnknownHandoff, Impossible, HandoffMoved."""
        return self._done(lambda sql: self._once(sql, handoff_id, event, actor, detail))

    def tell(self, handoff_id: str, agent: str, text: str, message_id: str) -> Handoff:
        """The agent's words go to the customer; the same `message_id` once. Raises as `act` does."""
        known = uuid.uuid5(uuid.NAMESPACE_OID, f"{handoff_id}:{message_id}").hex

        def told(sql: Connection) -> Handoff:
            before = self._found(sql, handoff_id)
            if _said_before(sql, before.session, known):
                return before
            after = self._once(sql, handoff_id, AgentSaid(agent), agent, {})
            self._speak(sql, after, Message(text, speaker=self._display(sql, agent)), self.clock(), known)
            return after

        return self._done(told)

    def round(self) -> list[str]:
        """What time brings: deadlines that have passed, and offers to agents who are free. The conversations that it
        was done in."""
        with self.reading.connect() as sql:
            late = handoffs.due(sql, self.clock())
        return [h.session for h in late if self._tried(h.id, Tick())] + self._offer_all()

    def _offer_all(self) -> list[str]:
        now, rules, done = self.clock(), self.rules, []
        with self.reading.connect() as sql:
            queued = sorted((h for h in handoffs.waiting(sql) if h.state is State.QUEUED), key=order)
            there, busy = handoffs.agents(sql), handoffs.count_talking(sql)
        for found in queued:
            name = next_agent(found, there, busy, rules.talks_at_once, now)
            if name and self._tried(found.id, Offer(name), agent=name):
                done.append(found.session)
                busy[name] = busy.get(name, 0) + 1
                with self.engine.begin() as sql:
                    handoffs.set_agent(sql, name, offered_at=handoffs.utc(now))
        return done

    def _tried(self, handoff_id: str, event: Event, **detail: Any) -> bool:
        """Whether it was done here: another replica may have been first."""
        try:
            self.act(handoff_id, event, **detail)
        except (UnknownHandoff, Impossible, handoffs.HandoffMoved) as error:
            log.info("desk.not_moved", handoff=handoff_id, reason=str(error))
            return False
        return True

    def _done(self, work: Callable[[Connection], Handoff]) -> Handoff:
        """In one transaction; begun anew a few times where others moved the handoff meanwhile."""
        for _ in range(_ATTEMPTS - 1):
            try:
                with self.engine.begin() as sql:
                    return work(sql)
            except handoffs.HandoffMoved:
                continue
        with self.engine.begin() as sql:
            return work(sql)

    @staticmethod
    def _found(sql: Connection, handoff_id: str) -> Handoff:
        found = handoffs.of_id(sql, handoff_id)
        if found is None:
            raise UnknownHandoff(handoff_id)
        return found

    def _once(self, sql: Connection, handoff_id: str, event: Event, actor: str, detail: dict[str, Any]) -> Handoff:
        now, before = self.clock(), self._found(sql, handoff_id)
        after, said = step(before, event, now, self.rules)
        handoffs.move(sql, before, after, kind=type(event).__name__, now=now, actor=actor, detail=detail)
        for told in said:
            self._speak(sql, after, self._message(sql, told), now, "")
        return after

    def _speak(self, sql: Connection, h: Handoff, message: Message, now: datetime, turn_id: str) -> None:
        """Into the conversation's downlink, and to where the customer wrote last."""
        try:
            spoken = speak(sql, h.session, message, now, turn_id)
        except ConversationMoved as error:
            raise UnknownHandoff(str(error)) from error
        if spoken.channel == APP and h.customer_id and self._announcer is not None:
            self._announcer.said(sql, h.customer_id, h.session, spoken.seq)
        if self._channels is None:
            return
        to = reached(sql, h.session, spoken.channel)
        adapter = self._channels.adapters.get((to.channel, to.account)) if to else None
        if to is not None and adapter is not None:
            parts = adapter.render(message)
            offered(sql, to.id, [{"text": c.text or c.label, "payload": c.payload} for c in message.choices])
            self._channels.deliveries.pushed(sql, to, spoken.turn_id, parts, seq=spoken.seq, session=h.session)

    def _message(self, sql: Connection, told: Say) -> Message:
        if told.survey:
            return survey_message()
        parts: dict[str, Part] = {k: computed(v, "desk.promise") for k, v in told.parts.items() if k != "agent"}
        if "agent" in told.parts:
            parts["agent"] = from_name(self._display(sql, told.parts["agent"]))
        return Message(say(told.text, **parts).text)

    @staticmethod
    def _display(sql: Connection, name: str) -> str:
        return next((a.display for a in handoffs.agents(sql) if a.name == name and a.display), name)


def _said_before(sql: Connection, session: str, turn_id: str) -> bool:
    chosen = select(outbox.c.seq).where(outbox.c.session == session, outbox.c.turn_id == turn_id)
    return sql.execute(chosen).first() is not None
