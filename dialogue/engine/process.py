"""WorkerProcess: one worker child and the socket to it, from the side of the event loop."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import sys
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import IO, Any

import structlog

log = structlog.get_logger(__name__)

COMMAND = (sys.executable, "-P", "-m", "dialogue.engine.worker")
STOP_S = 5.0
_LINE_LIMIT = 64 * 2**20
# One thread for numbers: the arrays are small, and the cores are wanted for other work.
_ENVIRONMENT = {
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONWARNINGS": "ignore",
}


class WorkerDied(Exception):
    """The worker ended before it answered."""


class WorkerProcess:
    """A worker from its start to its end. `on_state` hears what it waits for; `ready` is set while it takes turns."""

    def __init__(
        self,
        start: Mapping[str, Any],
        command: Sequence[str] = COMMAND,
        on_state: Callable[[str], None] = lambda _text: None,
        stderr: IO[bytes] | None = None,
    ) -> None:
        self._start = start
        self._command = command
        self._on_state = on_state
        self._stderr = stderr
        self._ids = count(1)
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._child: asyncio.subprocess.Process | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._reading: asyncio.Task[None] | None = None
        self._heard = 0.0
        self.hotline = ""
        self.ready = asyncio.Event()
        self.ended = asyncio.Event()

    @property
    def pid(self) -> int | None:
        """The process id, None before the start."""
        return self._child.pid if self._child else None

    def silent_for(self) -> float:
        """Seconds for which turns have been waiting without a word from the child; 0 when none waits."""
        return asyncio.get_running_loop().time() - self._heard if self._waiting else 0.0

    async def start(self) -> None:
        """Starts the child and returns at once; `ended` is set when it has died."""
        ours, theirs = socket.socketpair()
        with theirs:
            self._child = await asyncio.create_subprocess_exec(
                *self._command,
                str(theirs.fileno()),
                pass_fds=(theirs.fileno(),),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=self._stderr,
                env={**os.environ, **_ENVIRONMENT},
                start_new_session=True,  # Ctrl-C reaches the owner, who stops its workers in order
            )
        reader, self._writer = await asyncio.open_connection(sock=ours, limit=_LINE_LIMIT)
        self._reading = asyncio.create_task(self._read(reader))
        self._send({"start": self._start})

    async def take(self, turn: dict[str, Any]) -> dict[str, Any]:
        """Sends a turn and returns its reply. WorkerDied when the child ends first."""
        if self.ended.is_set():
            raise WorkerDied(f"worker {self.pid} has ended")
        number = next(self._ids)
        if not self._waiting:
            self._heard = asyncio.get_running_loop().time()
        future: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[number] = future
        try:
            self._send({"id": number, "turn": turn})
            return await future
        finally:
            del self._waiting[number]

    def forget(self, prefix: str) -> None:
        """Has the worker drop the batch conversations whose session begins with `prefix`."""
        self._send({"forget": prefix})

    def kill(self) -> None:
        """Ends the child at once."""
        if self._child is not None:
            with contextlib.suppress(ProcessLookupError):
                self._child.kill()

    async def stop(self) -> None:
        """Closes the socket, which ends the child; kills it when that takes more than STOP_S seconds."""
        if self._writer is not None:
            self._writer.close()
        if self._child is not None:
            try:
                await asyncio.wait_for(self._child.wait(), STOP_S)
            except TimeoutError:
                self.kill()
                await self._child.wait()
        if self._reading is not None:
            await self._reading

    def _send(self, message: Mapping[str, Any]) -> None:
        if self._writer is not None and not self._writer.is_closing():
            self._writer.write(json.dumps(message, ensure_ascii=False).encode() + b"\n")

    async def _read(self, reader: asyncio.StreamReader) -> None:
        try:
            while line := await reader.readline():
                self._hear(json.loads(line))
        except (ConnectionError, ValueError) as error:  # cut off in the middle of a line
            log.warning("worker.link_broken", pid=self.pid, error=str(error))
        finally:
            self.ready.clear()
            self.ended.set()
            for future in self._waiting.values():
                if not future.done():
                    future.set_exception(WorkerDied(f"worker {self.pid} ended in the middle of a turn"))

    def _hear(self, message: dict[str, Any]) -> None:
        self._heard = asyncio.get_running_loop().time()
        if "state" in message:
            self._on_state(message["state"])
        elif "ready" in message:
            self.hotline = message["ready"].get("hotline", "")
            self.ready.set()
        else:
            future = self._waiting.get(message["id"])
            if future is not None and not future.done():
                future.set_result(message["out"])
