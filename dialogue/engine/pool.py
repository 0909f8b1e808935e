"""Engine: workers behind `handle(TurnIn) → TurnOut`; a conversation always goes to the same one, in order."""

from __future__ import annotations

import asyncio
import uuid
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import IO, Any

import structlog

from dialogue.engine.apology import apology
from dialogue.engine.cleaning import clean
from dialogue.engine.process import COMMAND, WorkerDied
from dialogue.engine.settings import EngineSettings
from dialogue.engine.slot import Slot
from dialogue.store import ConversationMoved, Store, StoreError, TurnRecord
from dialogue.turn import Namespace, TurnIn, TurnOut
from dialogue.wire import turn_in_to_json, turn_out_from_json
from kg.figures import from_name

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class EngineState:
    """Whether turns are answered now; if not, what the workers wait for, in Chinese, for a page to show."""

    ready: bool
    waiting_for: tuple[str, ...] = ()


class Engine:
    """Starts, feeds and restarts the workers. `command` is what runs a worker, without its last argument; the
    owner of the process may wrap it. `stderr` is where the workers' logs go, the caller's by default."""

    def __init__(
        self,
        settings: EngineSettings,
        store: Store,
        *,
        command: Sequence[str] = COMMAND,
        stderr: IO[bytes] | None = None,
    ) -> None:
        self._settings = settings
        self._store = store
        self._command = command
        self._stderr = stderr
        self._slots: list[Slot] = []

    @property
    def state(self) -> EngineState:
        """Readiness of all workers."""
        waiting = tuple(s.waiting_for for s in self._slots if not s.ready)
        return EngineState(bool(self._slots) and not waiting, waiting)

    @property
    def pids(self) -> tuple[int, ...]:
        """The workers' process ids at this moment."""
        return tuple(s.pid for s in self._slots if s.pid is not None)

    async def start(self, workers: int = 1) -> None:
        """Starts the workers and returns at once; `state` says how far they are."""
        self._slots = [Slot(self._settings, self._command, self._stderr) for _ in range(workers)]
        for slot in self._slots:
            slot.start()

    async def wait_ready(self) -> None:
        """Returns when every worker takes turns; TimeoutError after `start_timeout` seconds."""
        async with asyncio.timeout(self._settings.start_timeout):
            for slot in self._slots:
                await slot.wait_ready()

    async def handle(self, turn: TurnIn) -> TurnOut:
        """The reply to one message, always: an apology when the worker fails twice or takes too long."""
        turn = turn if turn.trace_id else replace(turn, trace_id=uuid.uuid4().hex)
        slot = self._slots[zlib.crc32(turn.session.encode()) % len(self._slots)]
        try:
            return turn_out_from_json(await self._take(slot, turn))
        except (WorkerDied, TimeoutError) as error:
            log.error("engine.turn_failed", trace_id=turn.trace_id, error=str(error) or "took too long")
            return await asyncio.to_thread(self._apologise, turn, slot.hotline)

    async def _take(self, slot: Slot, turn: TurnIn) -> dict[str, Any]:
        """A worker that dies in the middle is started again and gets the turn once more: ids make that safe."""
        if not slot.was_ready:
            async with asyncio.timeout(self._settings.start_timeout):
                await slot.wait_ready()
        data = turn_in_to_json(turn)
        async with asyncio.timeout(self._settings.turn_timeout):
            try:
                return await slot.take(data)
            except WorkerDied:
                return await slot.take(data)

    async def forget(self, prefix: str) -> None:
        """Drops what the workers hold of batch conversations whose session begins with `prefix`."""
        for slot in self._slots:
            slot.forget(prefix)

    async def stop(self) -> None:
        """Ends the workers."""
        await asyncio.gather(*(slot.stop() for slot in self._slots))
        self._slots = []

    def _apologise(self, turn: TurnIn, hotline: str) -> TurnOut:
        """An apology from this process, recorded like any turn if the database allows."""
        said = apology(None, from_name(hotline or self._settings.institution))
        out = TurnOut(turn.session, uuid.uuid4().hex, 0, said.message, said.outcome, "", 0.0, trace_id=turn.trace_id)
        if turn.namespace is not Namespace.LIVE:
            return out
        try:
            before = self._store.conversation(turn.session)
            out = replace(out, seq=before.seq + 1, message=replace(out.message, feedback=out.turn_id))
            self._store.write_turn(TurnRecord(turn, clean(turn.text), out), before, None)
            return out
        except ConversationMoved:  # the worker was late, but not too late
            return self._store.reply_to(turn.session, turn.message_id) or out
        except StoreError as error:
            log.error("engine.apology_unwritten", trace_id=turn.trace_id, error=str(error))
            return replace(out, seq=0)
