"""Periods that customers speak of, seen from Sunday 2026-11-15."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.periods import add_months, find_periods

TODAY = date(2026, 11, 15)
OPEN_START, OPEN_END = "0001-01-01", "9999-12-31"

# sentence → words, first day, last day
PERIODS = {
    "去年的利率": ("去年", "2025-01-01", "2025-12-31"),
    "前年6月呢": ("前年6月", "2024-06-01", "2024-06-30"),
    "今年上半年": ("今年上半年", "2026-01-01", "2026-06-30"),
    "去年这时候的利率": ("去年这时候", "2025-11-15", "2025-11-15"),
    "前年同期": ("前年同期", "2024-11-15", "2024-11-15"),
    "下个月起购多少": ("下个月", "2026-12-01", "2026-12-31"),
    "去年底的利率": ("去年底", "2025-12-01", "2025-12-31"),
    "去年6月1日": ("去年6月1日", "2025-06-01", "2025-06-01"),
    "明年": ("明年", "2027-01-01", "2027-12-31"),
    "上个月的": ("上个月", "2026-10-01", "2026-10-31"),
    "下个月起": ("下个月起", "2026-12-01", OPEN_END),
    "本月15号": ("本月15号", "2026-11-15", "2026-11-15"),
    "上季度": ("上季度", "2026-07-01", "2026-09-30"),
    "下季度起利率是多少": ("下季度起", "2027-01-01", OPEN_END),
    "第二季度": ("第二季度", "2026-04-01", "2026-06-30"),
    "2019年存款保险多少": ("2019年", "2019-01-01", "2019-12-31"),
    "2024年6月的": ("2024年6月", "2024-06-01", "2024-06-30"),
    "2024年6月1日": ("2024年6月1日", "2024-06-01", "2024-06-01"),
    "2024-06-01的": ("2024-06-01", "2024-06-01", "2024-06-01"),
    "2024/6/1": ("2024/6/1", "2024-06-01", "2024-06-01"),
    "2024-06": ("2024-06", "2024-06-01", "2024-06-30"),
    "二〇二四年": ("二〇二四年", "2024-01-01", "2024-12-31"),
    "24年6月": ("24年6月", "2024-06-01", "2024-06-30"),
    "08年的时候": ("08年", "2008-01-01", "2008-12-31"),
    "2024年第一季度": ("2024年第一季度", "2024-01-01", "2024-03-31"),
    "2024Q3": ("2024Q3", "2024-07-01", "2024-09-30"),
    "昨天": ("昨天", "2026-11-14", "2026-11-14"),
    "上周": ("上周", "2026-11-02", "2026-11-08"),
    "上周五": ("上周五", "2026-11-06", "2026-11-06"),
    "2019年到2021年": ("2019年到2021年", "2019-01-01", "2021-12-31"),
    "2019-2021年": ("2019-2021年", "2019-01-01", "2021-12-31"),
    "去年6月至今年3月": ("去年6月至今年3月", "2025-06-01", "2026-03-31"),
    "三年前是多少": ("三年前", "2023-11-15", "2023-11-15"),
    "半年前": ("半年前", "2026-05-15", "2026-05-15"),
    "10天前": ("10天前", "2026-11-05", "2026-11-05"),
    "最近三年": ("最近三年", "2023-11-15", "2026-11-15"),
    "2024年以前": ("2024年以前", OPEN_START, "2023-12-31"),
    "2020年以来": ("2020年以来", "2020-01-01", "2026-11-15"),
    "2025年1月1日起": ("2025年1月1日起", "2025-01-01", OPEN_END),
    "6月份的": ("6月份", "2026-06-01", "2026-06-30"),
    "6月15日": ("6月15日", "2026-06-15", "2026-06-15"),
    "那现在呢": ("现在", "2026-11-15", "2026-11-15"),
}


@pytest.mark.parametrize(("sentence", "expected"), PERIODS.items())
def test_find_periods(sentence: str, expected: tuple[str, str, str]) -> None:
    (found,) = find_periods(sentence, TODAY)
    period = found.period
    assert (period.text, str(period.start), str(period.end)) == expected
    assert sentence[found.start : found.end] == expected[0]


@pytest.mark.parametrize(
    "sentence",
    [
        "R2以下半年以内",
        "看一下周边有什么餐馆",
        "这周围有网点吗",
        "5万以上月付息",
        "三年期",
        "3个月",
        "存一年",
        "半年以内",
        "提前3天通知",
        "2024年2月30日",
        "2.5元",
        "稳盈2024号",
        "9:00-17:00",
        "",
    ],
)
def test_no_period(sentence: str) -> None:
    assert find_periods(sentence, TODAY) == []


def test_periods_count_from_today_and_never_from_the_clock() -> None:
    (found,) = find_periods("去年", date(2020, 1, 1))
    assert (found.period.start, found.period.end) == (date(2019, 1, 1), date(2019, 12, 31))


def test_the_last_day_of_a_short_month() -> None:
    assert add_months(date(2024, 3, 31), -1) == date(2024, 2, 29)
    assert add_months(date(2026, 12, 31), 2) == date(2027, 2, 28)


@given(st.text(max_size=100), st.dates())
def test_any_text_is_survived(text: str, today: date) -> None:
    for found in find_periods(text, today):
        assert found.period.start <= found.period.end or found.period.start == date.min


@given(
    st.text(alphabet="去今前明上下本年月日季度底初末12024一二三-/至到起以前后近天周个", max_size=16),
    st.dates(date(1900, 1, 1), date(2100, 1, 1)),
)
def test_period_like_text_is_survived(text: str, today: date) -> None:
    for found in find_periods(text, today):
        assert 0 <= found.start < found.end <= len(text)
