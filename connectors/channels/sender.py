"""Sender: takes what is due to the platforms, in order for each address, and writes down how it ended."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Mapping

import structlog

from connectors.channels.deliveries import Deliveries
from connectors.channels.ports import Adapter, NotSent, Refused, Unknown
from connectors.channels.records import Delivery

log = structlog.get_logger(__name__)

POLL = 5.0
"""Seconds between looks for what another replica left; what this process plans or postpones is looked for in time."""
MAX_ATTEMPTS = 6
_BACKOFF = (1.0, 2.0, 5.0, 15.0, 60.0)
_MOST = 32
_SOONEST = 0.05


class Sender:
    """Sends deliveries of all accounts. `wake` has it look at once; it looks every POLL seconds in any case."""

    def __init__(self, deliveries: Deliveries, adapters: Mapping[tuple[str, str], Adapter]) -> None:
        self._deliveries = deliveries
        self._adapters = adapters
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """There is something to send."""
        self._wake.set()

    async def run(self) -> None:
        """Sends until cancelled."""
        while True:
            try:
                busy = await self.round()
                pause = await self._pause()
            except Exception as error:  # the database is away for a moment: everything is still there afterwards
                log.error("channels.sender_failed", error=repr(error))
                busy, pause = False, POLL
            if busy:
                continue
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), pause)
            self._wake.clear()

    async def round(self) -> bool:
        """Sends what is due now; whether there was anything."""
        keyed = sorted({a.channel for a in self._adapters.values() if a.keyed})
        await asyncio.to_thread(self._deliveries.expire, keyed)
        await asyncio.to_thread(self._deliveries.forget)
        due = await asyncio.to_thread(self._deliveries.due, _MOST)
        await asyncio.gather(*(self._send(delivery_id) for delivery_id in due))
        return bool(due)

    async def _pause(self) -> float:
        """Seconds until something may be due."""
        left = await asyncio.to_thread(self._deliveries.due_in)
        return POLL if left is None else min(POLL, max(_SOONEST, left))

    async def _send(self, delivery_id: int) -> None:
        found = await asyncio.to_thread(self._deliveries.claim, delivery_id, self._is_limited)
        if found is None:
            return
        adapter = self._adapters.get((found.address.channel, found.address.account))
        if adapter is None:
            await self._failed(found, "no-account", False, False)
            return
        try:
            platform_id = await adapter.send(found)
        except NotSent as error:
            await self._not_sent(found, error, adapter)
        except Refused as error:
            await self._failed(found, error.code, error.again, adapter.limited)
        except Unknown as error:
            if adapter.keyed:
                await self._not_sent(found, NotSent(error.code), adapter)
            else:
                log.warning("channels.delivery_unknown", trace_id=found.trace_id, delivery=found.id, code=error.code)
                await asyncio.to_thread(self._deliveries.unknown, found, error.code)
        else:
            await asyncio.to_thread(self._deliveries.sent, found, platform_id)

    def _is_limited(self, channel: str, account: str) -> bool:
        adapter = self._adapters.get((channel, account))
        return adapter is not None and adapter.limited

    async def _not_sent(self, found: Delivery, error: NotSent, adapter: Adapter) -> None:
        if found.attempts >= MAX_ATTEMPTS:
            await self._failed(found, error.code, True, False)
            return
        pause = _BACKOFF[min(found.attempts, len(_BACKOFF)) - 1] if error.after is None else error.after
        pause *= random.uniform(0.8, 1.2)  # replicas that failed together do not come back together
        await asyncio.to_thread(lambda: self._deliveries.retry(found, error.code, pause, limited=adapter.limited))

    async def _failed(self, found: Delivery, code: str, again: bool, limited: bool) -> None:
        log.warning("channels.delivery_failed", trace_id=found.trace_id, delivery=found.id, code=code)
        await asyncio.to_thread(lambda: self._deliveries.failed(found, code, again=again, limited=limited))
