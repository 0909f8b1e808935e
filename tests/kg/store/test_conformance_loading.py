"""kg load on both engines: files in, revisions out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from kg.drafts import DraftStore, UnknownDraft
from kg.loading import LoadOptions, load, preview, rollback
from kg.loading_report import LoadReport
from kg.problems import Severity
from kg.publishing import Overtaken, publish_draft
from kg.store import Graph, Note, revisions
from kg.store.history import difference, versions_of
from tests.support.desk import tables

ONTOLOGY = """name,aliases,datatype,unit,cardinality,better_is
起购金额,起购|门槛,money,元,one,low
业绩比较基准,收益率,percent,%,one,high
年利率,利率,percent,%,one,
期限,多久,term,,one,
发行机构,,entity,,one,
特点,,text,,many,
上位类,,entity,,many,
"""
PRODUCTS = """subject,predicate,object,subject_type,qualifiers,valid_from,valid_to,source,article
稳盈1号,起购金额,1万元,理财产品,,,,稳盈1号产品说明书,
稳盈1号,业绩比较基准,2.10%-3.60%,,,,,稳盈1号产品说明书,
稳盈1号,特点,随时赎回,,,,,,
稳盈1号,特点,每日计息,,,,,,
稳盈1号,发行机构,云杉理财,,,,,,
定期存款,年利率,1.55%,,期限=1年,2026-01-01,,利率表,
定期存款,年利率,1.90%,,期限=3年,2026-01-01,,利率表,
理财产品,上位类,产品,,,,,,
"""

Load = Callable[..., LoadReport]


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "triples"
    folder.mkdir()
    (folder / "ontology.csv").write_text(ONTOLOGY, encoding="utf-8")
    (folder / "products.csv").write_text(PRODUCTS, encoding="utf-8")
    return folder


@pytest.fixture
def loading(graph: Graph, files: Path) -> Load:
    def run(**options: object) -> LoadReport:
        return load([files], graph, replace(LoadOptions(author="张敏"), **options))  # type: ignore[arg-type]

    return run


def edit(folder: Path, old: str, new: str) -> None:
    """Change one cell of the products."""
    path = folder / "products.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def values(graph: Graph, subject: str, predicate: str) -> list[str]:
    """What head says on one predicate of one subject."""
    return sorted(f.text for f in graph.at().facts_of([subject], [predicate]))


def test_a_folder_becomes_a_revision_and_facts_keep_their_origin(graph: Graph, loading: Load) -> None:
    report = loading(message="首次导入")
    assert report.exit_code == 0, report.problems
    assert report.revision is not None
    assert (report.revision.number, report.revision.facts, report.revision.message) == (1, 9, "首次导入")
    (fact,) = graph.at().facts_of(["稳盈1号"], ["起购金额"])
    assert (fact.file, fact.line, fact.editor, fact.source) == ("products.csv", 2, "张敏", "稳盈1号产品说明书")
    assert graph.at().ontology().get("起购金额").better_is == "low"
    assert graph.at().classes_of(["稳盈1号"]) == {"稳盈1号": ("理财产品",)}


def test_the_same_files_again_make_no_revision(graph: Graph, loading: Load) -> None:
    loading()
    report = loading()
    assert report.revision is None
    assert report.exit_code == 0
    assert report.unchanged == 9
    assert "没有变化" in report.summary
    assert graph.head().number == 1


def test_one_edited_cell_changes_one_fact(graph: Graph, loading: Load, files: Path) -> None:
    loading()
    edit(files, "稳盈1号,起购金额,1万元", "稳盈1号,起购金额,5万元")
    report = loading()
    assert [(old.text, new.text) for old, new in report.changed] == [("1万元", "5万元")]
    assert values(graph, "稳盈1号", "起购金额") == ["5万元"]
    assert [f.text for f in graph.at(1).facts_of(["稳盈1号"], ["起购金额"])] == ["1万元"]
    assert [(f.text, f.rev_from, f.rev_to) for f in versions_of(graph, "稳盈1号", "起购金额")] == [
        ("1万元", 1, 2),
        ("5万元", 2, 2**62),
    ]


def test_a_corrected_copy_from_another_folder_replaces_the_same_rows(
    graph: Graph, loading: Load, files: Path, tmp_path: Path
) -> None:
    loading()
    copy = tmp_path / "elsewhere" / "products.csv"
    copy.parent.mkdir()
    copy.write_text(PRODUCTS.replace("随时赎回", "每月赎回"), encoding="utf-8")
    report = load([copy], graph, LoadOptions(author="李娜"))
    assert report.exit_code == 0
    assert values(graph, "稳盈1号", "特点") == ["每日计息", "每月赎回"]


def test_rows_that_left_their_file_stay_until_they_are_replaced(graph: Graph, loading: Load, files: Path) -> None:
    loading()
    edit(files, "稳盈1号,发行机构,云杉理财,,,,,,\n", "")
    report = loading()
    assert report.revision is None
    assert [(f.predicate, f.object_name) for f in report.gone] == [("发行机构", "云杉理财")]
    report = loading(replace=True)
    assert [f.predicate for f in report.removed] == ["发行机构"]
    assert graph.at().entities(["云杉理财"]) == {}
    assert graph.at(1).entities(["云杉理财"]) == {"云杉理财": "云杉理财"}


BAD = [
    ("稳盈1号,起购金额,1万元", "稳盈1号,起购金额,一些钱", 2),
    ("稳盈1号,特点,随时赎回,,,,,,", "稳盈1号,特点,随时赎回,,", 4),
    ("2026-01-01,,利率表,\n理财", "2026-13-01,,利率表,\n理财", 8),
    ("理财产品,上位类,产品,,,,,,\n", "理财产品,上位类,产品,,,,,,\n产品,上位类,理财产品,,,,,,\n", None),
    ("理财产品,上位类", "定期存款,年利率,1.80%,,期限=1年,2026-06-01,,利率表,\n理财产品,上位类", 9),
]


@pytest.mark.parametrize("case", BAD)
def test_an_error_keeps_everything_out(
    graph: Graph, loading: Load, files: Path, case: tuple[str, str, int | None]
) -> None:
    old, new, line = case
    loading()
    edit(files, old, new)
    report = loading()
    assert report.exit_code == 2
    assert report.revision is None
    errors = [p for p in report.problems if p.severity is Severity.ERROR]
    assert errors
    assert all(p.file == "products.csv" and p.remedy for p in errors)
    if line is not None:
        assert line in {p.line for p in errors}
    assert graph.head().number == 1


def test_a_missing_column_and_a_bad_row_are_reported_in_one_go(graph: Graph, loading: Load, files: Path) -> None:
    edit(files, "稳盈1号,起购金额,1万元", "稳盈1号,起购金额,一些钱")
    (files / "more.csv").write_text("subject,object\n甲,乙\n", encoding="utf-8")
    report = loading()
    assert {p.file for p in report.problems if p.severity is Severity.ERROR} == {"products.csv", "more.csv"}
    assert graph.head().number == 0


def test_with_a_quarantine_the_good_rows_load(graph: Graph, loading: Load, files: Path, tmp_path: Path) -> None:
    edit(files, "稳盈1号,起购金额,1万元", "稳盈1号,起购金额,一些钱")
    out = tmp_path / "bad.csv"
    report = loading(quarantine=out)
    assert report.exit_code == 0
    assert report.quarantined == 1
    assert report.revision is not None
    assert values(graph, "稳盈1号", "特点") == ["每日计息", "随时赎回"]
    assert values(graph, "稳盈1号", "起购金额") == []
    lines = out.read_text(encoding="utf-8").splitlines()
    assert len(lines) == 2
    assert "一些钱" in lines[1]


def test_a_row_that_only_the_graph_speaks_against_is_quarantined_too(
    graph: Graph, loading: Load, files: Path, tmp_path: Path
) -> None:
    loading()
    other = tmp_path / "other.csv"
    other.write_text(
        "subject,predicate,object,valid_from\n稳盈1号,起购金额,9万元,2026-03-01\n稳盈1号,特点,费率低,\n",
        encoding="utf-8",
    )
    refused = load([other], graph, LoadOptions(author="李娜"))
    assert refused.exit_code == 2
    assert "products.csv:2" in str(refused.problems[0])
    report = load([other], graph, LoadOptions(author="李娜", quarantine=tmp_path / "bad.csv"))
    assert report.exit_code == 0
    assert report.quarantined == 1
    assert values(graph, "稳盈1号", "特点") == ["每日计息", "费率低", "随时赎回"]
    assert values(graph, "稳盈1号", "起购金额") == ["1万元"]


def test_unknown_predicates_and_foreign_rows_load(graph: Graph, tmp_path: Path) -> None:
    path = tmp_path / "stocks.csv"
    path.write_text(
        "头实体,关系,尾实体,主语类型,宾语类型\n平安股份,所属行业,银行业,上市公司,行业\n平安股份,曾用名,深发股份,,\n",
        encoding="utf-8",
    )
    report = load([path], graph, LoadOptions(author="李娜"))
    assert report.exit_code == 0, report.problems
    facts = graph.at().facts_of(["平安股份"])
    assert {(f.predicate, f.object_id, f.text) for f in facts} == {
        ("所属行业", "银行业", "银行业"),
        ("曾用名", None, "深发股份"),
        ("实例", "上市公司", "上市公司"),
    }


def test_a_preview_writes_nothing(graph: Graph, files: Path) -> None:
    report = preview([files], graph, LoadOptions(author="张敏"))
    assert len(report.added) == 9
    assert graph.head().number == 0


def test_a_draft_waits_until_it_is_published(graph: Graph, loading: Load, files: Path, tmp_path: Path) -> None:
    loading()
    drafts = DraftStore(tables(tmp_path))
    edit(files, "1万元", "5万元")
    report = loading(drafts=drafts, message="提高门槛")
    assert report.exit_code == 3
    assert report.draft in report.summary
    assert values(graph, "稳盈1号", "起购金额") == ["1万元"]
    assert [d.id for d in drafts.waiting(graph.graph_id)] == [report.draft]
    draft = drafts.get(report.draft)
    note = Note(draft.author, draft.message, approver="王主管", checks="无错误")
    made = publish_draft(graph, drafts, draft, note)
    assert (made.number, made.author, made.message) == (2, "张敏", "提高门槛")
    assert (made.approver, made.checks, made.draft) == ("王主管", "无错误", draft.id)
    assert graph.head() == made
    assert values(graph, "稳盈1号", "起购金额") == ["5万元"]
    assert drafts.waiting(graph.graph_id) == []
    with pytest.raises(UnknownDraft):
        publish_draft(graph, drafts, draft, note)


def test_a_draft_on_an_older_revision_is_refused_and_stays(
    graph: Graph, loading: Load, files: Path, tmp_path: Path
) -> None:
    loading()
    drafts = DraftStore(tables(tmp_path))
    edit(files, "1万元", "5万元")
    draft = loading(drafts=drafts).draft
    edit(files, "随时赎回", "每月赎回")
    assert loading().revision is not None
    with pytest.raises(Overtaken, match="revision 1") as raised:
        publish_draft(graph, drafts, drafts.get(draft), Note("张敏", "", approver="王主管"))
    assert raised.value.subjects == ("稳盈1号",)
    assert [d.id for d in drafts.waiting(graph.graph_id)] == [draft]


@pytest.mark.parametrize("listed", [revisions.TOUCHED_CAP, 0])
def test_a_rollback_is_a_new_revision_with_the_old_content(
    graph: Graph, loading: Load, files: Path, listed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(revisions, "TOUCHED_CAP", listed)
    loading()
    edit(files, "1万元", "5万元")
    edit(files, "稳盈1号,发行机构,云杉理财", "稳盈1号,发行机构,云杉基金")
    (files / "ontology.csv").write_text(ONTOLOGY.replace("起购|门槛", "起购"), encoding="utf-8")
    loading()
    made = rollback(graph, 1, note=Note("王主管", ""))
    assert made is not None
    assert (made.number, made.restores) == (3, 1)
    assert made.content_hash == graph.revision(1).content_hash
    assert (made.facts, made.entities) == (graph.revision(1).facts, graph.revision(1).entities)
    assert set(graph.at().iter_entities()) == set(graph.at(1).iter_entities())
    assert graph.at().ontology() == graph.at(1).ontology()
    assert difference(graph, 1, 3) == difference(graph, 3, 3)
    assert {f.predicate for _was, f in difference(graph, 2, 3).changed} == {"起购金额", "发行机构"}
    assert rollback(graph, 1, note=Note("王主管", "")) is None
    assert loading().revision is not None


def test_a_renamed_entity_keeps_its_history(graph: Graph, tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    for name in ("稳盈1号", "稳盈一号臻选"):
        path.write_text(f"subject,predicate,object,subject_id\n{name},特点,随时赎回,P1\n", encoding="utf-8")
        load([path], graph, LoadOptions(author="张敏"))
    assert graph.at().entities(["P1"]) == {"P1": "稳盈一号臻选"}
    assert graph.at(1).entities(["P1"]) == {"P1": "稳盈1号"}
    assert len(versions_of(graph, "P1")) == 1
