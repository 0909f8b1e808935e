"""Constraints and orders on both engines: which subjects an index reading finds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from app.graph_process import GraphEndpoint
from kg.delta import Delta, NamedEntity
from kg.lexicon.build import build
from kg.lexicon.lexicon import Lexicon
from kg.query import Constraint
from kg.store import Graph, Note, Snapshot
from kg.store.keyed import key_row
from kg.store.scans import LISTED
from kg.values import Kind, Op, Value
from tests.kg.store.conftest import open_graph, wipe
from tests.support.facts import fact, member, money, on, percent, term, text

RATES = {
    "甲": percent("-0.5"),
    "乙": percent("1.85"),
    "丙": percent("2.10", "3.60"),
    "丁": percent("2.35"),
    "戊": percent("3", "5"),
}
FACTS = (
    *(fact(name, "收益率", rate) for name, rate in RATES.items()),
    *(member(name, "理财产品") for name in RATES),
    fact("甲", "币种", text("人民币")),
    fact("乙", "币种", text("USD")),
    fact("丙", "说明", text("可随时赎回，T+1到账")),
    fact("甲", "起点", money(10000, "1万元")),
    fact("乙", "起点", Value("1000美元", Kind.MONEY, Decimal(1000), unit="美元")),
    fact("丙", "起点", money(500000, "最高50万元", op=Op.LE)),
    fact("甲", "利率", percent("1.5"), on("期限", term(12))),
    fact("甲", "利率", percent("2.5"), on("期限", term(36)), since=date(2026, 1, 1)),
    fact("乙", "利率", percent("2.0"), on("期限", term(36)), until=date(2025, 12, 31)),
    fact("甲", "发行机构", "云杉银行"),
    fact("乙", "发行机构", "云杉理财"),
)


@pytest.fixture(scope="module")
def loaded(graph_endpoint: GraphEndpoint) -> Iterator[Graph]:
    """The facts above, once for all these tests: they only read."""
    wipe(graph_endpoint)
    names = {i for f in FACTS for i in (f.subject_id, f.object_id) if i}
    delta = Delta(0, added=FACTS, created=tuple(NamedEntity(n, n) for n in sorted(names)))
    with open_graph(graph_endpoint) as graph:
        with graph.writing("测试") as writing:
            writing.publish(delta, Note("测试", ""))
        yield graph


@pytest.fixture(scope="module")
def lexicon(loaded: Graph, tmp_path_factory: pytest.TempPathFactory) -> Lexicon:
    """Of the facts above, with the literals of every predicate at hand."""
    directory = tmp_path_factory.mktemp("values") / "lexicon"
    build(loaded.at(), directory, many=1)
    return Lexicon.open(directory)


@pytest.fixture(params=["read by the engine", "at hand"])
def snapshot(loaded: Graph, lexicon: Lexicon, request: pytest.FixtureRequest) -> Snapshot:
    """The facts above, looked up in either way; nothing that the other way has read is remembered."""
    found = Snapshot(loaded.connection, loaded.graph_id, loaded.at().revision)
    if request.param == "at hand":
        assert lexicon.literals is not None
        found.look_up_in(lexicon)
    return found


CASES = [
    (Op.GE, percent("2.10"), "丙丁戊"),
    (Op.GT, percent("2.10"), "丁戊"),
    (Op.LE, percent("3.60"), "甲乙丙丁"),
    (Op.LT, percent("3.60"), "甲乙丁"),
    (Op.LE, percent("-0.5"), "甲"),
    (Op.LT, percent("0"), "甲"),
    (Op.EQ, percent("2.35"), "丙丁"),
    (Op.EQ, percent("3"), "丙戊"),
    (Op.EQ, percent("9"), ""),
    (Op.NE, percent("2.35"), "甲乙戊"),
    (Op.RANGE, percent("1", "3.6"), "乙丙丁"),
    (Op.EQ, percent("1", "3.6"), "乙丙丁"),
    (Op.ABOUT, percent("2.4"), "丁"),
    (Op.SAME, percent("2.35"), "丁"),
    (Op.SAME, percent("2.10", "3.60"), "丙"),
]


@pytest.mark.parametrize(("op", "value", "expected"), CASES)
def test_figures_and_ranges_against_a_constraint(snapshot: Snapshot, op: Op, value: Value, expected: str) -> None:
    found = snapshot.ids_where("收益率", Constraint("收益率", op, value))
    assert sorted(found) == sorted(expected)
    assert len(found) == len(set(found))


@pytest.mark.parametrize(
    ("predicate", "constraint", "expected"),
    [
        ("币种", Constraint("币种", Op.EQ, text("人民币")), ["甲"]),
        ("币种", Constraint("币种", Op.EQ, text("ｕｓｄ")), ["乙"]),
        ("币种", Constraint("币种", Op.NE, text("人民币")), ["乙"]),
        ("说明", Constraint("说明", Op.HAS, text("t+1")), ["丙"]),
        ("说明", Constraint("说明", Op.HAS, text("不存在")), []),
        ("起点", Constraint("起点", Op.GE, money(1)), ["丙", "甲"]),
        ("起点", Constraint("起点", Op.GE, money(300000)), ["丙"]),
        ("发行机构", Constraint("发行机构", Op.EQ, entity_id="云杉银行"), ["甲"]),
        ("发行机构", Constraint("发行机构", Op.NE, entity_id="云杉银行"), ["乙"]),
        ("实例", Constraint("实例", Op.EQ, entity_id="理财产品"), sorted(RATES)),
        ("币种", Constraint("币种", Op.EQ), ["乙", "甲"]),
        ("没有此谓语", Constraint("没有此谓语", Op.GE, money(1)), []),
    ],
)
def test_texts_units_and_relations(
    snapshot: Snapshot, predicate: str, constraint: Constraint, expected: list[str]
) -> None:
    assert sorted(snapshot.ids_where(predicate, constraint)) == expected


def test_alternatives_are_joined(snapshot: Snapshot) -> None:
    either = Value("人民币或USD", Kind.TEXT, alternatives=(text("人民币"), text("USD")))
    assert sorted(snapshot.ids_where("币种", Constraint("币种", Op.EQ, either))) == ["乙", "甲"]


def test_the_lowest_by_lower_end_and_the_highest_by_upper_end(snapshot: Snapshot) -> None:
    assert snapshot.ids_ordered("收益率", descending=False, limit=5) == ["甲", "乙", "丙", "丁", "戊"]
    assert snapshot.ids_ordered("收益率", descending=True, limit=5) == ["戊", "丙", "丁", "乙", "甲"]
    assert snapshot.ids_ordered("收益率", descending=True, limit=2, offset=1) == ["丙", "丁"]
    assert snapshot.ids_ordered("收益率", descending=True, limit=2, keep=lambda ids: set(ids) - {"戊"}) == ["丙", "丁"]


def test_only_facts_of_the_day_and_with_the_qualifier_count(snapshot: Snapshot) -> None:
    at_least = Constraint("利率", Op.GE, percent("1"))
    three_years = (on("期限", term(36)),)
    assert sorted(snapshot.ids_where("利率", at_least)) == ["乙", "甲"]
    assert snapshot.ids_where("利率", at_least, day=date(2026, 5, 1)) == ["甲"]
    assert snapshot.ids_where("利率", at_least, day=date(2025, 5, 1), qualifiers=three_years) == ["乙"]
    assert snapshot.ids_ordered("利率", descending=True, limit=1, day=date(2025, 5, 1)) == ["乙"]


def test_members_are_counted_and_paged(loaded: Graph) -> None:
    snapshot = loaded.at()
    assert snapshot.count_members(["理财产品"]) == 5
    assert [name for _id, name in snapshot.members(["理财产品"], 2, 2)] == sorted(RATES)[2:4]
    assert snapshot.classes_of(["甲", "云杉银行"]) == {"甲": ("理财产品",)}


def test_facts_are_found_from_their_object(loaded: Graph) -> None:
    snapshot = loaded.at()
    assert [f.subject_id for f in snapshot.facts_to(["云杉理财"])] == ["乙"]
    assert len(snapshot.facts_to(["理财产品"], ["实例"])) == 5
    assert snapshot.facts_to(["理财产品"]) == []


def test_what_a_lexicon_reads(loaded: Graph) -> None:
    snapshot = loaded.at()
    assert len(dict(snapshot.iter_entities())) == 8
    assert ("甲", "理财产品") in set(snapshot.iter_instance_edges())
    assert ("云杉银行", "发行机构") in set(snapshot.iter_object_predicates())
    assert {("甲", "收益率", False), ("甲", "发行机构", True)} <= set(snapshot.iter_subject_predicates())
    assert set(snapshot.iter_text_values(6)) == {("币种", "人民币"), ("币种", "USD")}
    assert set(snapshot.iter_qualifier_values()) == {("利率", "期限", "12个月"), ("利率", "期限", "36个月")}
    assert {f.subject_id for f in snapshot.iter_facts(["币种"])} == {"甲", "乙"}


def test_keys_are_read_alike_as_lists_and_as_a_stream(loaded: Graph) -> None:
    snapshot = loaded.at()
    listed = sorted(snapshot.iter_keys({"收益率": 5, "利率": 3}))
    assert listed == sorted(snapshot.iter_keys({"收益率": LISTED + 1, "利率": LISTED + 1}))
    assert listed == sorted(row for f in FACTS if f.predicate in ("收益率", "利率") and (row := key_row(f)))
