"""One condition against what a customer said: met, not met, or not known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.conditions import parse_condition
from kg.eligibility import judge, statement_for
from kg.facts import Qualifier
from kg.ontology import Ontology, Predicate
from kg.values import Kind

ONTOLOGY = Ontology(
    {
        "年收入": Predicate("年收入", datatype=Kind.MONEY, unit="元"),
        "工作年限": Predicate("工作年限", datatype=Kind.TERM),
        "公积金缴存时间": Predicate("公积金缴存时间", datatype=Kind.TERM),
    }
)


def said(text: str) -> Qualifier:
    """A statement written as a condition is."""
    condition = parse_condition(text, ONTOLOGY)
    return Qualifier(condition.attribute, condition.op, condition.value)


@pytest.mark.parametrize(
    ("condition", "statement", "verdict"),
    [
        ("年龄≥18岁", "年龄=18岁", True),
        ("年龄≥18岁", "年龄=17岁", False),
        ("年龄<16岁", "年龄=16岁", False),
        ("年龄≤65岁", "年龄=65岁", True),
        ("年收入≥20万元", "年收入=25万元", True),
        ("年收入≥20万元", "年收入=20万元", True),
        ("年收入≥20万元", "年收入=19.99万元", False),
        ("年收入≥20万元", "年收入≥30万元", True),
        ("年收入≥20万元", "年收入≥10万元", None),
        ("年收入≥20万元", "年收入<20万元", False),
        ("年收入≥20万元", "年收入≤20万元", None),
        ("年收入≥20万元", "年收入<5万元", False),
        ("工作年限≥2年", "工作年限=24个月", True),
        ("公积金缴存时间≥12个月", "公积金缴存时间=1年", True),
        ("公积金缴存时间≥6个月", "公积金缴存时间=4个月", False),
        ("风险承受能力≥C3", "风险承受能力=C2", False),
        ("风险承受能力≥C3", "风险承受能力=C4", True),
        ("职业=公务员或教师或医生", "职业=教师", True),
        ("职业=公务员或教师或医生", "职业=农户", False),
        ("职业=全日制在校学生", "职业=在校学生", True),
        ("信用记录=良好", "信用记录=良好", True),
        ("信用记录=良好", "信用记录=不良", False),
        ("信用记录=良好", "信用记录≠良好", False),
        ("职业=公务员或教师", "职业≠教师", None),
        ("资产≥50万元", "资产=60万美元", None),
    ],
)
def test_three_values(condition: str, statement: str, verdict: bool | None) -> None:
    assert judge(parse_condition(condition, ONTOLOGY), said(statement)) is verdict


def test_unknown_is_never_yes() -> None:
    assert judge(parse_condition("年龄≥18岁"), None) is None


@given(st.integers(0, 120), st.integers(0, 120))
def test_a_bound_says_no_more_than_each_of_its_figures(limit: int, least: int) -> None:
    condition = parse_condition(f"年龄≥{limit}岁")
    verdict = judge(condition, said(f"年龄≥{least}岁"))
    each = {judge(condition, said(f"年龄={age}岁")) for age in range(least, 200)}
    assert verdict is (each.pop() if len(each) == 1 else None)


@pytest.mark.parametrize(
    ("attribute", "statement", "verdict"),
    [
        ("年收入", "月收入=2万元", True),
        ("年收入", "月收入=1万元", False),
        ("投保人年收入", "月收入=2万元", True),
        ("投保人年收入", "年收入=20万元", True),
    ],
)
def test_months_and_years_of_income_are_converted(attribute: str, statement: str, verdict: bool) -> None:
    found = statement_for(attribute, [said(statement)])
    assert judge(parse_condition(f"{attribute}≥20万元"), found) is verdict


def test_nothing_said_of_an_attribute_is_nothing() -> None:
    assert statement_for("年收入", [said("年龄=30岁")]) is None
