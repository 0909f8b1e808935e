"""Figures with a form of their own: R2, dates, times, T+1, 百分之三点五, 月息5厘, 半年, 九五折."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from kg import dates, levels
from kg.atoms import Atom, months_atom, tidy
from kg.numerals import PATTERN as NUMERAL
from kg.numerals import parse_number
from kg.units import DAY, WORK_DAY
from kg.values import Kind

HOURS = ("小时", "钟头")
_BASES = {"百": Decimal(100), "千": Decimal(1000), "万": Decimal(10_000), "百万": Decimal(1_000_000)}
_OLD_RATES = {"年": Decimal(1), "月": Decimal("0.1"), "日": Decimal("0.01")}
_OLD_UNITS = {"分": Decimal(10), "厘": Decimal(1), "毫": Decimal("0.1")}
_HALF = r"(?:(?<=以[上下前后])|(?<![上下前后大小一两二三四五六七八九十几\d]))半"
"""Half of something; 下半年 is a time and 大半年 more, but 以下半年 a bound with the half behind it."""
PATTERN = (
    rf"(?P<level>{levels.PATTERN})"
    rf"|(?P<date>{dates.PATTERN})"
    rf"|(?P<time>{dates.TIME_PATTERN})"
    r"|(?P<trade>[Tt]\s*\+\s*(?P<days>\d{1,3})\s*(?:个?(?:工作日|交易日)|日)?)"
    rf"|(?P<fraction>(?P<minus>-|负)?(?P<base>[十百千万]+|[二三四五六七八九])分之(?P<part>{NUMERAL})|百分百)"
    rf"|(?P<interest>[年月日]息(?P<rate>{NUMERAL})(?P<old>[分厘毫])(?!之))"
    rf"|(?P<half>{_HALF}(?:(?P<year>年)|个?(?P<part_of>月|天|日|小时|钟头)))"
    r"|(?P<discount>(?P<two>[一二三四五六七八九]{2})折(?!叠))"
)
"""Regular expression of one such figure in folded text; its group of READERS says which."""


def _level(match: re.Match[str]) -> Atom:
    scale, number = levels.read(match["level"])
    prefix = match.start() + len(match["level"].rstrip("级0123456789"))
    return Atom(match.start(), match.end(), Kind.LEVEL, Decimal(number), scale, digits=prefix)


def _date(match: re.Match[str]) -> Atom | None:
    day = dates.read_date(match["date"])
    return None if day is None else Atom(match.start(), match.end(), Kind.DATE, Decimal(day.toordinal()), date=day)


def _time(match: re.Match[str]) -> Atom | None:
    minutes = dates.read_time(match["time"])
    return None if minutes is None else Atom(match.start(), match.end(), Kind.TIME, Decimal(minutes))


def _trade(match: re.Match[str]) -> Atom:
    return Atom(match.start(), match.end(), Kind.TERM, Decimal(match["days"]), WORK_DAY)


def _fraction(match: re.Match[str]) -> Atom | None:
    if match["part"] is None:  # 百分百
        return Atom(match.start(), match.end(), Kind.PERCENT, Decimal(100), "%")
    part = Decimal(100) if match["part"] == "百" else parse_number(match["part"])
    base = _BASES.get(match["base"]) or parse_number(match["base"])
    if part is None or not base:
        return None
    share = tidy(part * 100 / base) * (-1 if match["minus"] else 1)
    return Atom(match.start(), match.end(), Kind.PERCENT, share, "%", digits=match.start("part"))


def _interest(match: re.Match[str]) -> Atom | None:
    rate = parse_number(match["rate"])
    if rate is None:
        return None
    percent = rate * _OLD_RATES[match["interest"][0]] * _OLD_UNITS[match["old"]]
    return Atom(match.start(), match.end(), Kind.PERCENT, percent, "%")


def _discount(match: re.Match[str]) -> Atom:
    """九五折: 95 %."""
    tens, ones = (parse_number(digit) or Decimal(0) for digit in match["two"])
    return Atom(match.start(), match.end(), Kind.PERCENT, tens * 10 + ones, "%")


def _half(match: re.Match[str]) -> Atom:
    if match["year"]:
        return months_atom(match.start(), match.end(), 6)
    hour = match["part_of"] in HOURS
    day = Decimal(15) if match["part_of"] == "月" else Decimal(1) / 48 if hour else Decimal("0.5")
    return Atom(match.start(), match.end(), Kind.TERM, tidy(day), DAY)


READERS: dict[str, Callable[[re.Match[str]], Atom | None]] = {
    "level": _level,
    "date": _date,
    "time": _time,
    "trade": _trade,
    "fraction": _fraction,
    "interest": _interest,
    "half": _half,
    "discount": _discount,
}
"""What reads a match, by the group that matched."""
