"""A figure that becomes ten times what it was is doubted; other changes are not."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from kg.loading_doubts import MOST, jumps
from kg.problems import Severity
from kg.values import Kind, Value
from tests.support.facts import fact, money, percent, text

DAY = Value("2026-01-01", Kind.DATE, Decimal(739617), date=date(2026, 1, 1))


@pytest.mark.parametrize(
    ("old", "new", "doubted"),
    [
        (money(10000), money(100000), True),
        (money(10000), money(1000), True),
        (money(10000), money(50000), False),
        (percent("1.55"), percent("15.5"), True),
        (percent("1.55"), percent("1.65"), False),
        (money(0), money(100), False),
        (money(100), percent("100"), False),
        (text("好"), text("坏"), False),
        (DAY, DAY, False),
    ],
)
def test_orders_of_magnitude_are_doubted(old: Value, new: Value, doubted: bool) -> None:
    told = list(jumps([(fact("甲", "费用", old), fact("甲", "费用", new, line=7))]))
    assert [(p.line, p.severity) for p in told] == ([(7, Severity.WARNING)] if doubted else [])


def test_not_more_than_some_are_listed() -> None:
    pair = (fact("甲", "费用", money(1)), fact("甲", "费用", money(100)))
    assert len(list(jumps([pair] * 1000))) == MOST
