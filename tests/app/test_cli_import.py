"""`jinwen kg import` from the command line: the CSV layout of neo4j-admin into the graph, whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.commands.failures import Exit
from app.graph_process import GraphEndpoint
from kg.store import Graph
from tests.support.cli import Run

pytestmark = pytest.mark.graph

NODES = "code:ID(Stock),name,listed:date,boards:string[],:LABEL\n600001,青山股份,1999-03-01,主板;沪市,Company\n"
PEOPLE = "person:ID(Executive),name,age:int,:LABEL\np1,林一,50,Person\np2,林一,,Person\n"
EDGES = ":START_ID(Executive),jobs,:END_ID(Stock),:TYPE\np1,董事长,600001,employ_of\np2,监事,600001,employ_of\n"


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    folder = tmp_path / "neo4j"
    folder.mkdir()
    for name, text in (("stock.csv", NODES), ("executive.csv", PEOPLE), ("works.csv", EDGES)):
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_tables_of_neo4j_admin_become_facts_of_a_revision(
    jinwen: Run, exported: Path, engine: tuple[Path, GraphEndpoint]
) -> None:
    mapping = exported / "map.yml"
    mapping.write_text("names: {boards: 板块, listed: 上市日期}\n", encoding="utf-8")
    code, out, error = jinwen("kg", "import", exported, "--map", mapping, "-m", "从股票图谱来")
    assert (code, "3 个节点、2 条边" in out, "已发布第 1 版" in out) == (Exit.OK, True, True), error
    at = engine[1]
    with Graph.connect(at.uri, at.user, at.password, at.database) as graph:
        assert graph.at().entities(["p1", "p2", "600001"]) == {"p1": "林一", "p2": "林一", "600001": "青山股份"}
        found = {(f.subject_id, f.predicate, f.object_id or f.text) for f in graph.at().iter_facts()}
        [work] = graph.at().facts_of(["p1"], ["任职"])
    assert {("600001", "板块", "主板"), ("600001", "板块", "沪市"), ("600001", "上市日期", "1999-03-01")} <= found
    assert {("p1", "任职", "600001"), ("p2", "任职", "600001"), ("p1", "年龄", "50")} <= found
    assert work.qualifiers[0].name == "职务"
    code, _, error = jinwen("kg", "import", exported, "--map", mapping)
    assert (code, "内容没有变化" in error + _) == (Exit.OK, True)


def test_an_edge_to_nowhere_is_named_with_its_line_and_nothing_is_loaded(
    jinwen: Run, exported: Path, engine: tuple[Path, GraphEndpoint], tmp_path: Path
) -> None:
    with (exported / "works.csv").open("a", encoding="utf-8") as file:
        file.write("p9,董事,600001,employ_of\n")
    code, _, error = jinwen("kg", "import", exported)
    assert (code, "works.csv:4" in error, "p9" in error) == (Exit.BAD_INPUT, True, True)
    at = engine[1]
    with Graph.connect(at.uri, at.user, at.password, at.database) as graph:
        assert graph.head().number == 0
    code, out, _ = jinwen("kg", "import", exported, "--out", tmp_path / "triples.csv")
    assert (code, "任职" in (tmp_path / "triples.csv").read_text(encoding="utf-8-sig")) == (Exit.BAD_INPUT, True)
    assert "3 个节点、2 条边" in out
