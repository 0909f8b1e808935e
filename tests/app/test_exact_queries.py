"""Whether a turn was understood exactly, judged by what the expected answer fixes."""

from __future__ import annotations

import pytest

from app.evaluation.cases import expectation
from app.evaluation.queries import query_exact
from app.evaluation.reading import Reply
from kg.answer import Outcome
from kg.facts import Qualifier
from kg.query import Ask, Entity, Order, Query
from kg.values import Kind, Op, Value

CARD = Entity("c", "云杉白金信用卡")
FEE = ("云杉白金信用卡", "年费", "600元")
TWELVE = ("云杉白金信用卡", "分期手续费", "0.60%", "期数=12期")


def reply(query: Query | None, *facts: tuple[str, ...]) -> Reply:
    return Reply("", Outcome.ANSWERED, facts=facts, query=query)


def case(name: str) -> tuple[Qualifier, ...]:
    return (Qualifier(name, Op.EQ, Value("12期", Kind.TEXT)),)


@pytest.mark.parametrize(
    ("expected", "query", "facts", "exact"),
    [
        ([FEE], Query(Ask.VALUE, (CARD,), predicates=("年费",)), [FEE], True),
        ([FEE], Query(Ask.VALUE, (CARD,), predicates=("年费", "免息期")), [FEE], False),
        ([FEE], Query(Ask.LIST, cls=CARD), [FEE], False),
        ([FEE], Query(Ask.VALUE, (Entity("x", "云杉金卡信用卡"),), predicates=("年费",)), [], False),
        (
            [("信用卡", "年费", "1元")],
            Query(Ask.VALUE, (CARD,), predicates=("年费",)),
            [("信用卡", "年费", "1元")],
            True,
        ),
        ([FEE], None, [], False),
        ([TWELVE], Query(Ask.VALUE, (CARD,), predicates=("分期手续费",), qualifiers=case("期数")), [TWELVE], True),
        ([TWELVE], Query(Ask.VALUE, (CARD,), predicates=("分期手续费",), qualifiers=case("渠道")), [TWELVE], False),
        (
            [TWELVE],
            Query(Ask.VALUE, (CARD,), predicates=("分期手续费",)),
            [TWELVE, ("云杉白金信用卡", "分期手续费", "0.58%", "期数=24期")],
            False,
        ),
    ],
)
def test_attributes(expected: list[tuple[str, ...]], query: Query, facts: list[tuple[str, ...]], exact: bool) -> None:
    wanted = expectation({"facts": expected, "facts_only": True})
    assert query_exact(wanted, reply(query, *facts)) is exact


@pytest.mark.parametrize(
    ("expected", "query", "exact"),
    [
        ({"count": True, "total": 3}, Query(Ask.COUNT, cls=CARD), True),
        ({"count": True, "total": 3}, Query(Ask.LIST, cls=CARD), False),
        ({"members": ["甲"]}, Query(Ask.LIST, cls=CARD), True),
        ({"members": ["甲"]}, Query(Ask.REVERSE, (CARD,), predicates=("管理人",)), True),
        ({"best": ["甲"], "candidates": ["甲"]}, Query(Ask.BEST, cls=CARD, order=Order("年费", True)), True),
        ({"best": ["甲"], "candidates": ["甲"]}, Query(Ask.COMPARE, (CARD,)), False),
    ],
)
def test_sets(expected: dict[str, object], query: Query, exact: bool) -> None:
    assert query_exact(expectation(expected), reply(query)) is exact


@pytest.mark.parametrize(
    "expected",
    [
        {"outcome": "unanswerable"},
        {"faq": "怎么办卡"},
        {"reply_has": ["1875"]},
        {"any_facts": [[[FEE]]]},
        {"outcome": ["answered", "clarify"], "facts": [FEE], "facts_only": True},
    ],
)
def test_what_leaves_the_query_open_does_not_count(expected: dict[str, object]) -> None:
    assert query_exact(expectation(expected), reply(Query(Ask.VALUE, (CARD,)))) is None
