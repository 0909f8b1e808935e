"""How the command line finds the running server of a home folder: a lock that lives as long as it, and a file."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

_LOCK, _FILE = "server.lock", "server.json"
_STEP = 0.05
_LOCK_PATIENCE = 1.0  # seconds: who only looks whether a server runs holds the lock for an instant


@dataclass(frozen=True, slots=True)
class ServerInfo:
    """Where the server answers. `token` lets a caller of this machine and user send turns as the command line does."""

    address: str
    pid: int
    token: str = field(repr=False)


class AlreadyServed(Exception):
    """Another process serves this home folder; `info` is None while it is still opening its port."""

    def __init__(self, info: ServerInfo | None) -> None:
        super().__init__("another process serves this home folder")
        self.info = info


@contextmanager
def serving(home: Path) -> Iterator[Path]:
    """Holds the right to be the server of `home` and yields the folder; raises AlreadyServed."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / _LOCK).open("a+") as lock:
        deadline = time.monotonic() + _LOCK_PATIENCE
        while not _locked(lock.fileno(), fcntl.LOCK_EX):
            if time.monotonic() > deadline:
                raise AlreadyServed(_read(home))
            time.sleep(_STEP)
        (home / _FILE).unlink(missing_ok=True)  # of one that was killed
        try:
            yield home
        finally:
            (home / _FILE).unlink(missing_ok=True)


def announce(home: Path, address: str) -> ServerInfo:
    """Writes where this process serves, readable by this user alone."""
    info = ServerInfo(address, os.getpid(), secrets.token_urlsafe(32))
    scratch = home / f"{_FILE}.{os.getpid()}.new"
    with os.fdopen(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as handle:
        json.dump(asdict(info), handle)
    scratch.replace(home / _FILE)
    return info


def running_server(home: Path, patience: float = 0.0) -> ServerInfo | None:
    """The living server of `home`, None where there is none.

    One that has no port yet is waited for, `patience` seconds at most; after that it counts as none.
    """
    deadline = time.monotonic() + patience
    while _is_served(home):
        info = _read(home)
        if info is not None or time.monotonic() > deadline:
            return info
        time.sleep(_STEP)
    return None


def _is_served(home: Path) -> bool:
    path = home / _LOCK
    if not path.exists():
        return False
    with path.open("a+") as lock:
        return not _locked(lock.fileno(), fcntl.LOCK_SH)  # who can have it finds no holder


def _locked(descriptor: int, how: int) -> bool:
    try:
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _read(home: Path) -> ServerInfo | None:
    try:
        return ServerInfo(**json.loads((home / _FILE).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
