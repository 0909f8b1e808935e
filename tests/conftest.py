"""What all tests share: graph engines, one per session, and the rule that CI skips nothing.

``bank`` is the demo bank in memory; ``arcadedb_endpoint`` and ``neo4j_endpoint`` are running engines,
``graph_endpoint`` runs a test on both, ``postgres_url`` is a PostgreSQL,
``redis_url`` a Redis.
Tests share a server's database: each cleans up before itself.
"""

import os
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, TypeVar

import pytest
from hypothesis import settings

from app.graph_process import EmbeddedGraph, GraphEndpoint
from tests.support.machine import need_jdk_and_maven
from tests.support.neo4j_server import running_neo4j
from tests.support.postgres_server import running_postgres
from tests.support.redis_server import running_redis

if TYPE_CHECKING:
    from tests.support.demo import Bank

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)
NO_SKIP = os.environ.get("JINWEN_NO_SKIP") == "1"
FOR_TESTS = {"JINWEN_NO_SKIP", "JINWEN_LAWS"}  # settings of the tests themselves

settings.register_profile("jinwen", deadline=None)  # two cores shared with two Java servers: time says nothing
settings.load_profile("jinwen")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Goldens are written anew on request; look at the diff before it is committed."""
    parser.addoption("--update-goldens", action="store_true", help="write tests/goldens/*.yml from what is said now")


def pytest_configure() -> None:
    """Keeps the settings of whoever runs the tests out of them."""
    for name in list(os.environ):
        if name.startswith(("JINWEN_", "NEO4J_")) and name not in FOR_TESTS:
            del os.environ[name]
    os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what uses an engine, and keeps on one test worker what shares one."""
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        if "arcadedb_endpoint" in fixtures or "graph_endpoint" in fixtures:
            item.add_marker(pytest.mark.graph)
        if "neo4j_endpoint" in fixtures:
            item.add_marker(pytest.mark.neo4j)
        if {"postgres_url", "redis_url"} & set(fixtures):
            item.add_marker(pytest.mark.postgres)
        marks = {mark.name for mark in item.iter_markers()}
        if marks & {"rasa", "browser"}:
            item.add_marker(pytest.mark.xdist_group("rasa"))
        elif marks & {"graph", "neo4j", "postgres"}:
            item.add_marker(pytest.mark.xdist_group("graph"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fails a skipped test where nothing may be skipped."""
    return _no_skip((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Fails a skipped module where nothing may be skipped."""
    return _no_skip((yield))


def _no_skip(report: Report) -> Report:
    if NO_SKIP and report.outcome == "skipped" and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which JINWEN_NO_SKIP=1 forbids: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def arcadedb_endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GraphEndpoint]:
    """The embedded engine in a home of its own."""
    with EmbeddedGraph(tmp_path_factory.mktemp("arcadedb")) as graph:
        yield graph.endpoint


@pytest.fixture(scope="session")
def neo4j_endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GraphEndpoint]:
    """A real Neo4j 5.26."""
    need_jdk_and_maven()
    with running_neo4j(tmp_path_factory.mktemp("neo4j")) as server:
        yield server.endpoint


@pytest.fixture(scope="session", params=["arcadedb", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def graph_endpoint(request: pytest.FixtureRequest) -> GraphEndpoint:
    """Each of the two engines in turn: what runs on this is the conformance suite."""
    endpoint: GraphEndpoint = request.getfixturevalue(f"{request.param}_endpoint")
    return endpoint


@pytest.fixture(scope="session")
def bank() -> "Bank":
    """The demo bank in memory, with its lexicon and understanding; no server, no Rasa."""
    from tests.support.demo import demo_bank

    return demo_bank()


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The SQLAlchemy address of a real PostgreSQL."""
    with running_postgres(tmp_path_factory.mktemp("postgres")) as url:
        yield url


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real Redis."""
    with running_redis(tmp_path_factory.mktemp("redis")) as url:
        yield url
