"""One official account at work: callbacks in, answers within five seconds or by customer-service message.

The platform waits 5 s for the answer to a message and asks three times in all. What is ready within WAIT goes out as
the answer to its request (passively); what is not goes by customer-service message, or, for accounts that have none,
with the third request or when the user asks for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from connectors.channels.clock import Clock, utc_now
from connectors.channels.deliveries import Deliveries
from connectors.channels.inbox import Inbox
from connectors.channels.records import Delivery, Entry, Inbound
from connectors.channels.rendering import as_text
from connectors.channels.runner import Runner
from connectors.channels.texts import say
from connectors.wechat.adapter import WeChatAdapter
from connectors.wechat.envelope import Envelope, Refusal
from connectors.wechat.parsing import CHANNEL, MESSAGE, parse
from connectors.wechat.receipts import receipt
from connectors.wechat.settings import WeChatSettings

log = structlog.get_logger(__name__)

SUCCESS = "success"
MAX_SKEW = timedelta(seconds=300)
REPEATED_WITHIN = timedelta(minutes=10)
_THIRD = timedelta(seconds=9)
_ASKS_FOR_ANSWER = frozenset({"查看", "查询结果", "看结果"})


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds: `wait` for the reply before answering without it; `hold` on for an account that must not answer."""

    wait: float = 4.5
    hold: float = 1.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What to answer a callback with, and the delivery that it carries."""

    body: str = SUCCESS
    status: int = 200
    delivery: Delivery | None = None


class WeChatAccount:
    """Callbacks of one account. `wake` has the sender look at once."""

    def __init__(
        self,
        settings: WeChatSettings,
        adapter: WeChatAdapter,
        runner: Runner,
        *,
        inbox: Inbox,
        deliveries: Deliveries,
        wake: Callable[[], None],
        timing: Timing | None = None,
        clock: Clock = utc_now,
    ) -> None:
        self.settings = settings
        self.adapter = adapter
        self._envelope = Envelope(settings)
        self._runner = runner
        self._inbox = inbox
        self._deliveries = deliveries
        self._wake = wake
        self._timing = timing or Timing()
        self._clock = clock

    def echo(self, query: Mapping[str, str]) -> str:
        """What the platform wants to hear when it checks our address. Raises Refusal."""
        return self._envelope.echo(query)

    async def receive(self, query: Mapping[str, str], body: bytes, trace_id: str) -> Answer:
        """The answer to a callback. Raises Refusal, XmlFault and CryptoError for what is not the platform's."""
        fields = self._envelope.open(query, body)
        inbound = parse(fields, self.settings, trace_id)
        await self._check_age(query, inbound)
        if (found := receipt(fields)) is not None:
            await asyncio.to_thread(self._deliveries.failed_later, found.message_id, found.code)
        if self._polls(inbound):
            return await self._look_again(inbound, query)
        passive = timedelta(seconds=self._timing.wait) if inbound.asks else None
        entry, fresh = await asyncio.to_thread(self._inbox.put, inbound, passive)
        if not inbound.asks or (not fresh and self._clock() - entry.received_at > REPEATED_WITHIN):
            return Answer()
        if not entry.done:
            self._runner.begin(entry.id)
        if await self._runner.finished(entry.id, self._timing.wait):
            return await self._passive(entry, query, inbound)
        return await self._late(entry, query, inbound)

    async def answered(self, delivery: Delivery) -> None:
        """The platform has taken the answer that carried `delivery`."""
        await asyncio.to_thread(self._deliveries.sent, delivery)
        await asyncio.to_thread(self._deliveries.release_rest, delivery.address.id)
        self._wake()

    async def lost(self, delivery: Delivery) -> None:
        """The platform was gone before the answer: it asks again, or the reply comes with the next message."""
        await asyncio.to_thread(self._deliveries.unknown, delivery, "platform-gone")
        await asyncio.to_thread(self._deliveries.release_rest, delivery.address.id)
        self._wake()

    async def _check_age(self, query: Mapping[str, str], inbound: Inbound) -> None:
        """Old callbacks are replays, unless they repeat what we know."""
        stamp = query.get("timestamp", "")
        try:
            age = self._clock() - datetime.fromtimestamp(int(stamp), tz=self._clock().tzinfo)
        except (ValueError, OverflowError, OSError):
            raise Refusal("no timestamp") from None
        if abs(age) > MAX_SKEW:
            known = await asyncio.to_thread(self._inbox.known, inbound.channel, inbound.account, inbound.key)
            if not known:
                raise Refusal(f"timestamp is {age.total_seconds():.0f} s old")

    async def _passive(self, entry: Entry, query: Mapping[str, str], inbound: Inbound) -> Answer:
        found = await asyncio.to_thread(self._deliveries.take_passive, entry)
        if found is None:
            return Answer()
        if found.part.transfer and self.settings.transfer and inbound.grant is MESSAGE:  # events can't be transferred
            return await self._transferred(found, query)
        return Answer(self._closed(as_text(found.part), entry.address.user, query), delivery=found)

    async def _transferred(self, found: Delivery, query: Mapping[str, str]) -> Answer:
        """The platform's own customer service takes over; what was said goes by customer-service message."""
        await asyncio.to_thread(self._deliveries.put_back, found)
        self._wake()
        now = int(self._clock().timestamp())
        body = self.adapter.transferring(found.address.user, now)
        return Answer(self._envelope.close(body, query.get("timestamp", str(now))))

    async def _late(self, entry: Entry, query: Mapping[str, str], inbound: Inbound) -> Answer:
        """The reply is not ready: say so, or have the platform ask again."""
        if not self.settings.customer_service and self._clock() - entry.received_at < _THIRD:
            await asyncio.sleep(self._timing.hold)
            return Answer("", 503)
        await asyncio.to_thread(self._inbox.give_up_passive, entry.id)
        if (await asyncio.to_thread(self._inbox.get, entry.id)).done:
            return await self._passive(entry, query, inbound)
        name = "looking_up" if self.settings.customer_service else "looking_up_ask"
        return Answer(self._closed(say(name), entry.address.user, query))

    def _polls(self, inbound: Inbound) -> bool:
        return not self.settings.customer_service and inbound.text in _ASKS_FOR_ANSWER

    async def _look_again(self, inbound: Inbound, query: Mapping[str, str]) -> Answer:
        """The user asks for what was not ready, at an account that may not write by itself."""
        silent = Inbound(CHANNEL, inbound.account, inbound.user, inbound.key, trace_id=inbound.trace_id)
        entry, _ = await asyncio.to_thread(self._inbox.put, silent)
        pending = await asyncio.to_thread(self._inbox.pending, entry.session)
        if pending is not None:
            self._runner.begin(pending)
            await self._runner.finished(pending, self._timing.wait)
        await asyncio.to_thread(self._deliveries.repeat, entry.address.id)
        answer = await self._passive(entry, query, inbound)
        if answer.delivery is not None:
            return answer
        pending = await asyncio.to_thread(self._inbox.pending, entry.session)
        name = "not_yet" if pending is not None else "nothing_waiting"
        return Answer(self._closed(say(name), inbound.user, query))

    def _closed(self, text: str, user: str, query: Mapping[str, str]) -> str:
        now = int(self._clock().timestamp())
        return self._envelope.close(self.adapter.passive(text, user, now), query.get("timestamp", str(now)))
