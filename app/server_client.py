"""Asking the running server of this installation, over its internal door."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from app.server_file import ServerInfo
from dialogue.turn import TurnIn, TurnOut
from dialogue.wire import turn_in_to_json, turn_out_from_json

TURN_TIMEOUT = 60.0  # seconds
READY_TIMEOUT = 300.0  # a first start trains the model
_READY, _TURNS, _FORGET = "/internal/v1/ready", "/internal/v1/turns", "/internal/v1/forget"


class ServerGone(Exception):
    """The server does not answer, or answers something else than a turn."""


@dataclass(frozen=True, slots=True)
class Readiness:
    """What the server says of itself; `waiting_for` is Chinese."""

    ready: bool
    waiting_for: str


class ServerTurns:
    """Turns answered by the running server; usable from several threads, one connection each."""

    def __init__(self, info: ServerInfo, parallel: int = 1) -> None:
        self._info = info
        self.parallel = parallel
        self._local = threading.local()

    def readiness(self) -> Readiness:
        """Whether turns are answered at once. Raises ServerGone."""
        return Readiness(**self._call("GET", _READY))

    def wait_ready(self, on_wait: Callable[[str], None]) -> None:
        """Returns when turns are answered at once; `on_wait` hears, in Chinese, what the server waits for."""
        deadline = time.monotonic() + READY_TIMEOUT
        while not (state := self.readiness()).ready:
            if time.monotonic() > deadline:
                raise ServerGone(f"{self._info.address}: still waiting for {state.waiting_for}")
            on_wait(state.waiting_for)
            time.sleep(0.3)

    def handle(self, turn: TurnIn) -> TurnOut:
        """The server's reply to one turn. Raises ServerGone."""
        return turn_out_from_json(self._call("POST", _TURNS, turn_in_to_json(turn)))

    def forget(self, prefix: str) -> None:
        """Has the server drop batch conversations whose session begins with `prefix`. Raises ServerGone."""
        self._call("POST", _FORGET, {"prefix": prefix})

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        data = json.dumps(body, ensure_ascii=False).encode() if body is not None else None
        headers = {"Authorization": f"Bearer {self._info.token}", "Content-Type": "application/json"}
        for attempt in (1, 2):
            connection = self._connection()
            try:
                connection.request(method, path, data, headers)
                response = connection.getresponse()
                content = response.read()
                break
            except (OSError, http.client.HTTPException) as error:
                connection.close()  # a kept connection may have ended meanwhile: once more on a fresh one
                if attempt == 2:
                    raise ServerGone(f"{self._info.address}: {error}") from error
        if response.status != 200:
            raise ServerGone(f"{self._info.address}: HTTP {response.status}")
        return json.loads(content)

    def _connection(self) -> http.client.HTTPConnection:
        if not hasattr(self._local, "connection"):
            parts = urlsplit(self._info.address)
            self._local.connection = http.client.HTTPConnection(
                parts.hostname or "127.0.0.1", parts.port, timeout=TURN_TIMEOUT
            )
        found: http.client.HTTPConnection = self._local.connection
        return found
