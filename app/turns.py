"""Turns for the command line: answered by the running server when there is one, else by an engine of its own."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from app.server_client import ServerTurns
from app.server_file import running_server
from app.settings import Settings
from dialogue.turn import TurnIn, TurnOut

if TYPE_CHECKING:
    from dialogue.engine import Engine

T = TypeVar("T")
Waiting = Callable[[str], None]
_PORT_WAIT = 30.0  # seconds that a server that has just been started may take to open its port
_PER_WORKER = 4  # conversations at once: the worker never waits for the next question


class EmptyGraph(Exception):
    """There is nothing to answer from."""


class Turns(Protocol):
    """Something that answers turns, from any thread."""

    parallel: int
    """How many conversations to have at once."""

    def handle(self, turn: TurnIn) -> TurnOut:
        """The reply to one turn."""

    def forget(self, prefix: str) -> None:
        """Drops batch conversations whose session begins with `prefix`."""


@contextmanager
def open_turns(settings: Settings, waiting: Waiting) -> Iterator[Turns]:
    """The running server, or graph and engine started for as long as this is open.

    `waiting` hears, in Chinese, what is waited for. Raises EmptyGraph when nothing was ever loaded.
    """
    info = running_server(settings.home, patience=_PORT_WAIT)
    if info is not None:
        turns = ServerTurns(info, settings.workers * _PER_WORKER)
        turns.wait_ready(waiting)
        yield turns
        return
    with ExitStack() as stack:
        yield _own(settings, stack, waiting)


def _own(settings: Settings, stack: ExitStack, waiting: Waiting) -> Turns:
    from app.engine_start import make_engine, worker_log
    from app.graph_process import graph_endpoint
    from app.training import ensure_model
    from dialogue.store import Store

    waiting("启动知识图谱")
    at = stack.enter_context(graph_endpoint(settings.home, os.environ, settings.graph_heap))
    _need_facts(settings)
    model = ensure_model(settings, waiting)
    store = Store.open(settings.database_url)
    stack.callback(store.close)
    log = stack.enter_context(worker_log(settings))
    return stack.enter_context(_OwnEngine(make_engine(settings, at, model, store, log), settings.workers, waiting))


def _need_facts(settings: Settings) -> None:
    from app.runtime import open_graph

    with open_graph(settings) as graph:
        if graph.head().number == 0:
            raise EmptyGraph


class _OwnEngine:
    """An engine on an event loop in a thread that lives as long: workers die with the thread that forks them."""

    def __init__(self, engine: Engine, workers: int, waiting: Waiting) -> None:
        self._engine = engine
        self._workers = workers
        self._waiting = waiting
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="engine", daemon=True)
        self.parallel = workers * _PER_WORKER

    def __enter__(self) -> _OwnEngine:
        self._thread.start()
        try:
            self._run(self._engine.start(self._workers))
            while not (state := self._engine.state).ready:
                self._waiting("、".join(dict.fromkeys(state.waiting_for)))
                time.sleep(0.1)
        except BaseException:  # Ctrl-C while waiting must leave no worker behind
            self.__exit__()
            raise
        return self

    def __exit__(self, *_exception: object) -> None:
        self._run(self._engine.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def handle(self, turn: TurnIn) -> TurnOut:
        return self._run(self._engine.handle(turn))

    def forget(self, prefix: str) -> None:
        self._run(self._engine.forget(prefix))

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()
