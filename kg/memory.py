"""Python's garbage collection: out of the way of a million rows, and of whoever waits for an answer."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_cycles() -> Iterator[None]:
    """For work that makes many objects and no cycles of them: looking for cycles would take a quarter of its time."""
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            gc.enable()


SWEPT_AFTER = 50_000  # objects more than at the last collection; a turn leaves a few thousand


def settle() -> None:
    """For a process that is up: what it has loaded is never walked again (Rasa and TensorFlow hold 700,000 objects),
    and collections become so rare that who answers people can have them when nobody waits, by `gc.collect(0)`."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(SWEPT_AFTER, *gc.get_threshold()[1:])
