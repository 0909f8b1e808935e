"""From words to a Query, one table for each kind of question, over the demo bank."""

from __future__ import annotations

import pytest

from kg.query import Ask, Query
from kg.values import Op
from nlu.analysing import analyse
from nlu.memory import Memory
from nlu.parser import parse
from nlu.parsing.scene import scene_of
from tests.support.demo import TODAY, Bank


def read(bank: Bank, text: str) -> Query:
    """The best Query reading of a turn that stands for itself."""
    scene = scene_of(analyse(text, bank.lexicon, TODAY), bank.lexicon, Memory(), bank.understanding.topics)
    return parse(scene)[0].query


def names(query: Query) -> list[str]:
    return [e.name for e in query.focus]


@pytest.mark.parametrize(
    ("text", "name", "predicate"),
    [
        ("稳盈1号起购多少", "稳盈1号", "起购金额"),
        ("稳盈1号最低多少钱起购", "稳盈1号", "起购金额"),
        ("稳盈1号几级风险", "稳盈1号", "风险等级"),
        ("稳盈1号的托管人是谁", "稳盈1号", "托管人"),
        ("白金信用卡年费", "云杉白金信用卡", "年费"),
        ("請問穩盈１號的期限", "稳盈1号", "期限"),
        ("稳赢一号期限多长", "稳盈1号", "期限"),
        ("wenying1hao起购金额", "稳盈1号", "起购金额"),
        ("存款保险最多赔多少", "存款保险", "最高偿付限额"),
        ("薪易贷能贷多少", "云杉薪易贷", "贷款额度"),
    ],
)
def test_an_attribute_of_a_named_thing(bank: Bank, text: str, name: str, predicate: str) -> None:
    query = read(bank, text)
    assert (query.ask, names(query), query.predicates) == (Ask.VALUE, [name], (predicate,))


@pytest.mark.parametrize("text", ["稳盈1号的期限和风险等级", "稳盈1号期限多久、风险等级是多少"])
def test_two_attributes_at_once(bank: Bank, text: str) -> None:
    query = read(bank, text)
    assert (query.ask, set(query.predicates)) == (Ask.VALUE, {"期限", "风险等级"})


@pytest.mark.parametrize("text", ["定期存款三年期利率多少", "定期存款存3年利率", "存三年的定期存款年利率是多少"])
def test_a_value_names_the_case(bank: Bank, text: str) -> None:
    query = read(bank, text)
    (qualifier,) = query.qualifiers
    assert (query.predicates, qualifier.name, qualifier.value.months) == (("年利率",), "期限", 36)


@pytest.mark.parametrize("text", ["去年定期存款利率", "定期存款去年的年利率是多少"])
def test_a_time_in_the_world_becomes_the_period(bank: Bank, text: str) -> None:
    query = read(bank, text)
    assert query.period is not None
    assert (query.period.start.year, query.period.end.year) == (2025, 2025)


@pytest.mark.parametrize("text", ["什么是复利", "复利是什么意思", "介绍一下复利", "复利"])
def test_a_definition(bank: Bank, text: str) -> None:
    query = read(bank, text)
    assert (query.ask, names(query)) == (Ask.DESCRIBE, ["复利"])


@pytest.mark.parametrize("text", ["有哪些信用卡", "信用卡有哪几种", "你们都有什么信用卡", "列出信用卡"])
def test_a_list(bank: Bank, text: str) -> None:
    query = read(bank, text)
    assert (query.ask, query.cls and query.cls.name) == (Ask.LIST, "信用卡")


@pytest.mark.parametrize(
    ("text", "cls", "constraints"),
    [
        ("R2以下的理财有哪些", "理财产品", {("风险等级", Op.LE, "2")}),
        ("风险不超过R2的理财产品", "理财产品", {("风险等级", Op.LE, "2")}),
        ("年费100元以下的信用卡", "信用卡", {("年费", Op.LE, "100")}),
        ("年费不超过200块的信用卡有哪些", "信用卡", {("年费", Op.LE, "200")}),
        ("除了R3的理财有哪些", "理财产品", {("风险等级", Op.NE, "3")}),
        (
            "半年以内、R2以下的理财有哪些",
            "理财产品",
            {("风险等级", Op.LE, "2"), ("期限", Op.LE, "182.5")},
        ),
    ],
)
def test_a_list_by_conditions(bank: Bank, text: str, cls: str, constraints: set[tuple[str, Op, str]]) -> None:
    query = read(bank, text)
    found = {(c.predicate, c.op, str(c.value.number)) for c in query.constraints if c.value}
    assert (query.ask, query.cls and query.cls.name, found) == (Ask.LIST, cls, constraints)


@pytest.mark.parametrize(
    ("text", "predicate", "descending", "limit"),
    [
        ("哪张信用卡年费最低", "年费", False, 1),
        ("年费最贵的三张信用卡", "年费", True, 3),
        ("年费最高的前两张信用卡", "年费", True, 2),
        ("业绩比较基准最高的理财产品", "业绩比较基准", True, 1),
        ("信用卡按年费从低到高排一下", "年费", False, 10),
        ("所有信用卡按年费排个序", "年费", True, 10),
        ("理财产品里半年以内的,按业绩比较基准由高到低", "业绩比较基准", True, 10),
    ],
)
def test_a_superlative(bank: Bank, text: str, predicate: str, descending: bool, limit: int) -> None:
    query = read(bank, text)
    assert query.ask is Ask.BEST
    assert query.order is not None
    assert (query.order.predicate, query.order.descending, query.limit) == (predicate, descending, limit)


@pytest.mark.parametrize("text", ["有多少款信用卡", "信用卡一共几张", "你们有几种信用卡"])
def test_a_count(bank: Bank, text: str) -> None:
    query = read(bank, text)
    assert (query.ask, query.cls and query.cls.name) == (Ask.COUNT, "信用卡")


@pytest.mark.parametrize(
    ("text", "focus", "predicates"),
    [
        ("稳盈1号和稳盈2号有什么区别", ["稳盈1号", "稳盈2号"], ()),
        ("稳盈1号跟2号比一比", ["稳盈1号", "稳盈2号"], ()),
        ("稳盈1号比稳盈2号收益高吗", ["稳盈1号", "稳盈2号"], ("业绩比较基准",)),
        ("优职贷和薪易贷、装修贷对比一下额度", ["云杉优职贷", "云杉薪易贷", "云杉装修贷"], ("贷款额度",)),
    ],
)
def test_a_comparison(bank: Bank, text: str, focus: list[str], predicates: tuple[str, ...]) -> None:
    query = read(bank, text)
    assert (query.ask, names(query), query.predicates) == (Ask.COMPARE, focus, predicates)


@pytest.mark.parametrize(
    ("text", "predicate", "target"),
    [
        ("稳盈1号是R2吗", "风险等级", "R2"),
        ("稳盈1号是不是R3", "风险等级", "R3"),
        ("稳盈1号是理财产品吗", "实例", "理财产品"),
        ("稳盈1号属于基金吗", "实例", "基金"),
    ],
)
def test_yes_or_no(bank: Bank, text: str, predicate: str, target: str) -> None:
    query = read(bank, text)
    (constraint,) = query.constraints
    meant = constraint.value.text if constraint.value else bank.lexicon.name_of(constraint.entity_id)
    assert (query.ask, constraint.predicate, meant) == (Ask.CHECK, predicate, target)


@pytest.mark.parametrize("text", ["哪部法规规定了存款保险限额", "存款保险最高偿付限额的依据是什么"])
def test_the_source_of_a_fact(bank: Bank, text: str) -> None:
    query = read(bank, text)
    assert (query.ask, names(query), query.predicates) == (Ask.SOURCE, ["存款保险"], ("最高偿付限额",))


@pytest.mark.parametrize(
    ("text", "ask"), [("我能办白金信用卡吗", Ask.ELIGIBLE), ("白金信用卡申请条件是什么", Ask.VALUE)]
)
def test_eligibility_asks_for_the_conditions(bank: Bank, text: str, ask: Ask) -> None:
    query = read(bank, text)
    assert (query.ask, names(query), query.predicates) == (ask, ["云杉白金信用卡"], ("申请条件",))


def test_what_points_to_a_thing(bank: Bank) -> None:
    query = read(bank, "云杉理财管理的产品有哪些")
    assert any(c.predicate == "管理人" and c.entity_id == bank.id_of("云杉理财") for c in query.constraints)


@pytest.mark.parametrize("text", ["飞天信用卡年费多少", "飞鹰信用卡的额度", "稳盈88号起购多少", "惠民宝三号期限"])
def test_a_product_that_is_unknown_is_not_its_class(bank: Bank, text: str) -> None:
    scene = scene_of(analyse(text, bank.lexicon, TODAY), bank.lexicon, Memory(), bank.understanding.topics)
    assert parse(scene)[0].absent


@pytest.mark.parametrize("text", ["", "。", "啊啊啊", "😀", "\u200b", "x" * 3000])
def test_nothing_to_read_is_no_reading(bank: Bank, text: str) -> None:
    scene = scene_of(analyse(text, bank.lexicon, TODAY), bank.lexicon, Memory(), bank.understanding.topics)
    assert parse(scene) == []


@pytest.mark.parametrize(
    ("text", "name", "predicates"),
    [
        ("优职贷的额度和期限分别是多少", "云杉优职贷", ("贷款额度", "贷款期限")),
        ("特惠存的起存额同埋递增额", "云杉特惠存", ("起存金额", "递增金额")),
        ("澄海基金注册资本多少，管着多少资产", "澄海基金", ("注册资本", "资产管理规模")),
        ("帮我查一下青岛渔港镇支行的地址", "云杉银行青岛渔港镇支行", ("地址",)),
        ("管澄海纯债那个人学历是什么", "澄海纯债", ("基金经理/学历",)),
        ("稳盈5号托管行的客服电话", "稳盈5号", ("托管人/客服热线",)),
        ("承保百万医疗险的公司偿付能力多少", "禾安百万医疗险", ("承保公司/偿付能力充足率",)),
        ("秦淮桥支行的上级分行电话", "云杉银行南京秦淮桥支行", ("上级机构/电话",)),
    ],
)
def test_attributes_asked_beside_each_other_or_of_what_a_relation_leads_to(
    bank: Bank, text: str, name: str, predicates: tuple[str, ...]
) -> None:
    query = read(bank, text)
    assert (names(query), query.predicates) == ([name], predicates)


@pytest.mark.parametrize(
    ("text", "cls", "predicate"),
    [
        ("860301是哪只基金", "基金", "基金代码"),
        ("YSCD2618是什么", "产品", "产品代码"),
        ("999302001010是哪个支行", "网点", "联行号"),
    ],
)
def test_a_code_asks_back_for_its_thing(bank: Bank, text: str, cls: str, predicate: str) -> None:
    query = read(bank, text)
    assert query.cls is not None
    assert (query.ask, query.cls.name, query.constraints[0].predicate) == (Ask.LIST, cls, predicate)
