"""What is written for a fact is what is read from it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.facts import Qualifier
from kg.store.records import (
    FACT_PROPERTIES,
    LITERAL_PROPERTIES,
    fact_from_row,
    literal_row,
    name_at,
    past_with,
    stands_at,
)
from kg.values import Kind, Op, Value
from tests.support.facts import fact

numbers = st.one_of(
    st.none(), st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15)
)
plain_values = st.builds(
    Value,
    text=st.text(min_size=1, max_size=20),
    kind=st.sampled_from(Kind),
    number=numbers,
    number_to=numbers,
    op=st.sampled_from(Op),
    unit=st.sampled_from(["", "元", "%", "天"]),
    date=st.one_of(st.none(), st.dates()),
    months=st.one_of(st.none(), st.integers(0, 600)),
)
values = st.one_of(
    plain_values,
    st.builds(
        Value, text=st.text(min_size=1, max_size=20), kind=st.sampled_from(Kind), alternatives=st.tuples(plain_values)
    ),
)
qualifiers = st.lists(
    st.builds(Qualifier, st.text(min_size=1, max_size=4), st.sampled_from(Op), plain_values), max_size=2
)


@given(values, qualifiers, st.one_of(st.none(), st.dates()), st.text(max_size=8))
def test_a_literal_fact_comes_back_whole(
    value: Value, narrowed: list[Qualifier], since: date | None, source: str
) -> None:
    said = fact("稳盈1号", "属性", value, *narrowed, since=since, source=source)
    subject, *stored = literal_row(said, value)
    origin = stored[: len(FACT_PROPERTIES)]
    literal = dict(zip(LITERAL_PROPERTIES, stored[len(FACT_PROPERTIES) :], strict=True))
    shown = literal["text"] if literal["value"] is None else None
    row = [subject, subject, None, *origin, 0, 2**62, None, None, None, shown, literal["value"]]
    assert fact_from_row(row, 1) == said


@pytest.mark.parametrize(
    ("revision", "name", "stands"),
    [(1, "甲", True), (2, "甲", True), (3, "甲乙", True), (4, "甲乙", False), (5, "甲乙丙", True), (9, "甲乙丙", True)],
)
def test_names_and_lives_of_an_entity(revision: int, name: str, stands: bool) -> None:
    past = past_with(past_with(None, "甲", 1, 3), "甲乙", 3, 4)
    assert name_at("甲乙丙", 5, past, revision) == name
    assert stands_at(5, 2**62, past, revision) is stands


def test_a_decimal_keeps_its_digits() -> None:
    value = Value("2.10%", Kind.PERCENT, Decimal("2.10"), unit="%")
    stored = dict(
        zip(LITERAL_PROPERTIES, literal_row(fact("甲", "率", value), value)[1 + len(FACT_PROPERTIES) :], strict=True)
    )
    assert '"2.10"' in stored["value"]
