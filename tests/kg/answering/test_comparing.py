"""Comparison of typed values: figures, bounds, ranges, texts, units."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kg.answering.comparing import holds_in_case, satisfies
from kg.facts import Qualifier
from kg.values import Kind, Op, Value
from tests.support.facts import fact, money, on, percent, term, text


@pytest.mark.parametrize(
    ("value", "op", "wanted", "verdict"),
    [
        (money(10000), Op.EQ, money(10000), True),
        (money(10000), Op.NE, money(10000), False),
        (money(10000), Op.LT, money(10000), False),
        (money(10000), Op.LE, money(10000), True),
        (money(10000), Op.GT, money(9999), True),
        (money(10500), Op.ABOUT, money(10000), True),
        (money(12000), Op.ABOUT, money(10000), False),
        (percent("1.9", "2.4"), Op.GE, percent("1.9"), True),
        (percent("1.9", "2.4"), Op.GE, percent("2"), False),
        (percent("1.9", "2.4"), Op.LE, percent("2.4"), True),
        (percent("1.9", "2.4"), Op.EQ, percent("2"), True),
        (percent("2"), Op.RANGE, percent("1.9", "2.4"), True),
        (percent("2"), Op.SAME, percent("1.9", "2.4"), False),
        (percent("1.9", "2.4"), Op.SAME, percent("1.9", "2.4"), True),
        (percent("1.9", "2.4"), Op.SAME, percent("1.9"), False),
        (percent("3"), Op.RANGE, percent("1.9", "2.4"), False),
        (term(6), Op.LE, term(12), True),
        (money(10000), Op.EQ, percent("3"), None),
        (text("人民币"), Op.EQ, text("人民币"), True),
        (text("人民幣"), Op.EQ, text("人民币"), True),
        (text("人民币"), Op.NE, text("美元"), True),
        (text("手机银行和网点"), Op.HAS, text("网点"), True),
        (text("人民币"), Op.GE, text("美元"), None),
        (text("随时"), Op.GE, money(3), None),
    ],
)
def test_satisfies(value: Value, op: Op, wanted: Value, verdict: bool | None) -> None:
    assert satisfies(value, op, wanted) is verdict


def test_alternatives_are_met_by_one_of_them() -> None:
    either = Value("R1或R2", Kind.LEVEL, alternatives=(level(1), level(2)))
    assert satisfies(level(2), Op.EQ, either) is True
    assert satisfies(level(3), Op.EQ, either) is False
    assert satisfies(level(3), Op.NE, either) is True


def level(number: int) -> Value:
    return Value(f"R{number}", Kind.LEVEL, Decimal(number), unit="R")


@pytest.mark.parametrize(
    ("stated", "asked", "holds"),
    [
        (on("期限", term(36)), on("期限", term(36)), True),
        (on("期限", term(36)), on("期限", term(12)), False),
        (on("金额", money(200000), Op.GE), on("金额", money(300000)), True),
        (on("金额", money(200000), Op.GE), on("金额", money(100000)), False),
        (on("渠道", text("手机银行")), on("渠道", text("手机银行")), True),
        (on("渠道", text("手机银行")), on("渠道", text("柜台")), False),
        (on("渠道", text("手机银行")), on("期限", term(36)), True),
    ],
)
def test_a_fact_speaks_of_a_case_unless_it_names_another(stated: Qualifier, asked: Qualifier, holds: bool) -> None:
    assert holds_in_case(fact("甲", "利率", percent("1"), stated), (asked,)) is holds
