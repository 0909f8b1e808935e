"""The engines that benches run a graph on: the embedded one, or a Neo4j 5.26 as the tests run it (JDK 17, Maven)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from app.graph_process import EmbeddedGraph
from app.graph_state import GraphEndpoint
from tests.support.neo4j_server import running_neo4j

Engine = Callable[[Path], AbstractContextManager[GraphEndpoint]]


@contextmanager
def embedded(home: Path) -> Iterator[GraphEndpoint]:
    """Runs the embedded engine with the heap that a million facts need."""
    with EmbeddedGraph(home, heap="1g") as graph:
        yield graph.endpoint


@contextmanager
def neo4j(home: Path) -> Iterator[GraphEndpoint]:
    """Runs a real Neo4j whose page cache holds the whole graph."""
    folder = home / "neo4j"
    folder.mkdir()
    with running_neo4j(folder, page_cache=1024) as server:
        yield server.endpoint


def engine_for(*, on_neo4j: bool) -> tuple[Engine, str]:
    """The engine that a command line asks for, and what a table calls it."""
    return (neo4j, "Neo4j 5.26") if on_neo4j else (embedded, "embedded ArcadeDB")
