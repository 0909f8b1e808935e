"""The embedded engine killed while a revision is written: its log brings back what was committed, we undo the rest."""

from __future__ import annotations

import os
import random
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.graph_process import EmbeddedGraph
from kg.delta import Delta, NamedEntity
from kg.facts import Fact
from kg.store import Graph, GraphError, Note
from tests.kg.store.conftest import open_graph
from tests.support.facts import fact, money
from tests.support.waiting import wait_for

KILLS = 3
PRODUCTS = [f"产品{number}" for number in range(2500)]

pytestmark = [pytest.mark.graph, pytest.mark.slow]


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[EmbeddedGraph]:
    with EmbeddedGraph(tmp_path) as started:
        yield started


def facts(amount: int) -> tuple[Fact, ...]:
    """One fact of every product."""
    return tuple(fact(product, "起购金额", money(amount)) for product in PRODUCTS)


def publish(graph: Graph, delta: Delta, engine: EmbeddedGraph, delay: float) -> bool:
    """Publish and kill the engine `delay` seconds after the first facts were written; whether it went through."""
    timers: list[threading.Timer] = []

    def kill() -> None:
        if engine.pid is not None:
            os.kill(engine.pid, signal.SIGKILL)

    def progress(done: int, total: int) -> None:
        if not timers:
            timers.append(threading.Timer(delay, kill))
            timers[0].start()

    try:
        with graph.writing("编辑") as writing:
            writing.publish(delta, Note("编辑", ""), progress)
        return True
    except GraphError:
        return False
    finally:
        for timer in timers:
            timer.join()


def test_an_engine_killed_while_writing_comes_back_with_a_whole_revision(engine: EmbeddedGraph, tmp_path: Path) -> None:
    graph = open_graph(engine.endpoint, tmp_path)
    with graph.writing("编辑") as writing:
        created = tuple(NamedEntity(p, p) for p in PRODUCTS)
        writing.publish(Delta(0, added=facts(1), created=created), Note("编辑", ""))
    standing = 1
    dice = random.Random(20261123)
    for amount in range(2, 2 + KILLS):
        head = graph.head().number
        through = publish(graph, Delta(head, added=facts(amount), closed=facts(standing)), engine, dice.uniform(0, 0.6))
        number = wait_for("the engine to answer again", lambda: answering(graph))
        assert number in ((head + 1,) if through else (head, head + 1))
        standing = amount if number > head else standing
        texts = [f.text for f in graph.at(timeout=60).iter_facts(["起购金额"])]
        assert len(texts) == len(PRODUCTS)
        assert set(texts) == {f"{standing}元"}
    graph.recover(wait=10)
    with graph.writing("编辑") as writing:
        number = graph.head().number
        writing.publish(Delta(number, added=facts(99), closed=facts(standing)), Note("编辑", ""))
    assert {f.text for f in graph.at(timeout=60).iter_facts()} == {"99元"}
    graph.close()


def answering(graph: Graph) -> int | None:
    """The number of head, None while the engine is away."""
    try:
        return graph.head().number
    except GraphError:
        return None
