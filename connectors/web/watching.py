"""One look at the database for all open streams of a process: what other replicas have said since."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import structlog

log = structlog.get_logger(__name__)

Places = Callable[[Sequence[str]], Mapping[str, int]]
"""The last places of some conversations; may block on the database."""


class Watched(Protocol):
    """Whose streams are watched (connectors.web.live.Hub)."""

    def followed(self) -> list[str]:
        """The conversations that somebody follows here."""

    def reached(self, key: str, seq: int) -> None:
        """The conversation goes on to that place at least."""


class Watch:
    """Looks every `every` seconds while anybody follows anything. Belongs to one event loop."""

    def __init__(self, places: Places, every: float) -> None:
        self._places = places
        self._every = every
        self._task: asyncio.Task[None] | None = None

    def over(self, hub: Watched) -> None:
        """Somebody has begun to follow something."""
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._run(hub))

    def stop(self) -> None:
        """The server ends."""
        if self._task is not None:
            self._task.cancel()

    async def _run(self, hub: Watched) -> None:
        while True:
            await asyncio.sleep(self._every)
            if not (keys := hub.followed()):
                return
            try:
                found = await asyncio.to_thread(self._places, keys)
            except Exception as error:  # the database is away for a moment: what was said is found later
                log.error("web.not_watched", error=repr(error))
                continue
            for key, seq in found.items():
                hub.reached(key, seq)
