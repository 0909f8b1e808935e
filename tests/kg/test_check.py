"""The check of a whole load: each kind of finding, with its place."""

from __future__ import annotations

import csv
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from kg.check import Known, check
from kg.checks.names import sound
from kg.ontology import Ontology, Predicate
from kg.problems import Problem, Severity
from kg.quarantine import bad_places, write_quarantine
from kg.reader import Row, TripleFiles
from kg.typed_rows import ParsedRow, parse_row
from kg.values import Kind

ONTOLOGY = Ontology(
    {
        p.name: p
        for p in (
            Predicate("实例", datatype=Kind.ENTITY),
            Predicate("上位类", datatype=Kind.ENTITY),
            Predicate("答案", many=False),
            Predicate("关于", datatype=Kind.ENTITY),
            Predicate("起购金额", datatype=Kind.MONEY, unit="元", many=False, domain="产品"),
            Predicate("年利率", datatype=Kind.PERCENT, unit="%", many=False),
            Predicate("风险等级", datatype=Kind.LEVEL, many=False),
            Predicate("期限", datatype=Kind.TERM, many=False),
            Predicate("管理人", datatype=Kind.ENTITY, many=False, range="机构"),
            Predicate("申请条件", datatype=Kind.CONDITION),
            Predicate("币种"),
        )
    }
)
HEADER = "subject,predicate,object,subject_type,unit,qualifiers,valid_from,valid_to,note\n"


@dataclass(frozen=True)
class Lines:
    """Rows from lines of text, as a file would give them."""

    path: Path

    def __iter__(self) -> Iterator[Row | Problem]:
        return iter(TripleFiles((self.path,)))


def lines(tmp_path: Path, *rows: str) -> Lines:
    path = tmp_path / "t.csv"
    full = (row + "," * (8 - row.count(",")) for row in rows)
    path.write_text(HEADER + "".join(f"{row}\n" for row in full), "utf-8")
    return Lines(path)


def found(tmp_path: Path, *rows: str, known: Known | None = None) -> list[tuple[str, int, str]]:
    problems = check(lines(tmp_path, *rows), ONTOLOGY, known)
    assert all(p.remedy for p in problems)
    return [(p.severity.value, p.line, p.what) for p in problems]


def test_a_good_load_has_no_findings(tmp_path: Path) -> None:
    rows = (
        "理财产品,上位类,产品",
        "稳盈1号,起购金额,1万元,理财产品",
        "稳盈1号,风险等级,R2",
        "稳盈1号,年利率,2.35%,,,期限=1年,2026-01-01,2026-06-30",
        "稳盈1号,年利率,2.15%,,,期限=1年,2026-07-01",
        "稳盈1号,年利率,2.55%,,,期限=3年,2026-01-01",
        "稳盈1号,币种,人民币",
        "稳盈1号,币种,美元",
        "稳盈1号,没声明的,随便写 123",
        "稳盈1号起购多少,答案,{稳盈1号.起购金额}起购。,常见问题",
        "稳盈1号起购多少,关于,稳盈1号",
    )
    assert found(tmp_path, *rows) == []


SINGLE_ROWS = [
    ("稳盈1号,起购金额,很多", "谓语「起购金额」的值没有可读的数字"),
    ("稳盈1号,起购金额,5万匹", "不认识的单位「匹」"),
    ("稳盈1号,起购金额,5,,匹", "不认识的单位「匹」"),
    ("稳盈1号,年利率,3元", "要写比例，这里写的是金额"),
    ("稳盈1号,风险等级,R6", "R1到R5"),
    ("稳盈1号,币种,美元,,,,2026-02-30", "日历上没有这一天"),
    ("稳盈1号,币种,美元,,,,2026/13/1", "日历上没有这一天"),
    ("稳盈1号,币种,美元,,,,2026-06-01,2026-01-01", "失效日早于生效日"),
    ("稳盈1号,币种,美元,,,期限三年", "限定不是「属性 比较 值」"),
    ("稳盈1号,币种,美元,,,期限=3匹", "限定不认识的单位「匹」"),
    ("稳盈1号,币种,美元,,,期限=3年;期限=5年", "限定「期限」写了两次"),
    ("白金卡,申请条件,年龄大", "不是「属性 比较 值」"),
]


@pytest.mark.parametrize(("row", "what"), SINGLE_ROWS)
def test_rows_that_are_wrong_by_themselves(tmp_path: Path, row: str, what: str) -> None:
    problems = found(tmp_path, "产品,币种,人民币", row)
    assert [(severity, line) for severity, line, _ in problems] == [("error", 3)]
    assert what in problems[0][2]


def test_every_fault_of_a_row_is_said(tmp_path: Path) -> None:
    assert len(found(tmp_path, "稳盈1号,起购金额,很多,,,期限三年,明天,后天")) == 4


def test_circular_classes_name_the_circle(tmp_path: Path) -> None:
    problems = found(tmp_path, "甲,上位类,乙", "乙,上位类,丙", "丙,上位类,甲", "丁,上位类,甲")
    assert [(severity, line) for severity, line, _ in problems] == [("error", 2), ("error", 3), ("error", 4)]
    assert "甲 → 乙 → 丙 → 甲" in problems[0][2]


def test_a_class_above_itself_is_a_circle(tmp_path: Path) -> None:
    assert "甲 → 甲" in found(tmp_path, "甲,上位类,甲")[0][2]


def test_a_circle_through_the_graph_is_found(tmp_path: Path) -> None:
    problems = found(tmp_path, "甲,上位类,乙", known=Known(superclasses=[("乙", "甲")]))
    assert [line for _, line, _ in problems] == [2]


def test_contradictions_name_both_places(tmp_path: Path) -> None:
    problems = found(tmp_path, "稳盈1号,起购金额,1万元", "稳盈1号,起购金额,2万元")
    assert [(severity, line) for severity, line, _ in problems] == [("error", 2), ("error", 3)]
    assert "t.csv:3" in problems[0][2]
    assert "t.csv:2" in problems[1][2]


NO_CONTRADICTION = [
    ("稳盈1号,起购金额,1万元", "稳盈1号,起购金额,10000元"),
    ("稳盈1号,期限,1年", "稳盈1号,期限,12个月"),
    ("稳盈1号,年利率,2%,,,,2025-01-01,2025-12-31", "稳盈1号,年利率,3%,,,,2026-01-01"),
    ("稳盈1号,年利率,2%,,,期限=1年", "稳盈1号,年利率,3%,,,期限=3年"),
    ("稳盈1号,币种,美元", "稳盈1号,币种,港元"),
    ("定期,期限,1年,产品", "定期,期限,2年,术语"),
]


@pytest.mark.parametrize(("one", "other"), NO_CONTRADICTION)
def test_no_contradiction(tmp_path: Path, one: str, other: str) -> None:
    assert [p for p in found(tmp_path, one, other) if p[0] == "error"] == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("稳盈1号,年利率,2%,,,,2025-01-01,2025-12-31", "稳盈1号,年利率,3%,,,,2025-12-31"),
        ("稳盈1号,年利率,2%", "稳盈1号,年利率,3%,,,,2026-01-01"),
        ("稳盈1号,年利率,2%,,,期限=1年;渠道=网点", "稳盈1号,年利率,3%,,,渠道=网点；期限=12个月"),
        ("稳盈1号,管理人,甲公司", "稳盈1号,管理人,乙公司"),
    ],
)
def test_overlapping_periods_contradict(tmp_path: Path, one: str, other: str) -> None:
    assert [line for severity, line, _ in found(tmp_path, one, other) if severity == "error"] == [2, 3]


def test_misfits_are_warnings(tmp_path: Path) -> None:
    problems = found(tmp_path, "张三,起购金额,1万元,人", "稳盈1号,管理人,甲公司", "甲公司,实例,水果")
    assert [(severity, line) for severity, line, _ in problems] == [("warning", 2), ("warning", 3)]


FAQ = ["稳盈1号,起购金额,1万元,理财产品", "理财产品,上位类,产品", "产品,年利率,3%,,,期限=1年"]
ANSWERS = [
    ("{稳盈1号.起购金额}起", ""),
    ("{稳盈1号.年利率}", ""),
    ("{稳盈1号.年利率[期限=1年]}", ""),
    ("1万元起购", ""),
    ("10000元起购，一年就到期", ""),
    ("一般一天到账", ""),
    ("低风险", ""),
    ("拨打956-0088", ""),
    ("2万元起购", "写死了数字"),
    ("三年到期", "写死了数字"),
    ("利率5.5%", "写死了数字"),
    ("{稳盈1号.期限}", "没有「期限」"),
    ("{稳盈9号.起购金额}", "没有任何事实"),
    ("{稳盈1号.年利率[期限=5年]}", "没有这种情形"),
    ("{稳盈1号}起购", "引用写得不对"),
]


@pytest.mark.parametrize(("answer", "what"), ANSWERS)
def test_figures_and_references_of_answers(tmp_path: Path, answer: str, what: str) -> None:
    rows = [*FAQ, f'怎么买,答案,"{answer}",常见问题', "怎么买,关于,稳盈1号"]
    problems = found(tmp_path, *rows)
    assert [(severity, line) for severity, line, _ in problems] == ([("error", 5)] if what else [])
    assert what in "".join(p[2] for p in problems)


def test_a_fixed_figure_is_let_through(tmp_path: Path) -> None:
    assert found(tmp_path, "怎么买,答案,2万元起购,常见问题,,,,,固定") == []


def test_answers_may_rest_on_the_graph(tmp_path: Path) -> None:
    stored = parse_row(Row("稳盈1号", "起购金额", "2万元"), ONTOLOGY)
    assert isinstance(stored, ParsedRow)

    def facts_about(name: str) -> Iterable[ParsedRow]:
        return [stored] if name == "稳盈1号" else []

    rows = ("怎么买,答案,{稳盈1号.起购金额}，也就是2万元,常见问题", "怎么买,关于,稳盈1号")
    assert found(tmp_path, *rows, known=Known(facts_about=facts_about)) == []


def test_questions_asked_twice_are_warnings(tmp_path: Path) -> None:
    rows = ("怎么买,答案,在网点。,常见问题", "怎么买,相似问,如何购买？", "如何购买,答案,在柜台。,常见问题")
    assert [(s, line) for s, line, _ in found(tmp_path, *rows)] == [("warning", 4)]


PROMISES = {
    "本产品保本，稳赚不赔": True,
    "零风险高收益": True,
    "保证收益4%": True,
    "本产品不保本": False,
    "理财产品不得承诺保本": False,
    "凡是号称稳赚的都是骗局": False,
    "理财非存款，不保证收益": False,
    "以无风险利率为基准": False,
}


@pytest.mark.parametrize(("text", "warned"), PROMISES.items())
def test_banned_promises(tmp_path: Path, text: str, warned: bool) -> None:
    problems = found(tmp_path, f"稳盈1号,特点,{text}")
    assert [s for s, _, _ in problems] == (["warning"] if warned else [])


def test_names_that_sound_alike(tmp_path: Path) -> None:
    problems = found(tmp_path, "稳盈1号,币种,人民币", "稳赢一号,币种,人民币", "稳盈2号,币种,人民币")
    assert [(s, line) for s, line, _ in problems] == [("warning", 3)]
    assert "稳盈1号" in problems[0][2]


def test_an_alias_is_not_mistaken(tmp_path: Path) -> None:
    assert found(tmp_path, "三年期存单,别名,3年期存单", "3年期存单,币种,人民币") == []
    assert sound("稳盈1号") == sound("穩贏壹号".replace("壹", "一"))


def test_many_names_are_compared_fast(tmp_path: Path) -> None:
    source = lines(tmp_path, *(f"测试产品第{i}款,币种,人民币" for i in range(20_000)))
    start = time.process_time()
    assert check(source, ONTOLOGY) == []
    assert time.process_time() - start < 20


def test_findings_come_by_line_and_nothing_stops_at_the_first(tmp_path: Path) -> None:
    rows = ("甲,上位类,甲", "稳盈1号,起购金额,很多", "稳盈1号,币种,美元,,,,明天", "只有两格,x,y,z,,,,,,,多")
    assert [(s, line) for s, line, _ in found(tmp_path, *rows)] == [("error", n) for n in (2, 3, 4, 5)]


def test_quarantine_splits_good_from_bad(tmp_path: Path) -> None:
    source = lines(tmp_path, "稳盈1号,币种,人民币", "稳盈1号,起购金额,很多", "稳盈2号,年利率,-0.5%", "甲,上位类,甲")
    problems = check(source, ONTOLOGY)
    assert sorted(line for _file, line in bad_places(problems)) == [3, 5]
    out = tmp_path / "bad.csv"
    assert write_quarantine(out, source, problems) == 2
    with out.open(encoding="utf-8", newline="") as file:
        written = list(csv.DictReader(file))
    assert [(w["subject"], w["object"], w["file"], w["line"]) for w in written] == [
        ("稳盈1号", "很多", "t.csv", "3"),
        ("甲", "甲", "t.csv", "5"),
    ]
    assert all(w["reason"] for w in written)


def test_quarantine_keeps_bytes_and_leaves_signs_alone(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    good = "".join(f"存款保险,事项{i},内容\n" for i in range(30)).encode()
    path.write_bytes(b"subject,predicate,object\n" + good + b"tel,\xff,+86\n" + b"a,b,-0.5%,x\n")
    source = Lines(path)
    problems = check(source, ONTOLOGY)
    out = tmp_path / "bad.csv"
    assert write_quarantine(out, source, problems) == 2
    assert b"tel,\xff,+86" in out.read_bytes()
    assert b"a,b,-0.5%,x" in out.read_bytes()


def test_warnings_keep_no_row_out(tmp_path: Path) -> None:
    source = lines(tmp_path, "稳盈1号,特点,保本")
    problems = check(source, ONTOLOGY)
    assert [p.severity for p in problems] == [Severity.WARNING]
    assert bad_places(problems) == {}


@pytest.mark.parametrize(
    ("text", "unit", "kind", "shown"),
    [
        ("4.5", "", Kind.NUMBER, "4.5"),
        ("100", "元", Kind.MONEY, "100元"),
        ("100元", "", Kind.MONEY, "100元"),
        ("600616", "", Kind.NUMBER, "600616"),
        ("2018-05-01", "", Kind.DATE, "2018-05-01"),
        ("北京市朝阳区1号", "", Kind.TEXT, "北京市朝阳区1号"),
        ("010-12345678", "", Kind.TEXT, "010-12345678"),
        ("三年一班", "", Kind.TEXT, "三年一班"),
        ("5匹", "", Kind.TEXT, "5匹"),
    ],
)
def test_an_undeclared_predicate_holds_what_its_object_looks_like(text: str, unit: str, kind: Kind, shown: str) -> None:
    parsed = parse_row(Row("某地", "没声明的", text, unit=unit), ONTOLOGY)
    assert isinstance(parsed, ParsedRow)
    assert parsed.value is not None
    assert (parsed.value.kind, parsed.value.text) == (kind, shown)


def test_objects_are_entities_by_declaration_or_by_their_columns() -> None:
    rows = (Row("甲", "管理人", "乙"), Row("甲", "没声明的", "乙", object_type="机构"), Row("甲", "上位类", "乙"))
    parsed = [parse_row(row, ONTOLOGY) for row in rows]
    assert [p.value if isinstance(p, ParsedRow) else p for p in parsed] == [None, None, None]


@pytest.mark.parametrize(
    ("first", "second", "gapped"),
    [
        (",2026-01-31", "2026-02-01,", False),
        (",2026-01-31", "2026-03-01,", True),
        ("2025-01-01,2025-12-31", "2025-06-01,2026-06-30", False),
        (",", "2026-03-01,", False),
    ],
)
def test_days_on_which_nothing_is_said_are_told(tmp_path: Path, first: str, second: str, gapped: bool) -> None:
    rows = [f"定期,年利率,1.5%,,,期限=1年,{period}" for period in (first, second)]
    told = [p for p in check(lines(tmp_path, *rows), ONTOLOGY) if "没有值" in p.what]
    assert [(p.line, p.severity) for p in told] == ([(3, Severity.WARNING)] if gapped else [])
