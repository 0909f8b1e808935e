"""The downlink of a conversation as server-sent events: everything after a place, then whatever comes."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator

from starlette.concurrency import run_in_threadpool

from connectors.web.live import Hub, Subscription
from connectors.web.ports import Outbox
from connectors.web.schemas import ExchangeOut
from connectors.web.settings import WebSettings

PAGE = 100
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}

_HELLO = b": connected\n\n"
_HEARTBEAT = b": heartbeat\n\n"


async def events(hub: Hub, outbox: Outbox, key: str, after: int, settings: WebSettings) -> AsyncIterator[bytes]:
    """Yields the event stream of conversation `key`: exchanges above `after` in order, each once.

    Replies given by this process wake the stream; those of other replicas are found within `settings.poll` seconds.
    """
    with hub.subscribed(key) as subscription:
        yield _HELLO
        spoken = time.monotonic()
        typing = False
        while not subscription.closed:
            news = subscription.take_news()  # a typing sign alone is no reason to ask the database
            while news and (page := hub.shown(key, await run_in_threadpool(outbox.since, key, after, PAGE))):
                for exchange in page:
                    yield _event("reply", ExchangeOut.of(exchange).model_dump_json(), exchange.seq)
                    after = exchange.seq
                spoken = time.monotonic()
            if subscription.typing != typing:
                typing = subscription.typing
                yield _event("typing", json.dumps({"on": typing}))
                spoken = time.monotonic()
            if time.monotonic() - spoken >= settings.heartbeat:
                yield _HEARTBEAT
                spoken = time.monotonic()
            await _pause(subscription, spoken, settings)


async def _pause(subscription: Subscription, spoken: float, settings: WebSettings) -> None:
    until_heartbeat = settings.heartbeat - (time.monotonic() - spoken)
    await subscription.wait(max(0.0, min(until_heartbeat, settings.poll)))


def _event(name: str, data: str, seq: int | None = None) -> bytes:
    # JSON has no bare line ends, so one data line holds it.
    place = "" if seq is None else f"id: {seq}\n"
    return f"{place}event: {name}\ndata: {data}\n\n".encode()
