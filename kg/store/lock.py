"""One writer at a time, also after `kill -9` of the one before.

Two locks, taken in this order: a file lock in the state folder, which the kernel frees with its process,
and a lease on the control node `writer`, for writers on other machines. Every transaction of a writer
renews the lease by its token first; a writer that was replaced therefore can't commit anything more.
"""

from __future__ import annotations

import fcntl
import os
import socket
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from kg.graph_errors import GraphError, LeaseLost, WriterBusy
from kg.store.connection import Connection, Tx

LEASE_S = 60.0
WAIT_S = 30.0
_POLL_S = 0.1


@dataclass(frozen=True, slots=True)
class Lease:
    """Proof of being the writer; `renew` it inside every transaction."""

    token: str
    holder: str

    def renew(self, tx: Tx) -> None:
        """Extend the lease within `tx`; LeaseLost when another writer has taken over."""
        result = tx.run(
            "MATCH (w:Control {id: 'writer'}) WHERE w.token = $token "
            "SET w.expires = timestamp() + $lease RETURN w.token",
            token=self.token,
            lease=int(LEASE_S * 1000),
        )
        if result.single() is None:
            raise LeaseLost("publishing", f"lease of {self.holder}", "load again; what was written is undone")


@contextmanager
def writer(connection: Connection, *, home: Path | None, who: str, wait: float = WAIT_S) -> Iterator[Lease]:
    """Be the only writer of this graph. WriterBusy with the holder's name after `wait` seconds.

    `home` is the state folder whose processes share the file lock; None when the graph is only reached
    over the network, then a killed writer is replaced when its lease has run out.
    """
    deadline = time.monotonic() + wait
    holder = f"{who} (process {os.getpid()}{_place(home)}"
    lease = Lease(uuid.uuid4().hex, holder)
    with _file_lock(home, deadline):
        _take(connection, lease, home, deadline)
        try:
            yield lease
        finally:
            # A graph that went away takes no release; the lease then runs out, and what was done is done.
            with suppress(GraphError):
                connection.write(lambda tx: _release(tx, lease), place="writer lock")


@contextmanager
def _file_lock(home: Path | None, deadline: float) -> Iterator[None]:
    if home is None:
        yield
        return
    home.mkdir(parents=True, exist_ok=True)
    with (home / "graph-writer.lock").open("a+", encoding="utf-8") as handle:
        while not _locked(handle):
            if time.monotonic() > deadline:
                handle.seek(0)
                raise _busy(handle.read().strip() or "another process")
            time.sleep(_POLL_S)
        handle.truncate(0)
        handle.write(f"process {os.getpid()} since {time.strftime('%Y-%m-%d %H:%M:%S')}")
        handle.flush()
        yield


def _locked(handle: IO[str]) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _take(connection: Connection, lease: Lease, home: Path | None, deadline: float) -> None:
    # A holder of the lease under the same home is dead: this process has the file lock that it had.
    same_home = _place(home) if home else "\x00"
    while True:
        holder = connection.write(lambda tx: _try_take(tx, lease, same_home), place="writer lock")
        if holder is None:
            return
        if time.monotonic() > deadline:
            raise _busy(holder)
        time.sleep(_POLL_S)


def _try_take(tx: Tx, lease: Lease, same_home: str) -> str | None:
    """Take the lease and give None, or give the name of the one who holds it."""
    taken = tx.run(
        "MATCH (w:Control {id: 'writer'}) WHERE w.token = '' OR w.expires < timestamp() OR w.holder ENDS WITH $home "
        "SET w.token = $token, w.holder = $holder, w.expires = timestamp() + $lease RETURN w.token",
        token=lease.token,
        holder=lease.holder,
        lease=int(LEASE_S * 1000),
        home=same_home,
    ).single()
    if taken is not None:
        return None
    row = tx.run("MATCH (w:Control {id: 'writer'}) RETURN w.holder").single()
    return str(row[0]) if row is not None else "unknown"


def _place(home: Path | None) -> str:
    return f" on {socket.gethostname()}, home {home.resolve() if home else '-'})"


def _release(tx: Tx, lease: Lease) -> None:
    tx.run("MATCH (w:Control {id: 'writer'}) WHERE w.token = $token SET w.token = ''", token=lease.token).consume()


def _busy(holder: str) -> WriterBusy:
    return WriterBusy("writer lock", f"held by {holder}", "wait until that load is done, then load again")
