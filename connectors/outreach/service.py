"""The one service by which the bank speaks first: asks whether it may, by which way, sends once, and falls back.

    waiting → placed → sent | unknown
            ↘ refused | failed | expired        placed → waiting, where it surely was not sent

Decision, exposure and what is to be sent are written in one transaction; the ledger's claim lets one of two replicas
win. What surely failed goes another way after the reservation has lapsed; what may have arrived goes no other way.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import IntegrityError

from connectors.channels.clock import Clock, utc_now
from connectors.channels.records import State
from connectors.outreach.deciding import Decider, Verdict
from connectors.outreach.placing import Places
from connectors.outreach.records import Outgoing, Progress, Purpose, Way
from connectors.outreach.store import OutreachStore
from connectors.outreach.ways import Route, Ways
from growth import history
from growth.case import ContactKind
from growth.errors import ClaimLost
from growth.reasons import Reason
from growth.service import Decided

log = structlog.get_logger(__name__)

POLL_S = 5.0
_LOOK_AGAIN = timedelta(hours=1)
_SOON = timedelta(minutes=1)
_FAILED = "failed:"
_PASSING = frozenset({"window", "no-address"})
"""Reasons that may pass by themselves: the customer writes, or signs in."""


class Outreach:
    """Tells what waits. One per process; any number of replicas."""

    def __init__(
        self, store: OutreachStore, ways: Ways, places: Places, decider: Decider, *, clock: Clock = utc_now
    ) -> None:
        self.store = store
        self._ways = ways
        self._places = places
        self._decider = decider
        self._clock = clock

    async def run(self) -> None:
        """Tells until cancelled."""
        while True:
            try:
                await asyncio.to_thread(self.round)
            except Exception as error:  # the graph or database is away for a moment: everything is still there then
                log.error("outreach.failed", error=repr(error))
            await asyncio.sleep(POLL_S)

    def round(self) -> None:
        """Looks how far what is on its way is, then tells what is due."""
        for one in self.store.placed():
            self._follow(one)
        for message_id in self.store.due():
            if (claimed := self.store.claim(message_id)) is not None:
                self._tell(claimed)

    def _tell(self, one: Outgoing) -> None:
        now = self._clock()
        failed = tuple(t for t in one.tried if t[1].startswith(_FAILED))
        one = replace(one, tried=failed)
        if now >= one.wanted.expires:
            self.store.settle(one, Progress.EXPIRED, one.reason or "too-late")
            return
        last: Decided | None = None
        later: list[datetime] = []
        for route in self._ways.of(one.wanted):
            if any(t[0] == route.way for t in failed):
                continue
            verdict = self._asked(one, route, now)
            if verdict.allowed and self._placed(one, route, verdict, now):
                return
            last = verdict.decided or last
            reason = verdict.reason or Reason.CLAIM_LOST.value
            one = replace(one, tried=(*one.tried, (route.way.value, reason)))
            if verdict.final:
                later.clear()
                break
            if verdict.allowed:
                later.append(now + _SOON)
            elif verdict.until is not None or reason in _PASSING:
                later.append(verdict.until or now + _LOOK_AGAIN)
        self._not_told(one, last, later, now)

    def _asked(self, one: Outgoing, route: Route, now: datetime) -> Verdict:
        if route.closed:
            return Verdict(False, route.closed)
        if one.wanted.purpose is Purpose.SERVICE:
            return self._decider.service(one.wanted, route.way, now)
        return self._decider.offer(one.wanted, route.way, route.session, now)

    def _placed(self, one: Outgoing, route: Route, verdict: Verdict, now: datetime) -> bool:
        made = verdict.decided
        try:
            with self.store.engine.begin() as sql:
                if made is not None:
                    self._decider.growth.write(sql, made, ContactKind.RESERVED)
                place = self._places.put(sql, one, route, verdict.card, now)
                decision = made.decision.id if made is not None else ""
                self.store.place(sql, one, place=place, channel=route.way.value, decision=decision, reason="")
        except (ClaimLost, LookupError, IntegrityError) as error:
            log.info("outreach.not_placed", outreach=one.id, way=route.way.value, error=str(error)[:200])
            return False
        self._places.offered(route, verdict.card)
        return True

    def _not_told(self, one: Outgoing, last: Decided | None, later: list[datetime], now: datetime) -> None:
        """No way is left: it waits for the first that may open, or is over, with the decision on record."""
        reason = one.tried[-1][1] if one.tried else "no-way"
        if later and min(later) < one.wanted.expires:
            self.store.postpone(one, max(min(later), now + _SOON), reason)
            return
        if last is not None:
            refused = self._decider.growth.without(last) if last.decision.offer else last
            with self.store.engine.begin() as sql:
                self._decider.growth.write(sql, refused, ContactKind.RESERVED)
            reason = last.decision.reason.value
        self.store.settle(one, Progress.FAILED if reason.startswith(_FAILED) else Progress.REFUSED, reason)

    def _follow(self, one: Outgoing) -> None:
        state, code = self._places.ended(one) or (State.FAILED, "lost")
        now = self._clock()
        if state is State.QUEUED and self._is_unwanted(one, now):
            if self._places.withdraw(one, "opted-out"):
                self.store.settle(one, Progress.REFUSED, Reason.OPTED_OUT.value)
        elif state in (State.SENT, State.UNKNOWN):
            if state is State.UNKNOWN and not self._places.over(one):
                return
            self._shown(one, now)
            self.store.settle(one, Progress.SENT if state is State.SENT else Progress.UNKNOWN, code)
        elif state is State.FAILED and self._places.over(one):
            one = replace(one, tried=(*one.tried, (one.channel, f"{_FAILED}{code}"[:40])))
            self.store.postpone(one, now + self._pause(one), f"{_FAILED}{code}")

    def _is_unwanted(self, one: Outgoing, now: datetime) -> bool:
        if one.wanted.purpose is not Purpose.OFFER:
            return False
        return not self._decider.wanted_still(one.wanted.customer, one.decision, Way(one.channel), now)

    def _shown(self, one: Outgoing, now: datetime) -> None:
        """The reservation becomes an exposure: what may have arrived counts as contact."""
        if one.decision:
            with self.store.engine.begin() as sql:
                history.answered(sql, one.decision, ContactKind.SHOWN, who=None, now=now)

    def _pause(self, one: Outgoing) -> timedelta:
        """Until what was reserved does not count any more."""
        return self._decider.reserved_for(self._clock()) if one.decision else timedelta(0)
