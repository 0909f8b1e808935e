"""An embedded graph for the commands, one for all tests, empty for each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.cli import run
from app.graph_process import EmbeddedGraph, GraphEndpoint
from tests.support.cli import GOOD, ONTOLOGY, Run, wipe


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, GraphEndpoint]]:
    home = tmp_path_factory.mktemp("home")
    with EmbeddedGraph(home, heap="256m") as graph:
        yield home, graph.endpoint


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "triples"
    folder.mkdir()
    (folder / "ontology.csv").write_text(ONTOLOGY, encoding="utf-8")
    (folder / "products.csv").write_text(GOOD, encoding="utf-8")
    return folder


@pytest.fixture
def jinwen(
    engine: tuple[Path, GraphEndpoint], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Runs a command on an empty graph and gives exit code, stdout, stderr."""
    home, at = engine
    wipe(at)
    monkeypatch.setenv("JINWEN_HOME", str(home))

    def command(*arguments: object) -> tuple[int, str, str]:
        code = run([str(a) for a in arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return command
