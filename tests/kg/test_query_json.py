"""A Query goes to JSON and back unchanged, whatever stands in it."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.facts import Qualifier
from kg.query import Ask, Constraint, Entity, Order, Period, Query
from kg.values import Kind, Op, Value

words = st.text(alphabet="稳盈号期限年费利率0123456789%·/（）\"'\\", min_size=1, max_size=12)
numbers = st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9)
values = st.builds(
    Value,
    text=words,
    kind=st.sampled_from(Kind),
    number=st.none() | numbers,
    number_to=st.none() | numbers,
    op=st.sampled_from(Op),
    unit=st.sampled_from(["", "元", "%", "天"]),
    date=st.none() | st.dates(),
    months=st.none() | st.integers(1, 600),
)
alternatives = st.builds(Value, text=words, kind=st.just(Kind.TEXT), alternatives=st.tuples(values, values))
entities = st.builds(Entity, id=words, name=words, surface=words, how=st.sampled_from(["exact", "alias", "carried"]))
constraints = st.builds(Constraint, predicate=words, op=st.sampled_from(Op), value=values | alternatives) | st.builds(
    Constraint, predicate=words, op=st.sampled_from(Op), entity_id=words
)
periods = st.tuples(st.dates(), st.dates(), words).map(lambda p: Period(min(p[:2]), max(p[:2]), p[2]))
queries = st.builds(
    Query,
    ask=st.sampled_from(Ask),
    focus=st.lists(entities, max_size=3).map(tuple),
    cls=st.none() | entities,
    predicates=st.lists(words, max_size=3).map(tuple),
    constraints=st.lists(constraints, max_size=3).map(tuple),
    qualifiers=st.lists(st.builds(Qualifier, words, st.sampled_from(Op), values), max_size=2).map(tuple),
    order=st.none() | st.builds(Order, words, st.booleans()),
    limit=st.none() | st.integers(1, 50),
    offset=st.integers(0, 100),
    period=st.none() | periods,
)


@given(queries)
def test_a_query_comes_back_as_it_was(query: Query) -> None:
    assert Query.from_json(json.loads(json.dumps(query.to_json(), ensure_ascii=False))) == query


@given(queries)
def test_its_print_is_its_json(query: Query) -> None:
    assert json.loads(str(query)) == query.to_json()


def test_figures_stay_exact() -> None:
    query = Query(
        Ask.VALUE, constraints=(Constraint("利率", Op.GE, Value("0.10%", Kind.PERCENT, Decimal("0.10"), unit="%")),)
    )
    assert query.to_json()["constraints"][0]["value"]["number"] == "0.10"


def test_an_empty_query_is_short() -> None:
    assert Query(Ask.LIST).to_json() == {"version": 1, "ask": "list"}


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        ({"version": 2, "ask": "list"}, "version 2"),
        ({"ask": "list"}, "version None"),
        ({"version": 1, "ask": "list", "colour": "red"}, "colour"),
        ({"version": 1, "ask": "sing"}, "sing"),
    ],
)
def test_what_is_no_query_is_refused(data: dict[str, object], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        Query.from_json(data)


def test_a_period_keeps_its_days() -> None:
    query = Query(Ask.VALUE, period=Period(date(2025, 1, 1), date(2025, 12, 31), "去年"))
    assert Query.from_json(query.to_json()).period == query.period
