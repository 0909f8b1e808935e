"""Waiting for another process without sleeping longer than it takes."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def wait_for(what: str, probe: Callable[[], T | None], seconds: float = 30.0) -> T:
    """Returns the first true answer of ``probe``; fails the test, naming ``what``, when none comes in time."""
    deadline = time.monotonic() + seconds
    while not (answer := probe()):
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds:.0f} s in vain for {what}")
        threading.Event().wait(0.02)
    return answer
