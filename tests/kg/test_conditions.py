"""Conditions and qualifiers: `属性 比较 值`, and how conditions add up along classes."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kg.cells import ValueFault
from kg.conditions import accumulate, parse_condition
from kg.facts import Fact
from kg.ontology import Ontology, Predicate
from kg.qualifiers import parse_qualifiers
from kg.values import Kind, Op, Value

ONTOLOGY = Ontology(
    {
        "期限": Predicate("期限", datatype=Kind.TERM),
        "金额": Predicate("金额", datatype=Kind.MONEY, unit="元"),
        "渠道": Predicate("渠道"),
    }
)

CONDITIONS = {
    "年龄≥18岁": ("年龄", Op.GE, Kind.AGE, "18"),
    "年龄≥18": ("年龄", Op.GE, Kind.AGE, "18"),
    "年龄>=18周岁": ("年龄", Op.GE, Kind.AGE, "18"),
    "年龄不低于18岁": ("年龄", Op.GE, Kind.AGE, "18"),
    "年龄=18岁以上": ("年龄", Op.GE, Kind.AGE, "18"),
    "年龄=18岁-65岁": ("年龄", Op.RANGE, Kind.AGE, "18"),
    "年收入≥20万元": ("年收入", Op.GE, Kind.MONEY, "200000"),
    "工作年限≥1年": ("工作年限", Op.GE, Kind.TERM, "365"),
    "信用记录=良好": ("信用记录", Op.EQ, Kind.TEXT, None),
    "国籍＝中国": ("国籍", Op.EQ, Kind.TEXT, None),
    "职业≠学生": ("职业", Op.NE, Kind.TEXT, None),
    "年龄＜60岁": ("年龄", Op.LT, Kind.AGE, "60"),
    "风险承受能力≥C3": ("风险承受能力", Op.GE, Kind.LEVEL, "3"),
}


@pytest.mark.parametrize(("text", "expected"), CONDITIONS.items())
def test_parse_condition(text: str, expected: tuple[str, Op, Kind, str | None]) -> None:
    condition = parse_condition(text)
    number = None if expected[3] is None else Decimal(expected[3])
    assert (condition.attribute, condition.op, condition.value.kind, condition.value.number) == (*expected[:3], number)
    assert condition.value.op is condition.op


def test_alternatives_stand_inside_one_condition() -> None:
    condition = parse_condition("职业=公务员或教师或医生")
    assert [a.text for a in condition.value.alternatives] == ["公务员", "教师", "医生"]


@pytest.mark.parametrize("text", ["年龄", "≥18岁", "年龄≥", "", "年龄≥18岁以上", "年龄≥很大"])
def test_condition_faults(text: str) -> None:
    with pytest.raises(ValueFault):
        parse_condition(text)


def condition_fact(subject: str, text: str) -> Fact:
    return Fact(f"{subject}{text}", subject, subject, "申请条件", value=Value(text, Kind.CONDITION))


def test_conditions_accumulate_and_only_the_same_attribute_is_replaced() -> None:
    own = [condition_fact("白金卡", "年收入≥20万元")]
    card = [condition_fact("信用卡", "年龄≥18岁"), condition_fact("信用卡", "年龄≤65岁")]
    bank = [condition_fact("银行卡", "年龄≥16岁"), condition_fact("银行卡", "证件=身份证")]
    assert [f.text for f in accumulate([own, card, bank])] == ["年收入≥20万元", "年龄≥18岁", "年龄≤65岁", "证件=身份证"]


def test_parents_that_disagree_are_both_kept() -> None:
    parents = [condition_fact("甲类", "年龄≥18岁"), condition_fact("乙类", "年龄≥20岁")]
    assert [f.text for f in accumulate([[], parents])] == ["年龄≥18岁", "年龄≥20岁"]


def test_qualifiers_are_typed_by_their_own_predicate_and_sorted() -> None:
    found = parse_qualifiers("金额≥20；期限=3年;渠道=手机银行", ONTOLOGY)
    assert [(q.name, q.op, q.value.kind) for q in found] == [
        ("期限", Op.EQ, Kind.TERM),
        ("渠道", Op.EQ, Kind.TEXT),
        ("金额", Op.GE, Kind.MONEY),
    ]
    assert all(q.op is q.value.op for q in found)


def test_qualifier_ranges_and_words() -> None:
    (amount,) = parse_qualifiers("金额=5万元-20万元", ONTOLOGY)
    assert amount.op is Op.RANGE
    assert (amount.value.number, amount.value.number_to) == (Decimal(50_000), Decimal(200_000))
    (term,) = parse_qualifiers("期限=活期", ONTOLOGY)
    assert (term.op, term.value.kind, term.value.text) == (Op.EQ, Kind.TEXT, "活期")


@pytest.mark.parametrize("text", ["期限", "期限=3匹", "金额≥很多", "=3年"])
def test_qualifier_faults(text: str) -> None:
    with pytest.raises(ValueFault):
        parse_qualifiers(text, ONTOLOGY)
