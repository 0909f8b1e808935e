"""`jinwen kg …` on a real embedded graph: what an editor types, sees and gets as exit code."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from app.commands.failures import Exit
from app.graph_process import GraphEndpoint
from kg.store import Graph
from tests.support.cli import GOOD, Run, wipe

pytestmark = pytest.mark.graph

HEADER = "subject,predicate,object,valid_from,valid_to\n"
BAD = {
    "missing_column": ("subject,object\n稳盈1号,1万元\n", 1, "缺少predicate"),
    "cell_count": (HEADER + "稳盈2号,起购金额,1万元\n", 2, "有3格"),
    "unknown_unit": (HEADER + "稳盈2号,起购金额,1万斤,,\n", 2, "1万斤"),
    "bad_date": (HEADER + "稳盈2号,起购金额,1万元,2026-02-30,\n", 2, "2026-02-30"),
    "circle": (HEADER + "甲类,上位类,乙类,,\n乙类,上位类,甲类,,\n", 2, "上位类"),
    "contradiction": (HEADER + "稳盈2号,年费,1元,,\n稳盈2号,年费,2元,,\n", 3, "有两个值"),
    "contradicts_graph": (HEADER + "稳盈1号,起购金额,5万元,2026-01-01,\n", 2, "同一期间"),
}


def head(engine: tuple[Path, GraphEndpoint]) -> tuple[int, str]:
    at = engine[1]
    with Graph.connect(at.uri, at.user, at.password, at.database) as graph:
        return graph.head().number, graph.head().content_hash


def test_load_publishes_and_builds_the_lexicon(jinwen: Run, files: Path, engine: tuple[Path, GraphEndpoint]) -> None:
    code, out, _ = jinwen("kg", "load", files, "-m", "第一批")
    assert (code, "已发布第 1 版" in out) == (Exit.OK, True)
    home, at = engine
    with Graph.connect(at.uri, at.user, at.password, at.database) as graph:
        assert (home / "lexicon" / graph.graph_id / "1").is_dir()
    code, out, _ = jinwen("kg", "log")
    assert (code, "第一批" in out) == (Exit.OK, True)
    code, out, _ = jinwen("kg", "load", files)
    assert (code, "内容没有变化" in out) == (Exit.OK, True)


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_whole_with_its_line(
    name: str, jinwen: Run, files: Path, engine: tuple[Path, GraphEndpoint]
) -> None:
    jinwen("kg", "load", files)
    before = head(engine)
    content, line, told = BAD[name]
    bad = files.parent / f"{name}.csv"
    bad.write_text(content, encoding="utf-8")
    good = files.parent / "good.csv"
    good.write_text(HEADER + "稳盈9号,起购金额,9万元,,\n", encoding="utf-8")
    for command in ("check", "diff", "load"):
        code, out, error = jinwen("kg", command, good, bad)
        found = next(text for text in (out + error).splitlines() if text.startswith(f"{name}.csv:{line}:"))
        assert (code, told in found) == (Exit.BAD_INPUT, True), (command, found)
    assert head(engine) == before


def test_quarantine_loads_the_good_rows_and_keeps_the_bad_ones(jinwen: Run, files: Path, tmp_path: Path) -> None:
    jinwen("kg", "load", files)
    mixed = tmp_path / "mixed.csv"
    mixed.write_text(HEADER + "稳盈2号,起购金额,2万元,,\n稳盈3号,起购金额,很多,,\n", encoding="utf-8")
    aside = tmp_path / "aside.csv"
    code, out, error = jinwen("kg", "load", mixed, "--quarantine", aside)
    assert (code, "已发布第 2 版" in out, "1 行有错" in error) == (Exit.OK, True, True)
    with aside.open(encoding="utf-8-sig", newline="") as rows:
        kept = list(csv.reader(rows))
    assert any("稳盈3号" in row for row in kept)
    assert not any("稳盈2号" in row for row in kept)


def test_every_problem_of_every_file_is_told_at_once(jinwen: Run, tmp_path: Path, files: Path) -> None:
    jinwen("kg", "load", files)
    for number in (1, 2):
        rows = HEADER + "甲,起购金额,很多,,\n乙,年利率,高,,\n"
        (tmp_path / f"{number}.csv").write_text(rows, encoding="utf-8")
    code, out, _ = jinwen("kg", "check", tmp_path / "1.csv", tmp_path / "2.csv")
    assert code == Exit.BAD_INPUT
    assert [line.split(" ")[0] for line in out.splitlines()] == ["1.csv:2:", "1.csv:3:", "2.csv:2:", "2.csv:3:"]


def test_approval_makes_a_draft_that_waits_for_publish(
    jinwen: Run, files: Path, engine: tuple[Path, GraphEndpoint], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JINWEN_APPROVAL", "on")
    code, out, _ = jinwen("kg", "load", files, "--author", "小王")
    assert (code, head(engine)[0]) == (Exit.DRAFTED, 0)
    draft = out.split("草稿 ")[1].split("（")[0]
    code, out, _ = jinwen("kg", "log", "--drafts")
    assert (code, draft in out, "小王" in out) == (Exit.OK, True, True)
    code, out, _ = jinwen("kg", "publish", draft)
    assert (code, "已发布第 1 版" in out) == (Exit.OK, True)
    code, _, error = jinwen("kg", "publish", draft)
    assert (code, "没有等待发布的草稿" in error) == (Exit.BAD_INPUT, True)


def test_rows_gone_are_listed_kept_and_taken_out_on_demand(jinwen: Run, files: Path) -> None:
    jinwen("kg", "load", files)
    rows = GOOD.splitlines(keepends=True)
    (files / "products.csv").write_text("".join(rows[:3]), encoding="utf-8")
    code, out, _ = jinwen("kg", "load", files)
    assert (code, "图谱里保留：理财产品 购买渠道 手机银行" in out) == (Exit.OK, True)
    code, out, _ = jinwen("kg", "diff", files, "--replace")
    assert (code, "- 理财产品 购买渠道 手机银行" in out) == (Exit.OK, True)
    code, out, _ = jinwen("kg", "load", files, "--replace")
    assert (code, "已发布第 2 版" in out) == (Exit.OK, True)
    assert jinwen("kg", "why", "理财产品", "购买渠道")[0] == Exit.OK  # its history stays


def test_show_why_and_rollback_tell_where_a_fact_comes_from(
    jinwen: Run, files: Path, engine: tuple[Path, GraphEndpoint]
) -> None:
    jinwen("kg", "load", files, "--author", "小王")
    first = head(engine)
    (files / "products.csv").write_text(GOOD.replace("1万元", "2万元"), encoding="utf-8")
    jinwen("kg", "load", files)
    _, out, _ = jinwen("kg", "show", 2)
    assert "~ 稳盈1号 起购金额 1万元  products.csv:3\n  → 稳盈1号 起购金额 2万元  products.csv:3" in out
    _, out, _ = jinwen("kg", "why", "稳盈1号", "起购")
    assert "来源：说明书 第三条" in out
    assert "版本：第 1 版到第 1 版，改动人 小王" in out
    _, out, _ = jinwen("kg", "why", "稳盈1号", "购买渠道")
    assert "稳盈1号 从上位类继承：" in out
    code, out, _ = jinwen("kg", "rollback", 1)
    assert (code, "内容与第 1 版相同" in out) == (Exit.OK, True)
    assert head(engine) == (3, first[1])


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("kg", "why", "没有的产品", "起购金额"), "图谱里没有这个实体"),
        (("kg", "show", "9"), "没有这个版本"),
        (("kg", "rollback", "9"), "没有这个版本"),
    ],
)
def test_what_is_not_there_ends_in_2(jinwen: Run, files: Path, arguments: tuple[str, ...], told: str) -> None:
    jinwen("kg", "load", files)
    code, _, error = jinwen(*arguments)
    assert (code, told in error) == (Exit.BAD_INPUT, True)


def test_an_export_loads_back_to_the_same_content(
    jinwen: Run, files: Path, engine: tuple[Path, GraphEndpoint], tmp_path: Path
) -> None:
    jinwen("kg", "load", files)
    before = head(engine)
    folder = tmp_path / "out"
    folder.mkdir()
    code, out, _ = jinwen("kg", "export", folder / "all.csv")
    assert (code, "7 条事实" in out) == (Exit.OK, True)
    code, out, _ = jinwen("kg", "diff", folder / "all.csv")
    assert (code, out) == (Exit.OK, "")
    assert sorted(p.name for p in folder.iterdir()) == ["all-ontology.csv", "all.csv"]
    at = engine[1]
    wipe(at)
    assert jinwen("kg", "load", folder)[0] == Exit.OK
    assert head(engine) == before


def test_a_second_writer_is_told_who_is_writing(jinwen: Run, files: Path, engine: tuple[Path, GraphEndpoint]) -> None:
    home, at = engine
    with (
        Graph.connect(at.uri, at.user, at.password, at.database, home=home) as graph,
        graph.writing("夜间批量"),
    ):
        code, _, error = jinwen("kg", "load", files, "--wait", "0.2")
    assert (code, "另一个载入正在写图谱" in error) == (Exit.FAILED, True)
    assert jinwen("kg", "load", files)[0] == Exit.OK
