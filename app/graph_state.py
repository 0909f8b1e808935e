"""The files by which processes find the embedded graph engine and each other: lock, address, password, log."""

import contextlib
import fcntl
import json
import os
import secrets
import signal
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

_END_TIMEOUT = 15.0


class GraphProcessError(Exception):
    """The embedded engine cannot be started or found; the message says what to do."""


@dataclass(frozen=True)
class GraphEndpoint:
    """Where a graph engine answers, and as whom. Its ``repr`` leaves the password out."""

    uri: str
    user: str
    password: str = field(repr=False)
    database: str


class GraphState:
    """The files of one home folder; writing them needs the lock."""

    def __init__(self, home: Path) -> None:
        self.home = home.absolute()
        folder = self.home / "graph"
        self.root = folder / "arcadedb"
        self.log = folder / "server.log"
        self.password_file = folder / "password"
        self._lock_file = folder / "owner.lock"
        self._file = folder / "endpoint.json"
        self._users_file = self.root / "config" / "server-users.jsonl"

    def try_lock(self) -> IO[str] | None:
        """Returns the held lock, or None if another process holds it. It goes when the file or the process ends."""
        self._lock_file.parent.mkdir(parents=True, exist_ok=True)
        handle = self._lock_file.open("a+")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.close()
            return None
        return handle

    def prepare(self) -> None:
        """Makes the folders and the password that a start needs."""
        self.root.mkdir(parents=True, exist_ok=True)
        if not self.password_file.exists():
            # The engine keeps its users beside the data; a password that nobody knows any more is set anew.
            self._users_file.unlink(missing_ok=True)
            _write_private(self.password_file, secrets.token_urlsafe(24))

    def password(self) -> str:
        """Returns the password of the engine's root user."""
        return self.password_file.read_text(encoding="ascii")

    def write(self, pid: int, endpoint: GraphEndpoint | None) -> None:
        """Notes the engine's process and, once it answers, where; the calling process is the owner."""
        owner = os.getpid()
        state = {"pid": pid, "owner": owner, "owner_start": _start_of(owner)}
        _write_private(self._file, json.dumps(state | {"endpoint": asdict(endpoint) if endpoint else None}))

    def endpoint(self) -> GraphEndpoint | None:
        """Returns where the engine of a living owner answers."""
        state = self._read()
        if state and state["endpoint"] and state["owner_start"] == _start_of(state["owner"]):
            return GraphEndpoint(**state["endpoint"])
        return None

    def memory(self) -> int | None:
        """Returns the resident memory of the engine in bytes, or None where none runs."""
        state = self._read()
        if state and self._uses_root(state["pid"]):
            with contextlib.suppress(OSError):  # it may end between two looks
                for line in Path(f"/proc/{state['pid']}/status").read_text(encoding="utf-8").splitlines():
                    if line.startswith("VmRSS:"):
                        return int(line.split()[1]) * 1024
        return None

    def clear(self) -> None:
        """Forgets the engine: it was stopped."""
        self._file.unlink(missing_ok=True)

    def end_leftover(self) -> None:
        """Ends an engine whose owner was killed, should the kernel not be done with it.

        Raises:
            GraphProcessError: it cannot be ended within 15 s.
        """
        state = self._read()
        if not state:
            return
        deadline = time.monotonic() + _END_TIMEOUT
        while self._uses_root(state["pid"]):
            with contextlib.suppress(ProcessLookupError):
                os.kill(state["pid"], signal.SIGKILL)
            if time.monotonic() > deadline:
                raise GraphProcessError(f"process {state['pid']} still uses {self.root}; end it and try again")
            time.sleep(0.05)

    def log_tail(self) -> str:
        """Returns the last lines of the engine's log on one line, for an error message."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return " / ".join(lines[-5:]) or f"it wrote nothing to {self.log}; is there memory for its heap?"

    def _read(self) -> dict[str, Any] | None:
        try:
            state: dict[str, Any] = json.loads(self._file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        return state

    def _uses_root(self, pid: int) -> bool:
        try:
            return os.fsencode(self.root) in Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return False


def _write_private(path: Path, text: str) -> None:
    """Writes a file that only this user can read, whole or not at all."""
    temporary = path.with_suffix(f".{os.getpid()}.tmp")
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as handle:
        handle.write(text)
    temporary.replace(path)


def _start_of(pid: int) -> str:
    """Returns when a process started, in ticks since boot, and "" if there is none: process ids are used again."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    return stat.rpartition(")")[2].split()[19]
