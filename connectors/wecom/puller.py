"""Puller: fetches what customers wrote in 微信客服. The callback only says that there is something."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import structlog

from connectors.channels.clock import Clock, utc_now
from connectors.channels.deliveries import Deliveries
from connectors.channels.inbox import Inbox
from connectors.channels.ports import SendError
from connectors.channels.records import Inbound
from connectors.channels.runner import Runner
from connectors.channels.texts import say
from connectors.wecom.adapters import kf_parts
from connectors.wecom.api import ServiceState, WeComApi
from connectors.wecom.cursors import Cursors
from connectors.wecom.parsing import FROM_CUSTOMER, FROM_SYSTEM, kf_entered, kf_message
from connectors.wecom.settings import WeComSettings

log = structlog.get_logger(__name__)

STALE_S = 600
WELCOME_S = 20
_WAIT_STEP, _WAITS = 0.2, 150
_FAIL_TYPES = "msg_send_fail"


class Puller:
    """Reads the service accounts of one application."""

    def __init__(
        self,
        settings: WeComSettings,
        api: WeComApi,
        runner: Runner,
        *,
        inbox: Inbox,
        deliveries: Deliveries,
        cursors: Cursors,
        clock: Clock = utc_now,
    ) -> None:
        self._settings = settings
        self._api = api
        self._runner = runner
        self._inbox = inbox
        self._deliveries = deliveries
        self._cursors = cursors
        self._clock = clock
        self._waiting: set[str] = set()
        self._alone: dict[str, asyncio.Lock] = {}

    async def pull(self, kfid: str, token: str, trace_id: str) -> None:
        """Takes in everything that `kfid` has; one reader at a time, and none left waiting twice."""
        if kfid in self._waiting:
            return  # who waits already will find this, too
        self._waiting.add(kfid)
        async with self._alone.setdefault(kfid, asyncio.Lock()):
            name = self._name(kfid)
            try:
                cursor = await self._taken(name)
            finally:
                self._waiting.discard(kfid)
            if cursor is None:
                return
            try:
                await self._read(kfid, cursor, token, trace_id)
            except SendError as error:
                log.error("wecom.sync_failed", trace_id=trace_id, code=error.code)
            finally:
                await asyncio.to_thread(self._cursors.release, name)

    async def catch_up(self) -> None:
        """Reads on where an earlier process stopped: a callback may have been answered and not followed."""
        for name in await asyncio.to_thread(self._cursors.names, self._name("")):
            await self.pull(name.removeprefix(self._name("")), "", "")

    async def _taken(self, name: str) -> str | None:
        for _ in range(_WAITS):
            cursor = await asyncio.to_thread(self._cursors.take, name)
            if cursor is not None:
                return cursor
            await asyncio.sleep(_WAIT_STEP)
        log.warning("wecom.cursor_taken", cursor=name)
        return None

    async def _read(self, kfid: str, cursor: str, token: str, trace_id: str) -> None:
        """Page by page; a page may be empty and not the last."""
        backlog = not cursor  # on the first read three days of old messages come: those are not answered
        while True:
            page = await self._api.sync(kfid, cursor, token)
            for item in page.get("msg_list", []):
                await self._take_in(item, backlog, trace_id)
            cursor = str(page.get("next_cursor") or cursor)
            await asyncio.to_thread(self._cursors.move, self._name(kfid), cursor)
            if not page.get("has_more"):
                return

    async def _take_in(self, item: Mapping[str, Any], backlog: bool, trace_id: str) -> None:
        if backlog and self._clock().timestamp() - float(item.get("send_time", 0)) > STALE_S:
            return
        origin = int(item.get("origin", 0))
        if origin == FROM_CUSTOMER:
            await self._message(kf_message(item, self._settings, trace_id))
        elif origin == FROM_SYSTEM or item.get("msgtype") == "event":
            await self._event(item, trace_id)

    async def _message(self, inbound: Inbound) -> None:
        if not await self._is_ours(inbound):
            return
        entry, _ = await asyncio.to_thread(self._inbox.put, inbound)
        if not entry.done:
            self._runner.begin(entry.id)

    async def _is_ours(self, inbound: Inbound) -> bool:
        """Whether the bot has the conversation; a new one it takes, one that a person has it leaves alone."""
        kfid, user = kf_parts(inbound.user)
        try:
            state = await self._api.state(kfid, user)
            if state is ServiceState.NEW:
                await self._api.move(kfid, user, ServiceState.BOT)
        except SendError as error:  # the answer will tell; better a refused reply than none
            log.warning("wecom.state_unknown", trace_id=inbound.trace_id, code=error.code)
            return True
        return state not in (ServiceState.QUEUE, ServiceState.PERSON)

    async def _event(self, item: Mapping[str, Any], trace_id: str) -> None:
        event = item.get("event", {})
        kind = event.get("event_type", "")
        if kind == "enter_session":
            await self._entered(item, trace_id)
        elif kind == _FAIL_TYPES:
            code = f"fail-{event.get('fail_type', 0)}"
            await asyncio.to_thread(self._deliveries.failed_later, str(event.get("fail_msgid", "")), code)

    async def _entered(self, item: Mapping[str, Any], trace_id: str) -> None:
        _, fresh = await asyncio.to_thread(self._inbox.put, kf_entered(item, self._settings, trace_id))
        code = str(item.get("event", {}).get("welcome_code", ""))
        age = self._clock().timestamp() - float(item.get("send_time", 0))
        if not fresh or not code or age > WELCOME_S:
            return
        try:
            await self._api.send_welcome(code, say("welcome"))
        except SendError as error:
            log.warning("wecom.no_welcome", trace_id=trace_id, code=error.code)

    def _name(self, kfid: str) -> str:
        return f"wecom:{self._settings.name}:{kfid}"
