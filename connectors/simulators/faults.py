"""Faults on demand: what a platform does wrong when it is told to."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One wrong answer: an error code of the platform, an HTTP status, or silence for some seconds.

    `after` does what was asked for first and answers wrongly then: the caller can't know.
    """

    code: int = 0
    status: int = 200
    silence: float = 0.0
    after: bool = False


class Faults:
    """What goes wrong next, by call."""

    def __init__(self) -> None:
        self._planned: defaultdict[str, deque[Fault]] = defaultdict(deque)

    def plan(self, call: str, *faults: Fault) -> None:
        """The next answers to `call` go wrong like this, one after the other."""
        self._planned[call].extend(faults)

    def take(self, call: str) -> Fault | None:
        """What goes wrong now."""
        return self._planned[call].popleft() if self._planned[call] else None

    @staticmethod
    async def keep_silent(fault: Fault) -> None:
        """Says nothing for as long as the fault says."""
        if fault.silence:
            await asyncio.sleep(fault.silence)
