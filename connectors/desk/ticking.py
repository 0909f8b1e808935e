"""The desk's clock: once a second, whatever replica comes first."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import structlog

from connectors.background import alongside
from connectors.desk.ports import AgentDesk
from connectors.web.live import Hub

log = structlog.get_logger(__name__)
_SECONDS = 1.0


@contextlib.asynccontextmanager
async def ticking(desk: AgentDesk, hub: Hub) -> AsyncIterator[None]:
    """While inside, deadlines are kept and handoffs offered."""
    async with alongside(_run(desk, hub)):
        yield


async def _run(desk: AgentDesk, hub: Hub) -> None:
    while True:
        try:
            for session in await asyncio.to_thread(desk.service.round):
                desk.wake(hub, session)
        except Exception as error:  # the database is away for a moment: everything is still there afterwards
            log.error("desk.round_failed", error=repr(error))
        await asyncio.sleep(_SECONDS)
