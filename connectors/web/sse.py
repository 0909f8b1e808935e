"""The downlink of a conversation as server-sent events: everything after a place, then whatever comes."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Sequence

from starlette.concurrency import run_in_threadpool

from connectors.web.live import Hub
from connectors.web.ports import Announcer, Exchange, Outbox
from connectors.web.schemas import ExchangeOut
from connectors.web.settings import WebSettings

PAGE = 100
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}

_HELLO = b": connected\n\n"
_HEARTBEAT = b": heartbeat\n\n"


async def events(
    hub: Hub, outbox: Outbox, key: str, after: int, settings: WebSettings, *, announcer: Announcer | None = None
) -> AsyncIterator[bytes]:
    """Yields the event stream of conversation `key`: exchanges above `after` in order, each once.

    Replies given by this process wake the stream, those of other replicas the hub's watch.
    """
    with hub.subscribed(key) as subscription:
        subscription.place = after
        yield _HELLO
        spoken = time.monotonic()
        typing, missed = False, True
        while not subscription.closed:
            news = subscription.take_news()  # a typing sign alone is no reason to ask the database
            while news and (page := hub.shown(key, await run_in_threadpool(outbox.since, key, after, PAGE))):
                for exchange in page:
                    yield _event("reply", ExchangeOut.of(exchange).model_dump_json(), exchange.seq)
                    subscription.place = after = exchange.seq
                await shown(announcer, key, page, missed)
                spoken = time.monotonic()
            missed = False
            if subscription.typing != typing:
                typing = subscription.typing
                yield _event("typing", json.dumps({"on": typing}))
                spoken = time.monotonic()
            if time.monotonic() - spoken >= settings.heartbeat:
                yield _HEARTBEAT
                spoken = time.monotonic()
            await subscription.wait(max(0.0, settings.heartbeat - (time.monotonic() - spoken)))


async def shown(announcer: Announcer | None, key: str, page: Sequence[Exchange], missed: bool) -> None:
    """A page of the customer has these now. What he asked for himself is announced only where he had `missed` it."""
    unasked = [exchange.seq for exchange in page if missed or not exchange.message_id]
    if announcer is not None and unasked:
        await run_in_threadpool(announcer.seen, key, unasked)


def _event(name: str, data: str, seq: int | None = None) -> bytes:
    # JSON has no bare line ends, so one data line holds it.
    place = "" if seq is None else f"id: {seq}\n"
    return f"{place}event: {name}\ndata: {data}\n\n".encode()
