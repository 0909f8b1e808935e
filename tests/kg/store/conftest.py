"""An empty graph on each engine, and facts made by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.graph_process import GraphEndpoint
from kg.store import Graph
from kg.store.connection import Connection


def wipe(endpoint: GraphEndpoint) -> None:
    """Remove every node of the test database."""
    connection = Connection(endpoint.uri, endpoint.user, endpoint.password, endpoint.database)
    connection.write(lambda tx: tx.run("MATCH (n) DETACH DELETE n").consume(), place="test")
    connection.close()


@pytest.fixture
def graph(graph_endpoint: GraphEndpoint, tmp_path: Path) -> Iterator[Graph]:
    """An empty graph, on either engine."""
    wipe(graph_endpoint)
    opened = open_graph(graph_endpoint, tmp_path / "home")
    yield opened
    opened.close()


def open_graph(endpoint: GraphEndpoint, home: Path | None = None) -> Graph:
    """The graph behind an endpoint."""
    return Graph.connect(endpoint.uri, endpoint.user, endpoint.password, endpoint.database, home=home)
