"""Numerals as people write them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.numerals import fold, parse_number, to_chinese

NUMBERS = {
    "5": "5",
    "0": "0",
    "007": "7",
    "3,000.00": "3000",
    "1,234,567": "1234567",
    "1.5万": "15000",
    "3千万": "30000000",
    "1亿2000万": "120000000",
    "5w": "50000",
    "1.5W": "15000",
    "10k": "10000",
    "五": "5",
    "十": "10",
    "十五": "15",
    "二十": "20",
    "廿": "20",
    "廿五": "25",
    "卅": "30",
    "两千": "2000",
    "一百零五": "105",
    "一百五": "150",
    "一千零三十": "1030",
    "三万五": "35000",
    "五十万": "500000",
    "一百二十万": "1200000",
    "一亿二千万": "120000000",
    "一万亿": "1000000000000",
    "伍万": "50000",
    "贰拾叁": "23",
    "壹佰": "100",
    "三点五": "3.5",
    "两点五万": "25000",
    "零点零五": "0.05",
    "二〇二六": "2026",
    "二零二四": "2024",
}


@pytest.mark.parametrize(("text", "number"), NUMBERS.items())
def test_parse_number(text: str, number: str) -> None:
    assert parse_number(text) == Decimal(number)


@pytest.mark.parametrize(
    "text", ["", "万", "千", "万亿", "两三", "七八", "百千", "3万5亿", "abc", "一点", "点五", "1.2.3"]
)
def test_no_number(text: str) -> None:
    assert parse_number(text) is None


@given(st.integers(0, 10**12 - 1))
def test_chinese_numerals_go_both_ways(number: int) -> None:
    assert parse_number(to_chinese(number)) == number


@pytest.mark.parametrize("number", [-1, 10**12])
def test_to_chinese_refuses_what_it_cannot_write(number: int) -> None:
    with pytest.raises(ValueError, match="写不成中文数字"):
        to_chinese(number)


@given(st.text())
def test_fold_keeps_the_length_and_is_idempotent(text: str) -> None:
    folded = fold(text)
    assert len(folded) == len(text)
    assert fold(folded) == folded
