"""A customer who asks one question again and again while editors work: in a process of its own, like a worker's."""

from __future__ import annotations

import multiprocessing
import time
from datetime import date
from multiprocessing.synchronize import Event
from typing import TYPE_CHECKING, Any

from app.graph_state import GraphEndpoint

if TYPE_CHECKING:
    from app.settings import Settings

DAY = date(2026, 11, 20)
PAUSE_S = 0.1
START_S, SEEN_S = 300.0, 120.0


class Customer:
    """Asks `question` from entering to leaving; turns are understanding, reading the graph and wording."""

    def __init__(self, at: GraphEndpoint, settings: Settings, question: str) -> None:
        context = multiprocessing.get_context("spawn")
        self._over, self._told = context.Event(), context.SimpleQueue()
        arguments = (at, settings, question, self._over, self._told)
        self._process = context.Process(target=_ask, args=arguments, daemon=True)
        self._turns: list[tuple[float, float, int]] = []

    def __enter__(self) -> Customer:
        self._process.start()
        self._wait(0, START_S)
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self._process.join(10)
        if self._process.is_alive():
            self._process.kill()

    def saw(self, revision: int) -> float:
        """When (time.time) the first turn on a revision was answered."""
        return self._wait(revision, SEEN_S)

    @property
    def longest(self) -> float:
        """Milliseconds of the slowest turn since the first, which warmed up."""
        return max((ms for _at, ms, _revision in self._turns[1:]), default=0.0)

    def _wait(self, revision: int, seconds: float) -> float:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            while not self._told.empty():
                self._turns.append(self._told.get())
            found = next((at for at, _ms, known in self._turns if known >= revision), None)
            if found is not None:
                return found
            time.sleep(PAUSE_S / 10)
        raise TimeoutError(f"no answer from revision {revision} within {seconds:g} s")


def _ask(at: GraphEndpoint, settings: Settings, question: str, over: Event, told: Any) -> None:
    """Runs in the child."""
    from dialogue.knowledge import KnowledgeBase
    from dialogue.replying import Setting, reply
    from kg.store import Graph
    from nlu import intents
    from nlu.memory import Memory

    chances = dict.fromkeys(sorted(intents.KNOWLEDGE_INTENTS), 1 / len(intents.KNOWLEDGE_INTENTS))
    base = KnowledgeBase(lambda: Graph.connect(at.uri, at.user, at.password, at.database), settings.lexicons)
    base.start()
    while not over.wait(PAUSE_S):
        if not base.available:
            continue
        began = time.perf_counter()
        pinned = base.pin()
        understood = pinned.understanding.understand(question, chances, Memory(), DAY)
        reply(understood, Memory(), Setting(pinned.reader, pinned.lexicon, DAY, settings.institution, question))
        told.put((time.time(), (time.perf_counter() - began) * 1000, pinned.revision))
    base.stop()
