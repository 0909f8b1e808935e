"""Keys, ids and content hashes of facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.fact_key import ContentHash, canonical_qualifiers, canonical_value, content_of, fact_id
from kg.facts import Fact
from kg.values import Kind, Op, Value
from tests.support.facts import fact, money, on, percent, term, text

RATE = fact("定期存款", "年利率", percent("1.90"), on("期限", term(36)), since=date(2026, 1, 1))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (percent("2.50"), "=2.5%"),
        (percent("2.10", "3.60"), "…2.1-3.6%"),
        (money(50000, op=Op.GE), "≥50000元"),
        (Value("三年", Kind.TERM, Decimal(1095), unit="天", months=36), "=36月"),
        (Value("1万元", Kind.MONEY, Decimal("1E+4"), unit="元"), "=10000元"),
        (text("随时赎回"), "随时赎回"),
        (Value("本科或硕士", Kind.TEXT, alternatives=(text("硕士"), text("本科"))), "本科或硕士"),
    ],
)
def test_values_by_what_they_mean(value: Value, expected: str) -> None:
    assert canonical_value(value) == expected


def test_qualifiers_don_t_depend_on_order_and_spelling() -> None:
    years = Value("三年", Kind.TERM, Decimal(1095), unit="天", months=36)
    one = (on("期限", term(36)), on("渠道", text("手机银行")))
    assert canonical_qualifiers(one) == canonical_qualifiers((on("渠道", text("手机银行")), on("期限", years)))


@pytest.mark.parametrize(
    ("other", "one_valued", "many_valued"),
    [
        (replace(RATE, value=percent("2.00")), True, False),
        (replace(RATE, value=percent("1.9")), True, True),
        (replace(RATE, source="利率表", article="一", line=99, file="b.csv", valid_to=date(2027, 1, 1)), True, True),
        (replace(RATE, valid_from=None), False, False),
        (replace(RATE, qualifiers=()), False, False),
        (replace(RATE, predicate="利率"), False, False),
        (replace(RATE, subject_id="活期存款"), False, False),
    ],
)
def test_what_makes_two_facts_the_same(other: Fact, one_valued: bool, many_valued: bool) -> None:
    assert (fact_id(other, many=False) == fact_id(RATE, many=False)) is one_valued
    assert (fact_id(other, many=True) == fact_id(RATE, many=True)) is many_valued


def test_content_is_all_but_the_place_in_a_file() -> None:
    assert content_of(replace(RATE, line=9, file="b.csv", editor="李娜", rev_from=4)) == content_of(RATE)
    assert content_of(replace(RATE, source="新利率表")) != content_of(RATE)
    assert content_of(replace(RATE, valid_to=date(2027, 1, 1))) != content_of(RATE)


@given(st.lists(st.text(max_size=5)), st.lists(st.text(max_size=5)))
def test_what_is_taken_out_again_leaves_no_trace(kept: list[str], passing: list[str]) -> None:
    straight, roundabout = ContentHash(), ContentHash()
    for item in [*passing, *reversed(kept)]:
        roundabout.add(item)
    for item in passing:
        roundabout.remove(item)
    for item in kept:
        straight.add(item)
    assert str(straight) == str(roundabout) == str(ContentHash(str(straight)))
