"""Periods that customers speak of: 去年, 2024年6月, 上季度, 三年前, relative to a given day and never to the clock."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from kg.dates import DAY_NUMBER, YEAR_PATTERN, number_of, read_date
from kg.dates import PATTERN as DATE_PATTERN
from kg.numerals import PATTERN as NUMERAL
from kg.numerals import fold, parse_number
from kg.query import Period

Span = tuple[date, date]
"""First and last day, both inclusive."""


@dataclass(frozen=True, slots=True)
class FoundPeriod:
    """A period and the half-open span of the text that says it."""

    start: int
    end: int
    period: Period


_YEAR_WORDS = {"大前年": -3, "前年": -2, "去年": -1, "上年": -1, "上一年": -1, "今年": 0, "本年": 0, "当年": 0}
_YEAR_WORDS |= {"明年": 1, "来年": 1, "下一年": 1, "后年": 2, "大后年": 3}
_DAY_WORDS = {"大前天": -3, "前天": -2, "前日": -2, "昨天": -1, "昨日": -1, "今天": 0, "今日": 0, "明天": 1, "明日": 1}
_DAY_WORDS |= {"现在": 0, "目前": 0, "当前": 0, "如今": 0, "眼下": 0, "后天": 2, "大后天": 3}
_SHIFTS = {"上上": -2, "上": -1, "上一": -1, "前一": -1, "这": 0, "这一": 0, "本": 0, "下": 1, "下一": 1, "下下": 2}
_WEEKDAYS = {c: i for i, c in enumerate("一二三四五六日")} | {"天": 6}
_QUARTERS = {c: i for i, c in enumerate(("一", "二", "三", "四"), 1)} | {str(i): i for i in range(1, 5)}
_PARTS = {"上半年": (1, 6), "下半年": (7, 12), "年初": (1, 1), "初": (1, 1), "年中": (6, 6)}
_PARTS |= dict.fromkeys(("年底", "年末", "底", "末"), (12, 12))


def _words(words: dict[str, int]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_SHIFT = "上上|上一|前一|这一|下一|下下|上|这|本|下"
_TAIL_OF_YEAR = (
    rf"(?P<sameday>的?(?:这个?时候|这会儿?|这时|此时|同期|同一天))?(?:全年|度)?(?:的?\s*(?:(?P<month>{DAY_NUMBER})月(?:份)?(?:(?P<day>{DAY_NUMBER})[日号])?"
    r"|第?(?P<quarter>[一二三四1-4])季度|[Qq](?P<q>[1-4])|(?P<part>上半年|下半年|年初|年底|年末|年中|初|底|末)))?"
)
# 以 before 上 or 下 is a bound without a comma behind it: R2以下半年以内.
_PATTERN = re.compile(
    rf"(?P<date>{DATE_PATTERN})"
    rf"|(?<![\d.,-])(?P<iso>(?:19|20)\d\d[-/.](?:0?[1-9]|1[0-2]))(?![\d.-]|月|年|元|万|%)"
    rf"|(?P<range>(?<![\d.])(?P<first>(?:19|20)\d\d)年?\s*[-~至到]\s*(?P<last>(?:19|20)\d\d)年(?!\s*{DAY_NUMBER}月))"
    rf"|(?:(?P<year>(?<![\d.]){YEAR_PATTERN})(?:年|(?=[Qq][1-4]))|(?<![\d.一二三四五六七八九十])(?P<short>[0-3]\d)年(?=\s*{DAY_NUMBER}月)"
    rf"|(?P<zero>(?<![\d.])0\d)年|(?P<yearword>{_words(_YEAR_WORDS)}))(?!期){_TAIL_OF_YEAR}"
    rf"|(?<!以)(?P<monthshift>{_SHIFT})(?:个)?月(?:份)?(?:(?P<monthday>{DAY_NUMBER})[日号])?(?P<monthpart>初|底|末)?"
    rf"|(?<!以)(?P<quartershift>{_SHIFT})(?:个|一)?季度?"
    rf"|(?<!以)(?P<weekshift>{_SHIFT})(?:个)?(?:周(?![边围])|星期|礼拜)(?!期)(?P<weekday>[一二三四五六日天])?"
    rf"|(?P<dayword>{_words(_DAY_WORDS)})"
    rf"|(?<!提前)(?<!到期)(?<!满)(?P<ago>(?:{NUMERAL}|半)(?:个月|年半|年|天|周|个星期|星期|个季度))(?:以|之)?前(?!后)"
    rf"|(?:最近|过去|近)(?:的)?(?P<recent>(?:{NUMERAL}|半)(?:个月|年半|年|天|周|个星期|星期|个季度))(?:以?来|内)?"
    r"|(?<![\d一二三四])第?(?P<barequarter>[一二三四1-4])季度"
    r"|(?P<barepart>(?<!以)[上下]半年|年初|年底|年末|年中)"
    rf"|(?<![\d.个第年])(?<!\d[-~至到])(?P<baremonth>(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九]))月"
    rf"(?:(?P<baremonthday>{DAY_NUMBER})[日号]|份|(?![一-鿿\w]|\d)|(?=的|底|初|末|之前|以前|以后|起))"
)
_AFTER = re.compile(
    r"\s*(?:(?P<open>以后|之后|以来|起(?![购投存售点订])|开始|至今|到现在|到今天)|(?P<before>以前|之前|前))"
)
_TO = re.compile(r"\s*(?:-|~|至|到|和)\s*")
_AMOUNT = re.compile(rf"({NUMERAL}|半)(个月|年半|年|天|周|个星期|星期|个季度)")


def find_periods(text: str, today: date) -> list[FoundPeriod]:
    """The periods a sentence speaks of, left to right. 今年 and its like count from `today`."""
    folded = fold(text)
    raw: list[tuple[int, int, Span]] = []
    for match in _PATTERN.finditer(folded):
        span = _resolve(match, today)
        if span is not None:
            raw.append((match.start(), match.end(), span))
    joined = _joined(folded, raw)
    return [_opened(text, folded, item, today) for item in joined]


def period_spans(folded: str) -> list[tuple[int, int]]:
    """Where folded text speaks of periods; what they are does not matter."""
    return [(p.start, p.end) for p in find_periods(folded, date(2000, 1, 1))]


def _joined(folded: str, raw: list[tuple[int, int, Span]]) -> list[tuple[int, int, Span]]:
    """2019年到2021年, 去年6月至今年3月 as one."""
    result: list[tuple[int, int, Span]] = []
    for start, end, span in raw:
        if result:
            first, stop, earlier = result[-1]
            gap = folded[stop:start]
            if _TO.fullmatch(gap) and gap.strip() != "和" and earlier[0] <= span[1]:
                result[-1] = (first, end, (earlier[0], span[1]))
                continue
        result.append((start, end, span))
    return result


def _opened(text: str, folded: str, item: tuple[int, int, Span], today: date) -> FoundPeriod:
    """以前 and 以后 open the period to one side."""
    start, end, (first, last) = item
    after = _AFTER.match(folded, end)
    if after is not None and not folded[start:end].endswith("前"):
        end = after.end()
        if after["before"]:
            first, last = date.min, (first - timedelta(1) if first > date.min else first)
        else:
            last = max(today, first) if after["open"] in ("以来", "至今", "到现在", "到今天") else date.max
    return FoundPeriod(start, end, Period(first, last, text[start:end]))


def _resolve(match: re.Match[str], today: date) -> Span | None:
    try:
        return next(read(match, today) for group, read in _READERS.items() if match[group] is not None)
    except (ValueError, OverflowError):
        return None  # 2月30日: not a day, hence no period


def _whole_date(match: re.Match[str], today: date) -> Span | None:
    day = read_date(match["date"])
    return (day, day) if day else None


def _iso_month(match: re.Match[str], today: date) -> Span:
    year, month = re.split(r"[-/.]", match["iso"])
    return month_span(int(year), int(month))


def _years(match: re.Match[str], today: date) -> Span:
    return date(int(match["first"]), 1, 1), date(int(match["last"]), 12, 31)


def _in_year(year: int, match: re.Match[str]) -> Span:
    if match["month"]:
        month = number_of(match["month"])
        if match["day"]:
            day = date(year, month, number_of(match["day"]))
            return day, day
        return month_span(year, month)
    if quarter := match["quarter"] or match["q"]:
        return quarter_span(year, _QUARTERS[quarter])
    first, last = _PARTS[match["part"]] if match["part"] else (1, 12)
    return date(year, first, 1), month_span(year, last)[1]


def _named_year(match: re.Match[str], today: date) -> Span:
    return _in_year(number_of(match["year"]), match)


def _short_year(match: re.Match[str], today: date) -> Span:
    return _in_year(2000 + int(match["short"] or match["zero"]), match)


def _year_word(match: re.Match[str], today: date) -> Span:
    if match["sameday"]:  # 去年这时候
        day = add_months(today, 12 * _YEAR_WORDS[match["yearword"]])
        return day, day
    return _in_year(today.year + _YEAR_WORDS[match["yearword"]], match)


def _month(match: re.Match[str], today: date) -> Span:
    first = add_months(today.replace(day=1), _SHIFTS[match["monthshift"]])
    if match["monthday"]:
        day = first.replace(day=number_of(match["monthday"]))
        return day, day
    return month_span(first.year, first.month)


def _quarter(match: re.Match[str], today: date) -> Span:
    first = add_months(quarter_span(today.year, (today.month + 2) // 3)[0], 3 * _SHIFTS[match["quartershift"]])
    return quarter_span(first.year, (first.month + 2) // 3)


def _week(match: re.Match[str], today: date) -> Span:
    monday = today - timedelta(today.weekday()) + timedelta(7 * _SHIFTS[match["weekshift"]])
    if match["weekday"]:
        day = monday + timedelta(_WEEKDAYS[match["weekday"]])
        return day, day
    return monday, monday + timedelta(6)


def _day(match: re.Match[str], today: date) -> Span:
    day = today + timedelta(_DAY_WORDS[match["dayword"]])
    return day, day


def _ago(match: re.Match[str], today: date) -> Span | None:
    day = _back(today, match["ago"])
    return (day, day) if day else None


def _recent(match: re.Match[str], today: date) -> Span | None:
    day = _back(today, match["recent"])
    return (day, today) if day else None


def _bare_quarter(match: re.Match[str], today: date) -> Span:
    return quarter_span(today.year, _QUARTERS[match["barequarter"]])


def _bare_part(match: re.Match[str], today: date) -> Span:
    first, last = _PARTS[match["barepart"]]
    return date(today.year, first, 1), month_span(today.year, last)[1]


def _bare_month(match: re.Match[str], today: date) -> Span:
    month = number_of(match["baremonth"])
    if match["baremonthday"]:
        day = date(today.year, month, number_of(match["baremonthday"]))
        return day, day
    return month_span(today.year, month)


_READERS: dict[str, Callable[[re.Match[str], date], Span | None]] = {
    "date": _whole_date,
    "iso": _iso_month,
    "range": _years,
    "year": _named_year,
    "short": _short_year,
    "zero": _short_year,
    "yearword": _year_word,
    "monthshift": _month,
    "quartershift": _quarter,
    "weekshift": _week,
    "dayword": _day,
    "ago": _ago,
    "recent": _recent,
    "barequarter": _bare_quarter,
    "barepart": _bare_part,
    "baremonth": _bare_month,
}


def _back(today: date, amount: str) -> date | None:
    found = _AMOUNT.fullmatch(amount)
    if found is None:
        return None
    if found[1] == "半":
        return add_months(today, -6) if found[2] == "年" else today - timedelta(15)
    number = parse_number(found[1])
    if number is None:
        return None
    months = {"年": 12, "年半": 12, "个月": 1, "个季度": 3}.get(found[2])
    if months is None:
        return today - timedelta(int(number * (1 if found[2] == "天" else 7)))
    return add_months(today, -int(number * months) - (6 if found[2] == "年半" else 0))


def month_span(year: int, month: int) -> Span:
    """First and last day of a month."""
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def quarter_span(year: int, quarter: int) -> Span:
    """First and last day of a quarter (1 to 4)."""
    return date(year, 3 * quarter - 2, 1), month_span(year, 3 * quarter)[1]


def add_months(day: date, months: int) -> date:
    """The same day some months on, or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
