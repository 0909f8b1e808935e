"""Every kind of Query on both engines: files loaded, lexicon built, question answered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from app.graph_process import GraphEndpoint
from kg.answer import Answer, Outcome
from kg.answering.service import answer
from kg.cells import parse_value
from kg.lexicon.build import build
from kg.lexicon.lexicon import Lexicon
from kg.loading import LoadOptions, load
from kg.query import Ask, Constraint, Entity, Order, Period, Query
from kg.store import Graph
from kg.values import Kind, Op
from tests.kg.store.conftest import open_graph, wipe
from tests.support.facts import money, on, percent

TODAY = date(2026, 11, 23)
ONTOLOGY = """name,aliases,datatype,unit,cardinality,better_is
起购金额,起购,money,元,one,low
业绩比较基准,收益率,percent,%,one,high
年利率,利率,percent,%,one,high
期限,多久,term,,one,
发行机构,,entity,,one,
赎回规则,,text,,one,
定义,,text,,one,
申请条件,,condition,,many,
"""
TRIPLES = """subject,predicate,object,subject_type,qualifiers,valid_from,valid_to,source,article
稳盈1号,起购金额,1万元,固收理财,,,,稳盈1号产品说明书,
稳盈1号,业绩比较基准,2.10%-3.60%,,,,,稳盈1号产品说明书,
稳盈1号,发行机构,云杉理财,,,,,,
稳盈2号,起购金额,5万元,固收理财,,,,稳盈2号产品说明书,
稳盈2号,业绩比较基准,3.20%,,,,,稳盈2号产品说明书,
稳盈2号,发行机构,云杉理财,,,,,,
添利宝,起购金额,1元,现金理财,,,,添利宝产品说明书,
添利宝,业绩比较基准,1.80%,,,,,添利宝产品说明书,
添利宝,赎回规则,T+0,,,,,,
固收理财,上位类,理财产品,,,,,,
现金理财,上位类,理财产品,,,,,,
理财产品,赎回规则,到期赎回,,,,,理财管理办法,第三条
理财产品,定义,银行受托投资的产品,,,,,理财管理办法,第一条
定期存款,年利率,1.55%,,期限=1年,2026-01-01,,利率表2026,
定期存款,年利率,1.90%,,期限=3年,2026-01-01,,利率表2026,
定期存款,年利率,2.60%,,期限=3年,2025-01-01,2025-12-31,利率表2025,
"""


class Bank:
    """The files above, loaded and with a lexicon."""

    def __init__(self, graph: Graph, folder: Path) -> None:
        (folder / "ontology.csv").write_text(ONTOLOGY, encoding="utf-8")
        (folder / "triples.csv").write_text(TRIPLES, encoding="utf-8")
        report = load([folder / "ontology.csv", folder / "triples.csv"], graph, LoadOptions(author="测试"))
        assert report.exit_code == 0, report.problems
        self.graph, self.snapshot = graph, graph.at()
        build(self.snapshot, folder / "lexicon")
        self.lexicon = Lexicon.open(folder / "lexicon")

    def ask(self, query: Query) -> Answer:
        """The answer on a fixed day."""
        return answer(query, self.snapshot, self.lexicon, TODAY)


@pytest.fixture(scope="module")
def bank(graph_endpoint: GraphEndpoint, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    wipe(graph_endpoint)
    with open_graph(graph_endpoint) as graph:
        yield Bank(graph, tmp_path_factory.mktemp("bank"))


def of(*names: str) -> tuple[Entity, ...]:
    return tuple(Entity(n, n) for n in names)


WEALTH = Entity("理财产品", "理财产品")


def test_value_with_its_source(bank: Bank) -> None:
    (fact,) = bank.ask(Query(Ask.VALUE, of("稳盈1号"), predicates=("起购金额",))).facts
    assert (fact.text, fact.source, fact.file, fact.line) == ("1万元", "稳盈1号产品说明书", "triples.csv", 2)


def test_value_inherited_from_a_class_above_and_lifted_by_an_own_one(bank: Bank) -> None:
    (fact,) = bank.ask(Query(Ask.VALUE, of("稳盈1号"), predicates=("赎回规则",))).facts
    assert (fact.text, fact.inherited_from, fact.article) == ("到期赎回", "理财产品", "第三条")
    (fact,) = bank.ask(Query(Ask.VALUE, of("添利宝"), predicates=("赎回规则",))).facts
    assert (fact.text, fact.inherited_from) == ("T+0", "")


def test_value_in_the_case_and_period_asked_about(bank: Bank) -> None:
    rate = Query(Ask.VALUE, of("定期存款"), predicates=("年利率",))
    assert sorted(f.text for f in bank.ask(rate).facts) == ["1.55%", "1.90%"]
    three_years = replace(rate, qualifiers=(on("期限", parse_value("3年", Kind.TERM)),))
    assert [f.text for f in bank.ask(three_years).facts] == ["1.90%"]
    last_year = replace(three_years, period=Period(date(2025, 1, 1), date(2025, 12, 31), "去年"))
    assert [f.text for f in bank.ask(last_year).facts] == ["2.60%"]


def test_members_listed_by_the_lexicon_are_those_of_the_graph(bank: Bank) -> None:
    read, listed = bank.snapshot, bank.graph.at()
    listed.look_up_in(bank.lexicon)
    for classes in (["理财产品"], list(bank.lexicon.descendants("理财产品")), ["没有的"], []):
        assert listed.members(classes, 10) == read.members(classes, 10), classes
        assert listed.members(classes, 1, 1) == read.members(classes, 1, 1), classes
        assert listed.count_members(classes) == read.count_members(classes), classes


def test_an_index_of_another_revision_lists_nothing(bank: Bank) -> None:
    class Other:
        graph_id, revision = bank.snapshot.graph_id, bank.snapshot.revision + 1
        literals = None

        def members_of(self, class_ids: tuple[str, ...]) -> tuple[str, ...]:
            raise AssertionError(class_ids)

        def name_of(self, entity_id: str) -> str:
            raise AssertionError(entity_id)

    snapshot = bank.graph.at()
    snapshot.look_up_in(Other())
    assert snapshot.count_members(["固收理财"]) == 2


def test_describe(bank: Bank) -> None:
    found = bank.ask(Query(Ask.DESCRIBE, of("理财产品")))
    assert "银行受托投资的产品" in {f.text for f in found.facts}


def test_list_with_constraints(bank: Bank) -> None:
    every = bank.ask(Query(Ask.LIST, cls=WEALTH))
    assert ({r.name for r in every.rows}, every.total) == ({"稳盈1号", "稳盈2号", "添利宝"}, 3)
    cheap = Constraint("起购金额", Op.LE, money(10000))
    assert {r.name for r in bank.ask(Query(Ask.LIST, cls=WEALTH, constraints=(cheap,))).rows} == {"稳盈1号", "添利宝"}
    good = Constraint("业绩比较基准", Op.GE, percent("2"))
    assert {r.name for r in bank.ask(Query(Ask.LIST, cls=WEALTH, constraints=(cheap, good))).rows} == {"稳盈1号"}
    issued = Constraint("发行机构", Op.EQ, entity_id="云杉理财")
    assert bank.ask(Query(Ask.LIST, cls=WEALTH, constraints=(issued,))).total == 2


def test_count(bank: Bank) -> None:
    assert bank.ask(Query(Ask.COUNT, cls=WEALTH)).total == 3
    below = Constraint("起购金额", Op.LT, money(50000))
    assert bank.ask(Query(Ask.COUNT, cls=WEALTH, constraints=(below,))).total == 2


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (Order("起购金额"), "添利宝"),
        (Order("起购金额", descending=True), "稳盈2号"),
        (Order("业绩比较基准", descending=True), "稳盈1号"),
    ],
)
def test_best(bank: Bank, order: Order, expected: str) -> None:
    assert [r.name for r in bank.ask(Query(Ask.BEST, cls=WEALTH, order=order, limit=1)).rows] == [expected]


def test_compare(bank: Bank) -> None:
    found = bank.ask(Query(Ask.COMPARE, of("稳盈1号", "稳盈2号"), predicates=("起购金额", "业绩比较基准")))
    cells = [[f.text for c in row.cells for f in c.facts] for row in found.rows]
    assert cells == [["1万元", "2.10%-3.60%"], ["5万元", "3.20%"]]


@pytest.mark.parametrize(("amount", "verdict"), [(20000, True), (5000, False)])
def test_check(bank: Bank, amount: int, verdict: bool) -> None:
    constraint = Constraint("起购金额", Op.LE, money(amount))
    assert bank.ask(Query(Ask.CHECK, of("稳盈1号"), constraints=(constraint,))).verdict is verdict


def test_reverse(bank: Bank) -> None:
    found = bank.ask(Query(Ask.REVERSE, of("云杉理财"), predicates=("发行机构",)))
    assert {r.entity_id for r in found.rows} | {f.subject_id for f in found.facts} == {"稳盈1号", "稳盈2号"}


def test_source(bank: Bank) -> None:
    found = bank.ask(Query(Ask.SOURCE, of("稳盈1号"), predicates=("赎回规则",)))
    assert {(f.source, f.article) for f in found.facts} == {("理财管理办法", "第三条")}


def test_what_nothing_is_known_of_is_unanswerable(bank: Bank) -> None:
    found = bank.ask(Query(Ask.VALUE, of("稳盈1号"), predicates=("托管人",)))
    assert (found.outcome, found.missing) == (Outcome.UNANSWERABLE, ("托管人",))
