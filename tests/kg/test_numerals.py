"""Numerals as people write them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.numerals import fold, parse_number

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


def to_chinese(number: int) -> str:
    """Chinese numeral of a whole number from 0 to 9999 9999 9999: 20 → 二十, 105 → 一百零五."""
    if number == 0:
        return "零"
    parts: list[str] = []
    for name, base in (("亿", 100_000_000), ("万", 10_000), ("", 1)):
        group, number = divmod(number, base)
        if group == 0:
            continue
        if parts and group < 1000:
            parts.append("零")
        parts.append(_group_to_chinese(group) + name)
    text = "".join(parts)
    return text[1:] if text.startswith("一十") else text


def _group_to_chinese(group: int) -> str:
    digits = "零一二三四五六七八九"
    text = ""
    for name, base in (("千", 1000), ("百", 100), ("十", 10), ("", 1)):
        digit, group = divmod(group, base)
        if digit:
            text += digits[digit] + name
        elif text and not text.endswith("零") and group:
            text += "零"
    return text


@given(st.integers(0, 10**12 - 1))
def test_a_numeral_written_in_chinese_is_read_as_its_number(number: int) -> None:
    assert parse_number(to_chinese(number)) == number


@given(st.text())
def test_fold_keeps_the_length_and_is_idempotent(text: str) -> None:
    folded = fold(text)
    assert len(folded) == len(text)
    assert fold(folded) == folded
