"""Whole calendar days and times of day as they are written: 2026-01-01, 二〇二六年一月一日, 下午3点半."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from functools import lru_cache

from kg.numerals import fold, parse_number

_CN = "〇零一二三四五六七八九"
_CN_DAY = "〇零一二三四五六七八九十廿卅"
YEAR_PATTERN = rf"(?:(?:1[6-9]|2[01])\d\d|[一二][{_CN}]{{3}})"
"""A year of four digits, Arabic or Chinese."""
DAY_NUMBER = rf"(?:\d{{1,2}}|[{_CN_DAY}]{{1,3}})"
PATTERN = (
    rf"(?<!\d){YEAR_PATTERN}年\s*{DAY_NUMBER}月\s*{DAY_NUMBER}[日号]"
    r"|(?<![\d.-])(?:1[6-9]|2[01])\d\d(?P<gap>[-/.])\d{1,2}(?P=gap)\d{1,2}(?!\d|[-/.]\d)"
)
"""Regular expression of one whole date in folded text."""
TIME_PATTERN = (
    r"(?<![\d:])(?:[01]?\d|2[0-4]):[0-5]\d(?::[0-5]\d)?(?![\d:])"
    rf"|(?:上午|下午|中午|晚上|早上|凌晨|傍晚)\s*(?:\d{{1,2}}|[{_CN_DAY}两]{{1,3}})点(?:半|整|钟|一刻|(?:\d{{1,2}}|[{_CN_DAY}]{{1,3}})分)?"
    rf"|(?<![\d.])(?:[01]?\d|2[0-4])点(?!\d|[几多])(?:半|整|钟|(?:\d{{1,2}}|[{_CN_DAY}]{{1,3}})分)?"
)
"""Regular expression of one time of day in folded text."""

_COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)")
_PARTS = re.compile(rf"({YEAR_PATTERN})\s*[年/.-]\s*({DAY_NUMBER})\s*[月/.-]\s*({DAY_NUMBER})[日号]?")
_TIME_PARTS = re.compile(rf"(\D*?)(\d{{1,2}}|[{_CN_DAY}两]{{1,3}})[:点](半|整|钟|一刻|[\d{_CN_DAY}]*)")
_LATE = ("下午", "晚上", "傍晚")


def read_date(text: str) -> date | None:
    """The day that folded `text` says as a whole, or None: no date, or one that the calendar does not have."""
    found = _PARTS.fullmatch(text) or _COMPACT.fullmatch(text)
    if found is None:
        return None
    year, month, day = (number_of(part) for part in found.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def parse_date(text: str) -> date | None:
    """The day that a cell says, or None. Cached: a file names few days many times."""
    return read_date(fold(text).strip())


def number_of(text: str) -> int:
    """A year, month or day in Arabic or Chinese digits; 0 when it is none, which no calendar has."""
    if len(text) == 4 and not text.isdigit():
        text = "".join(str("〇一二三四五六七八九".index("〇" if c == "零" else c)) for c in text)
    number = parse_number(text) or Decimal(0)
    return int(number)


def read_time(text: str) -> int | None:
    """Minutes since midnight of a matched time of day, or None when the clock has no such time."""
    found = _TIME_PARTS.match(text)
    if found is None:
        return None
    hour = int(parse_number(found[2]) or 0)
    minute = {"半": 30, "一刻": 15, "整": 0, "钟": 0, "": 0}.get(found[3])
    if minute is None:
        minute = int(parse_number(found[3]) or 0)
    if found[1].strip() in _LATE and hour < 12:
        hour += 12
    return hour * 60 + minute if hour * 60 + minute <= 24 * 60 and minute < 60 else None
