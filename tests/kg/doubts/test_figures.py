"""A figure ten times off, from what it was or from those of its class, is doubted; others are not."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from kg.delta import Delta
from kg.doubts.figures import jumps, strays
from kg.doubts.scene import Scene
from kg.facts import Fact
from kg.ontology import Ontology
from kg.problems import Severity
from kg.values import Kind, Value
from tests.support.facts import fact, member, money, percent, text
from tests.support.head import MemoryHead

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


def priced(amounts: dict[str, int], cls: str = "理财产品") -> tuple[Fact, ...]:
    """Members of a class with a figure each."""
    return tuple(
        f for name, amount in amounts.items() for f in (member(name, cls), fact(name, "起购金额", money(amount)))
    )


USUAL = {"甲": 10000, "乙": 50000, "丙": 10000, "丁": 100000}


@pytest.mark.parametrize(
    ("new", "doubted"),
    [
        ({"新": 1000000}, True),
        ({"新": 1000}, True),
        ({"新": 900000}, False),
        ({"新": 5000}, False),
        ({"新": 10000000, "次新": 10000000}, False),
    ],
)
def test_a_new_figure_is_held_against_those_of_its_class(new: dict[str, int], doubted: bool) -> None:
    for head, added in (
        (MemoryHead(priced(USUAL)), priced(new)),
        (MemoryHead(), (*priced(USUAL), *priced(new))),
    ):
        told = list(strays(Scene(Delta(head.revision, added=added), head, Ontology())))
        assert [p.value for p in told] == ([money(new["新"]).text] if doubted else [])


def test_a_class_of_few_says_nothing_of_a_figure() -> None:
    head = MemoryHead(priced({"甲": 1, "乙": 2}))
    assert list(strays(Scene(Delta(1, added=priced({"新": 1000})), head, Ontology()))) == []


def test_figures_of_other_units_and_cases_are_not_compared() -> None:
    head = MemoryHead(priced(USUAL))
    added = (member("新", "理财产品"), fact("新", "起购金额", percent("0.01")))
    assert list(strays(Scene(Delta(1, added=added), head, Ontology()))) == []
