"""What publishing meets in the middle: a lost connection, a server that restarts, a disk that is full.

Each time there is a clear error, the old revision goes on answering, and the same change can be published afterwards.
"""

from __future__ import annotations

import resource
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from app.arcadedb import free_port
from app.graph_process import EmbeddedGraph, GraphEndpoint
from kg.delta import Delta, NamedEntity
from kg.facts import Fact
from kg.store import Graph, GraphError, Note
from tests.kg.store.conftest import open_graph
from tests.support.facts import fact, money, text
from tests.support.machine import need_jdk_and_maven
from tests.support.neo4j_server import running_neo4j
from tests.support.proxy import Proxy
from tests.support.waiting import wait_for

PRODUCTS = [f"产品{number}" for number in range(2500)]
CUTS = (1, 2, 4)  # after which batches: two close the old facts, two create the new ones


def priced(amount: int) -> tuple[Fact, ...]:
    """One fact of every product."""
    return tuple(fact(product, "起购金额", money(amount)) for product in PRODUCTS)


def change(base: int, was: int, becomes: int) -> Delta:
    """Every product gets another price."""
    return Delta(base, added=priced(becomes), closed=priced(was))


def load_prices(graph: Graph) -> None:
    """Revision 1: everything costs 1 元."""
    with graph.writing("编辑") as writing:
        created = tuple(NamedEntity(p, p) for p in PRODUCTS)
        writing.publish(Delta(0, added=priced(1), created=created), Note("编辑", ""))


def prices(graph: Graph) -> set[str]:
    """What head says everything costs."""
    found = graph.at().facts_of(PRODUCTS)
    assert len(found) == len(PRODUCTS)
    return {f.text for f in found}


@pytest.fixture
def proxied(graph: Graph, graph_endpoint: GraphEndpoint) -> Iterator[tuple[Proxy, Graph, Graph]]:
    """A proxy, a graph behind it, and the same graph reached directly."""
    load_prices(graph)
    at = urlsplit(graph_endpoint.uri)
    with Proxy(at.hostname or "127.0.0.1", at.port or 7687) as proxy:
        through = open_graph(replace(graph_endpoint, uri=f"bolt://127.0.0.1:{proxy.port}"), graph.home)
        yield proxy, through, graph
        through.close()


def test_a_connection_lost_in_the_middle_leaves_the_old_revision(proxied: tuple[Proxy, Graph, Graph]) -> None:
    proxy, through, direct = proxied
    for point in CUTS:
        seen = 0

        def cut(_done: int, _total: int, point: int = point) -> None:
            nonlocal seen
            seen += 1
            if seen == point:
                proxy.cut()

        with pytest.raises(GraphError, match="start the graph or wait"), through.writing("编辑", wait=5) as writing:
            writing.publish(change(1, 1, 2), Note("编辑", ""), cut)
        assert seen == point
        assert (direct.head().number, prices(direct)) == (1, {"1元"})
        proxy.restore()
        assert prices(through) == {"1元"}
    with through.writing("编辑", wait=5) as writing:
        assert writing.publish(change(1, 1, 2), Note("编辑", "")).number == 2
    assert prices(direct) == {"2元"}


@pytest.mark.neo4j
@pytest.mark.slow
def test_a_neo4j_that_restarts_in_the_middle_comes_back_with_the_old_revision(tmp_path: Path) -> None:
    need_jdk_and_maven()
    home, port = tmp_path / "neo4j", free_port()
    home.mkdir()
    with running_neo4j(home, port) as server:
        graph = open_graph(server.endpoint, tmp_path / "home")
        load_prices(graph)
    # From here on the server is down: what was written stays in its files.
    with pytest.raises(GraphError, match="start the graph or wait"):
        graph.head()
    with running_neo4j(home, port) as server:
        wait_for("a server that has just started", lambda: _answers(graph), seconds=90)
        assert prices(graph) == {"1元"}
        killing = iter([server.kill])

        def stop(_done: int, _total: int) -> None:
            for kill in killing:
                kill()

        with pytest.raises(GraphError), graph.writing("编辑", wait=5) as writing:
            writing.publish(change(1, 1, 2), Note("编辑", ""), stop)
    with running_neo4j(home, port):
        wait_for("a server that has just started", lambda: _answers(graph), seconds=90)
        assert (graph.head().number, prices(graph)) == (1, {"1元"})
        with graph.writing("编辑", wait=5) as writing:
            assert writing.publish(change(1, 1, 2), Note("编辑", "")).number == 2
        assert prices(graph) == {"2元"}
    graph.close()


@pytest.mark.graph
@pytest.mark.slow
def test_a_full_disk_under_the_engine_leaves_the_old_revision(tmp_path: Path) -> None:
    with EmbeddedGraph(tmp_path) as engine:
        graph = open_graph(engine.endpoint, tmp_path)
        load_prices(graph)
        assert engine.pid is not None
        full = max(p.stat().st_size for p in tmp_path.rglob("*") if p.is_file())
        resource.prlimit(engine.pid, resource.RLIMIT_FSIZE, (full, resource.RLIM_INFINITY))
        long = "字" * 4000
        grown = tuple(fact(p, "说明", text(f"{p}{long}")) for p in PRODUCTS)
        with pytest.raises(GraphError), graph.writing("编辑", wait=5) as writing:
            writing.publish(Delta(1, added=grown), Note("编辑", ""))
        if engine.pid is not None:
            resource.prlimit(engine.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        wait_for("the engine", lambda: _answers(graph), seconds=90)
        assert (graph.head().number, prices(graph)) == (1, {"1元"})
        with graph.writing("编辑", wait=30) as writing:
            assert writing.publish(change(1, 1, 2), Note("编辑", "")).number == 2
        assert prices(graph) == {"2元"}
        graph.close()


def _answers(graph: Graph) -> bool:
    """Whether it reads facts, too: a server just started on a busy machine may take longer over its first than a read
    may."""
    try:
        return bool(graph.at().facts_of(PRODUCTS))
    except GraphError:
        return False
