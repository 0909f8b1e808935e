"""Deadlines of reads, kept at the socket by the thread that reads.

The driver knows no limit for an answer that does not come. Reading in another thread and waiting for that one would be
such a limit, but each hand-over between threads costs a turn a fifth of a millisecond.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from kg.store.driver import BoltSocketBase, Deadline

_thread = threading.local()
_read_of_the_driver: Callable[..., Any] = BoltSocketBase._wait_for_read


@contextmanager
def within(seconds: float) -> Iterator[Callable[[], bool]]:
    """While it is open, no wait of this thread for an engine goes on after `seconds` from now: the driver drops the
    connection and raises what it raises for a lost one. Gives a function that tells whether the time is over."""
    until = time.monotonic() + seconds
    before = getattr(_thread, "deadline", None)
    _thread.deadline = Deadline(seconds)
    try:
        yield lambda: time.monotonic() >= until
    finally:
        _thread.deadline = before


def _wait_for_read(socket: Any, receive: Callable[..., Any], *args: Any) -> Any:
    """The driver's own wait, which ends at the socket's deadline (greeting a server) or the thread's, whichever is
    first. The socket's is put back: the connection goes to other threads."""
    deadline, own = getattr(_thread, "deadline", None), socket.get_read_deadline()
    if deadline is None or (own is not None and own <= deadline):
        return _read_of_the_driver(socket, receive, *args)
    socket.set_read_deadline(deadline)
    try:
        return _read_of_the_driver(socket, receive, *args)
    finally:
        socket.set_read_deadline(own)


BoltSocketBase._wait_for_read = _wait_for_read  # type: ignore[method-assign]
