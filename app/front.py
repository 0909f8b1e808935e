"""Front: what the gateway talks to from its first moment, while graph, model and workers still come up behind it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from connectors.web.ports import Readiness
from dialogue.turn import TurnIn, TurnOut

if TYPE_CHECKING:
    from dialogue.engine import Engine

START_WAIT = 300.0  # seconds; a first start trains the model


class Front:
    """An Engine (connectors.web.ports) that passes turns on to the real one as soon as there is one."""

    def __init__(self) -> None:
        self._engine: Engine | None = None
        self._there = asyncio.Event()
        self.waiting_for = "准备启动"

    def open(self, engine: Engine) -> None:
        """From now on turns go to `engine`, which says itself whether it is ready."""
        self._engine = engine
        self._there.set()

    def readiness(self) -> Readiness:
        """Whether turns are answered at once, and what is waited for."""
        if self._engine is None:
            return Readiness(False, self.waiting_for)
        state = self._engine.state
        return Readiness(state.ready, "、".join(dict.fromkeys(state.waiting_for)))

    async def handle(self, turn: TurnIn) -> TurnOut:
        """The reply; waits for the engine. TimeoutError when it does not come up."""
        return await (await self._opened()).handle(turn)

    async def forget(self, prefix: str) -> None:
        """Drops what is held of batch conversations whose session begins with `prefix`."""
        await (await self._opened()).forget(prefix)

    async def _opened(self) -> Engine:
        async with asyncio.timeout(START_WAIT):
            await self._there.wait()
        assert self._engine is not None
        return self._engine
