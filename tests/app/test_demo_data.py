"""Data at the start of a server: loaded into an empty graph, compared with a filled one, never over edits."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from app import demo_data
from app.demo_data import DataReport, DataState, read_progress, was_filled
from app.graph_process import GraphEndpoint
from kg.store import Graph
from tests.support.cli import Run

pytestmark = pytest.mark.graph


@pytest.fixture(autouse=True)
def fresh(engine: tuple[Path, GraphEndpoint]) -> None:
    (engine[0] / "data-compared.json").unlink(missing_ok=True)


def started(capsys: pytest.CaptureFixture[str], *data: Path) -> DataReport:
    """What the child of a server's start tells in the end."""
    demo_data.main([str(path) for path in data])
    told = [read_progress(line) for line in capsys.readouterr().out.splitlines()]
    assert isinstance(told[-1], DataReport)
    return told[-1]


def facts(engine: tuple[Path, GraphEndpoint]) -> int:
    at = engine[1]
    with Graph.connect(at.uri, at.user, at.password, at.database) as graph:
        return graph.head().facts


def test_an_empty_graph_is_filled_once(
    jinwen: Run, files: Path, engine: tuple[Path, GraphEndpoint], capsys: pytest.CaptureFixture[str]
) -> None:
    home = engine[0]
    assert not was_filled(home)
    assert started(capsys, files).state is DataState.LOADED
    assert was_filled(home)
    assert len(list((home / "lexicon").glob("*/1"))) >= 1
    assert started(capsys, files) == DataReport(DataState.SAME)
    assert jinwen("kg", "log")[1].count("\n") == 1


def test_a_difference_is_told_and_nothing_is_loaded_over_edits(
    jinwen: Run, files: Path, engine: tuple[Path, GraphEndpoint], capsys: pytest.CaptureFixture[str]
) -> None:
    started(capsys, files)
    edited = files.parent / "edited"
    shutil.copytree(files, edited)
    products = edited / "products.csv"
    products.write_text(products.read_text(encoding="utf-8").replace("1万元", "2万元"), encoding="utf-8")
    assert jinwen("kg", "load", edited)[0] == 0
    for _ in range(2):  # the second time from what the first one noted
        report = started(capsys, files)
        assert report.state is DataState.DIFFERENT
        assert "修改 1" in report.detail
        assert "products.csv" in report.detail
    assert "起购金额 2万元" in jinwen("kg", "why", "稳盈1号", "起购金额")[1]


def test_bad_files_leave_an_empty_graph_empty(
    jinwen: Run, files: Path, engine: tuple[Path, GraphEndpoint], capsys: pytest.CaptureFixture[str]
) -> None:
    (files / "bad.csv").write_text("subject,predicate,object\n甲,起购金额,很多\n", encoding="utf-8")
    report = started(capsys, files)
    assert (report.state, "bad.csv:2:" in report.detail) == (DataState.REFUSED, True)
    assert facts(engine) == 0


def test_without_files_an_empty_graph_is_told(jinwen: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert started(capsys).state is DataState.EMPTY
