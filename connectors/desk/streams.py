"""The desk's streams: its lists whenever they change, and one conversation with resume by sequence number."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Callable

from starlette.concurrency import run_in_threadpool

from connectors.desk.schemas import StateOut
from connectors.web.live import Hub
from connectors.web.ports import Outbox
from connectors.web.schemas import ExchangeOut

HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
DESK = "desk:lists"
"""The hub's key of whoever follows the lists."""
_LOOK_S, _HEARTBEAT_S, _PAGE = 1.0, 15.0, 100


async def lists(hub: Hub, read: Callable[[], StateOut]) -> AsyncIterator[bytes]:
    """The desk's lists at once and whenever they change; reading them says that the agent is there."""
    with hub.subscribed(DESK) as subscription:
        before, spoken = "", 0.0
        while not subscription.closed:
            state = await run_in_threadpool(read)
            known = state.model_dump_json(exclude={"now"})
            if known != before or time.monotonic() - spoken > _HEARTBEAT_S:
                before, spoken = known, time.monotonic()
                yield _event("state", state.model_dump_json())
            await subscription.wait(_LOOK_S)


async def talk(hub: Hub, outbox: Outbox, session: str, after: int) -> AsyncIterator[bytes]:
    """Everything of a conversation after a place, each once and in order, and the customer's typing sign."""
    with hub.subscribed(session) as subscription:
        yield b": connected\n\n"
        spoken, shown = time.monotonic(), False
        while not subscription.closed:
            while page := await run_in_threadpool(outbox.since, session, after, _PAGE):
                for exchange in page:
                    yield _event("reply", ExchangeOut.of(exchange).model_dump_json(), exchange.seq)
                    after = exchange.seq
                spoken = time.monotonic()
            if hub.customer_typing(session) != shown:
                shown = not shown
                yield _event("typing", json.dumps({"on": shown}))
                spoken = time.monotonic()
            if time.monotonic() - spoken > _HEARTBEAT_S:
                yield b": heartbeat\n\n"
                spoken = time.monotonic()
            await subscription.wait(_LOOK_S)


def _event(name: str, data: str, seq: int | None = None) -> bytes:
    place = "" if seq is None else f"id: {seq}\n"
    return f"{place}event: {name}\ndata: {data}\n\n".encode()
