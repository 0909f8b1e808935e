"""The embedded engine for real: starts, comes back when killed, dies with its owner, keeps what was committed."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import neo4j
import pytest

from app.graph_process import (
    EmbeddedGraph,
    GraphEndpoint,
    GraphProcessError,
    endpoint_from_env,
    engine_memory,
    graph_endpoint,
    running_endpoint,
)
from tests.support.waiting import wait_for

PROJECT = Path(__file__).parents[2]

OWNER = """
import signal, sys, threading
from pathlib import Path
from app.graph_process import EmbeddedGraph
from app.lifetime import unwind_on_signals
signal.signal(signal.SIGINT, signal.default_int_handler)  # a suite started in the background ignores it
unwind_on_signals()
with EmbeddedGraph(Path(sys.argv[1]), heap="256m") as graph:
    print(graph.pid, flush=True)
    threading.Event().wait(120)
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of `graph`."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def graph(home: Path) -> Iterator[EmbeddedGraph]:
    with EmbeddedGraph(home, heap="256m") as graph:
        yield graph


@pytest.fixture
def owner(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that owns the engine of ``tmp_path``."""
    process = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(tmp_path)], cwd=PROJECT, stdout=subprocess.PIPE, text=True
    )
    yield process
    process.kill()
    process.communicate()


def run(endpoint: GraphEndpoint, query: str) -> list[neo4j.Record]:
    auth = (endpoint.user, endpoint.password)
    with neo4j.GraphDatabase.driver(endpoint.uri, auth=auth) as driver:
        return driver.execute_query(query, database_=endpoint.database).records


def engine_of(owner: subprocess.Popen[str]) -> int:
    assert owner.stdout
    return int(owner.stdout.readline())


def is_gone(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] == "Z"


@pytest.mark.parametrize(
    ("env", "expected"),
    [
        ({}, None),
        ({"NEO4J_URI": " "}, None),
        (
            {"NEO4J_URI": "neo4j://graph.bank:7687", "NEO4J_PASSWORD": "p"},
            GraphEndpoint("neo4j://graph.bank:7687", "neo4j", "p", "neo4j"),
        ),
        (
            {"NEO4J_URI": "bolt://g:1", "NEO4J_USER": "u", "NEO4J_PASSWORD": "", "NEO4J_DATABASE": "kg"},
            GraphEndpoint("bolt://g:1", "u", "", "kg"),
        ),
    ],
)
def test_endpoint_from_env(env: dict[str, str], expected: GraphEndpoint | None) -> None:
    assert endpoint_from_env(env) == expected


def test_endpoint_from_env_without_password_says_which_variable() -> None:
    with pytest.raises(GraphProcessError, match=r"bolt://g:1 .* NEO4J_PASSWORD"):
        endpoint_from_env({"NEO4J_URI": "bolt://g:1"})


def test_password_stays_out_of_repr() -> None:
    assert "geheim" not in repr(GraphEndpoint("bolt://g:1", "u", "geheim", "kg"))


def test_given_engine_is_used_as_it_is(tmp_path: Path) -> None:
    with graph_endpoint(tmp_path, {"NEO4J_URI": "bolt://g:1", "NEO4J_PASSWORD": "p"}) as endpoint:
        assert endpoint.uri == "bolt://g:1"
    assert list(tmp_path.iterdir()) == []


def test_nothing_runs_in_an_empty_home(tmp_path: Path) -> None:
    assert running_endpoint(tmp_path) is None
    assert engine_memory(tmp_path) is None


def test_endpoint_before_start_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(GraphProcessError, match="call start"):
        _ = EmbeddedGraph(tmp_path).endpoint


def test_start_failure_says_why_and_frees_the_home(tmp_path: Path) -> None:
    with pytest.raises(GraphProcessError, match="Invalid maximum heap size"):
        EmbeddedGraph(tmp_path, heap="many").start()
    graph = EmbeddedGraph(tmp_path)
    assert graph.claim()
    graph.stop()


@pytest.mark.graph
def test_database_answers_over_bolt(graph: EmbeddedGraph) -> None:
    assert run(graph.endpoint, "RETURN '金问' AS name")[0]["name"] == "金问"


@pytest.mark.graph
def test_secrets_are_private(graph: EmbeddedGraph, home: Path) -> None:
    command = Path(f"/proc/{graph.pid}/cmdline").read_text()
    assert graph.endpoint.password not in command
    folder = home / "graph"
    for name in ("password", "endpoint.json"):
        assert (folder / name).stat().st_mode & 0o777 == 0o600


@pytest.mark.graph
def test_second_user_attaches_to_the_running_engine(graph: EmbeddedGraph, home: Path) -> None:
    assert running_endpoint(home) == graph.endpoint
    with graph_endpoint(home, {}) as attached:
        assert attached == graph.endpoint
    assert graph.pid, "leaving the attached one must not stop the owner's"
    with pytest.raises(GraphProcessError, match="another process"):
        EmbeddedGraph(home).start()
    assert 50 << 20 < (engine_memory(home) or 0) < 1 << 30


@pytest.mark.graph
@pytest.mark.slow
def test_killed_engine_comes_back_with_what_was_committed(tmp_path: Path) -> None:
    restarted: list[GraphEndpoint] = []
    with EmbeddedGraph(tmp_path, heap="256m", on_restart=restarted.append) as graph:
        first, endpoint = graph.pid, graph.endpoint
        assert first
        run(endpoint, "CREATE (:Entity {id: '稳盈1号'})")
        os.kill(first, signal.SIGKILL)
        wait_for("the restart", lambda: restarted)
        assert restarted == [endpoint]
        assert graph.pid != first
        assert run(endpoint, "MATCH (e:Entity) RETURN e.id AS id")[0]["id"] == "稳盈1号"
    assert running_endpoint(tmp_path) is None


@pytest.mark.graph
@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_engine_ends_with_its_owner_and_the_next_one_takes_over(
    owner: subprocess.Popen[str], tmp_path: Path, number: signal.Signals
) -> None:
    engine = engine_of(owner)
    endpoint = running_endpoint(tmp_path)
    assert endpoint
    run(endpoint, "CREATE (:Entity {id: '稳盈1号'})")
    owner.send_signal(number)
    owner.wait(20)
    wait_for("the engine's end", lambda: is_gone(engine))
    assert running_endpoint(tmp_path) is None
    with graph_endpoint(tmp_path, {}, heap="256m") as mine:
        assert run(mine, "MATCH (e:Entity) RETURN e.id AS id")[0]["id"] == "稳盈1号"


@pytest.mark.graph
@pytest.mark.slow
def test_lost_password_is_set_anew(tmp_path: Path) -> None:
    for _ in range(2):
        with EmbeddedGraph(tmp_path, heap="256m") as graph:
            run(graph.endpoint, "CREATE (:Entity {id: '稳盈1号'})")
            (tmp_path / "graph" / "password").unlink()
    with EmbeddedGraph(tmp_path, heap="256m") as graph:
        assert len(run(graph.endpoint, "MATCH (e:Entity) RETURN e.id AS id")) == 2
