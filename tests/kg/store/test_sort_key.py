"""Keys sort as the numbers they stand for."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.store.sort_key import high_key, low_key, number_key, numbers_span, text_key, texts_span
from tests.support.facts import money, percent, text

numbers = st.decimals(allow_nan=False, allow_infinity=False, min_value=Decimal("-1e40"), max_value=Decimal("1e40"))


@given(numbers, numbers)
def test_keys_order_as_numbers_do(one: Decimal, other: Decimal) -> None:
    assert (number_key(one) < number_key(other)) == (one < other)
    assert (number_key(one) == number_key(other)) == (one == other)


@pytest.mark.parametrize(
    "ascending",
    [
        [
            "-1000",
            "-99.5",
            "-99",
            "-0.51",
            "-0.5",
            "0",
            "0.0001",
            "0.035",
            "0.35",
            "1",
            "9.99",
            "10",
            "100",
            "20000000",
        ],
        ["1", "1.2", "1.23", "1.3", "12", "12.3"],
        ["-12.3", "-12", "-1.3", "-1.23", "-1.2", "-1"],
    ],
)
def test_figures_of_a_bank_in_order(ascending: list[str]) -> None:
    assert sorted(ascending, key=lambda n: number_key(Decimal(n))) == ascending


def test_equal_numbers_have_one_key() -> None:
    assert number_key(Decimal("2.50")) == number_key(Decimal("2.5")) == number_key(Decimal("0.25E+1"))


def test_what_has_no_order_is_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        number_key(Decimal("NaN"))


def test_numbers_and_texts_of_a_predicate_lie_in_their_spans() -> None:
    low, high = numbers_span("年利率")
    assert low <= low_key("年利率", percent("-0.5")) < high
    assert low <= low_key("年利率", percent("2.35")) < high
    low, high = texts_span("年利率")
    assert low <= low_key("年利率", text("浮动")) < high


def test_only_a_range_has_a_key_for_its_upper_end() -> None:
    assert high_key("基准", percent("2.10", "3.60")) == f"基准|{number_key(Decimal('3.60'))}"
    assert high_key("起购金额", money(10000)) is None


@pytest.mark.parametrize(("one", "other"), [("ＵＳＤ", "usd"), (" 人民币 ", "人民币"), ("１年", "1年")])
def test_texts_equal_but_for_width_and_case_share_a_key(one: str, other: str) -> None:
    assert text_key(one) == text_key(other)


def test_long_texts_differ_at_the_end() -> None:
    assert text_key("甲" * 100 + "乙") != text_key("甲" * 100 + "丙")
