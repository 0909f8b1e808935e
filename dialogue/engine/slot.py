"""Slot: one place for a worker, filled again when its worker dies or is stuck."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Sequence
from typing import IO, Any

import structlog

from dialogue.engine.process import WorkerDied, WorkerProcess
from dialogue.engine.settings import EngineSettings

log = structlog.get_logger(__name__)

STUCK_S = 20.0  # a worker that says nothing for so long while turns wait is not going to
_RESTART_DELAYS = (0.0, 0.0, 1.0, 5.0, 15.0)  # after the 1st, 2nd, … death within a minute; the last one stays


class Slot:
    """Keeps a worker running. Turns are handed over in the order in which they come; the worker takes one at a time."""

    def __init__(self, settings: EngineSettings, command: Sequence[str], stderr: IO[bytes] | None) -> None:
        self._settings = settings
        self._command = command
        self._stderr = stderr
        self._worker: WorkerProcess | None = None
        self._replaced = asyncio.Event()
        self._keeping: asyncio.Task[None] | None = None
        self._deaths: deque[float] = deque()
        self.waiting_for = "启动对话引擎"
        self.was_ready = False
        self.hotline = ""

    @property
    def ready(self) -> bool:
        """Whether the worker takes turns now."""
        return self._worker is not None and self._worker.ready.is_set()

    @property
    def pid(self) -> int | None:
        """The worker's process id, None while there is none."""
        return self._worker.pid if self._worker is not None and not self._worker.ended.is_set() else None

    def start(self) -> None:
        """Begins to keep a worker running."""
        self._keeping = asyncio.create_task(self._keep())

    async def wait_ready(self) -> None:
        """Returns when the worker takes turns; waits through the deaths of workers that never got so far."""
        while not self.ready:
            worker = self._worker
            if worker is None or worker.ended.is_set():
                self._replaced.clear()
                await self._replaced.wait()
            else:
                await _first(worker.ready.wait(), worker.ended.wait())

    async def take(self, turn: dict[str, Any]) -> dict[str, Any]:
        """The worker's reply. WorkerDied when it ended in the middle."""
        await self.wait_ready()
        if self._worker is None:
            raise WorkerDied("the engine was stopped")
        return await self._worker.take(turn)

    def forget(self, prefix: str) -> None:
        """Has the worker drop batch conversations."""
        if self._worker is not None:
            self._worker.forget(prefix)

    async def stop(self) -> None:
        """Ends the worker for good."""
        if self._keeping is not None:
            self._keeping.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeping
        if self._worker is not None:
            await self._worker.stop()

    async def _keep(self) -> None:
        while True:
            worker = WorkerProcess(self._settings.to_json(), self._command, self._note, self._stderr)
            await worker.start()
            self._worker = worker
            self._replaced.set()
            await _first(worker.ready.wait(), worker.ended.wait())
            if worker.ready.is_set():
                self.was_ready = True
                self.hotline = worker.hotline or self.hotline
            await self._until_ended(worker)
            log.error("engine.worker_ended", pid=worker.pid)
            self._note("重新启动对话引擎")
            await worker.stop()
            await asyncio.sleep(self._delay())

    async def _until_ended(self, worker: WorkerProcess) -> None:
        while not worker.ended.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(worker.ended.wait(), 1.0)
            if worker.silent_for() > STUCK_S:
                log.error("engine.worker_stuck", pid=worker.pid)
                worker.kill()
                await worker.ended.wait()

    def _delay(self) -> float:
        """Notes a death now and returns how many seconds to wait before the next start."""
        now = asyncio.get_running_loop().time()
        self._deaths.append(now)
        while now - self._deaths[0] > 60:
            self._deaths.popleft()
        return _RESTART_DELAYS[min(len(self._deaths), len(_RESTART_DELAYS)) - 1]

    def _note(self, text: str) -> None:
        self.waiting_for = text


async def _first(*waits: Any) -> None:
    tasks = [asyncio.ensure_future(w) for w in waits]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
