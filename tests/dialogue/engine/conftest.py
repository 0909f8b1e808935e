"""A trained model, a graph with a few products, and an engine on them; shared by the tests that need Rasa."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from app.graph_process import EmbeddedGraph, GraphEndpoint
from app.settings import load_settings
from app.training import ensure_model
from dialogue.engine import Engine, EngineSettings, GraphAddress
from dialogue.store import Store
from kg.loading import LoadOptions, load
from kg.store import Graph

BANK_CSV = """subject,predicate,object,source
理财产品,上位类,产品,产品目录
稳盈1号,实例,理财产品,产品目录
稳盈2号,实例,理财产品,产品目录
稳盈3号,实例,理财产品,产品目录
稳盈1号,起购金额,1万元,稳盈1号说明书
稳盈2号,起购金额,5万元,稳盈2号说明书
稳盈3号,起购金额,10万元,稳盈3号说明书
稳盈1号,风险等级,R2,稳盈1号说明书
稳盈2号,风险等级,R3,稳盈2号说明书
稳盈3号,风险等级,R4,稳盈3号说明书
银行,上位类,机构,产品目录
云杉银行,实例,银行,产品目录
云杉银行,客服热线,956-0088,产品目录
"""


@pytest.fixture(scope="session")
def model() -> Path:
    """The project's model, trained if its inputs changed."""
    return ensure_model(load_settings(), lambda _line: None)


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, GraphEndpoint]]:
    """A home folder and the graph in it."""
    home = tmp_path_factory.mktemp("home")
    with EmbeddedGraph(home) as graph:
        publish(graph.endpoint, home, BANK_CSV)
        yield home, graph.endpoint


def publish(at: GraphEndpoint, home: Path, csv: str) -> None:
    """Loads a file `bank.csv` of this content."""
    path = home / "bank.csv"
    path.write_text(csv, encoding="utf-8")
    with Graph.connect(at.uri, at.user, at.password, at.database, home=home) as graph:
        report = load([path], graph, LoadOptions("test"))
    assert report.revision is not None, report


@pytest.fixture(scope="module")
def settings(bank: tuple[Path, GraphEndpoint], model: Path) -> EngineSettings:
    """Settings of an engine on the bank; turns may take their time on a busy machine."""
    home, at = bank
    graph = GraphAddress(at.uri, at.user, at.password, at.database)
    url = f"sqlite:///{home / 'jinwen.db'}"
    return EngineSettings(home, model, url, graph, turn_timeout=120.0, start_timeout=300.0)


@pytest.fixture(scope="module")
def store(settings: EngineSettings) -> Store:
    """The engine's tables."""
    return Store.open(settings.database_url)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engine(settings: EngineSettings, store: Store) -> AsyncIterator[Engine]:
    """One worker, ready."""
    engine = Engine(settings, store)
    await engine.start(1)
    await engine.wait_ready()
    yield engine
    await engine.stop()
