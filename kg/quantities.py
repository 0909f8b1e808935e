"""Single figures in a text, without comparison words: where a number with its unit stands and what it says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

from kg import dates, levels
from kg.numerals import PATTERN, parse_number
from kg.units import CURRENCY_SIGNS, MONTH_DAYS, RATE_BASES, SIGN_PATTERN, TERM_PLACES, UNIT_PATTERN, Unit, unit_of
from kg.values import Kind


@dataclass(frozen=True, slots=True)
class Atom:
    """One figure at text[start:end].

    Its numeral stands at text[digits:scale], a trailing 万 or 亿 at text[scale:tail], its unit at
    text[tail:end]. `bare` says that it has no unit of its own, `vague` that it was 十多万 or 5万多.
    """

    start: int
    end: int
    kind: Kind
    number: Decimal | None
    unit: str = ""
    months: int | None = None
    date: date | None = None
    bare: bool = False
    vague: bool = False
    digits: int = 0
    scale: int = 0
    tail: int = 0


_BASES = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "十万": 100_000, "百万": 1_000_000}
_UNIT_ENDS = "元块万亿年月天日周岁次倍个笔户成点级期千百"
_PHONE = r"1[3-9]\d{9}|0\d{2,3}-\d{7,8}|400-?\d{3}-?\d{4}|\d{3}-\d{4}|\d{15,19}[Xx]?"
_CODE = rf"(?!{SIGN_PATTERN})(?<![A-Za-z\d])[A-Za-z]+[-_]?\d[A-Za-z\d_-]*"
_MASTER = re.compile(
    rf"(?P<level>{levels.PATTERN})"
    rf"|(?P<date>{dates.PATTERN})"
    rf"|(?P<time>{dates.TIME_PATTERN})"
    rf"|(?P<name>(?<![\d.])(?:{_PHONE})(?![\d.])|第\s*{PATTERN}|{PATTERN}号(?!人)|{_CODE})"
    r"|(?P<trade>[Tt]\s*\+\s*(?P<days>\d{1,3})\s*(?:个?(?:工作日|交易日)|日)?)"
    rf"|(?P<fraction>(?P<minus>-|负)?(?P<base>[十百千万]+)分之(?P<part>{PATTERN}))"
    rf"|(?P<interest>[年月日]息(?P<rate>{PATTERN})(?P<old>[分厘毫])(?!之))"
    r"|(?P<half>(?<![上下前后大小一两二三四五六七八九十几\d])半(?:(?P<year>年)|个?(?P<part_of>月|天|日|小时|钟头)))"
    rf"|(?:(?P<sign>{SIGN_PATTERN})\s*|(?<![A-Za-z\d.]))"
    rf"(?P<number>(?:(?:(?<![A-Za-z\d%){_UNIT_ENDS}])-|负)(?=\d))?{PATTERN})",
    re.IGNORECASE,
)
_UNIT = re.compile(rf"\s*({UNIT_PATTERN})", re.IGNORECASE)
_SCALE = re.compile(r"[万亿wk]+$", re.IGNORECASE)
_DISCOUNT = re.compile(r"\s*折(?![叠旧算合现腾损])")
_PER = re.compile(rf"\s*(?:/|每)\s*({RATE_BASES})")
_HALF_OF = re.compile(r"个半(月|小时|钟头|季度)")
_AND_HALF = re.compile(r"半(?![年月天个])")
_MORE_MONTHS = re.compile(rf"(?:零|又|加)?({PATTERN})个月")
_YEARLIKE = re.compile(r"(?:1[6-9]|2[01])\d\d|0\d|[一二][〇零一二三四五六七八九]{3}")
_VAGUE = re.compile(r"[多余来]([万亿]?)(?![少久大头])")
_A_FEW = re.compile(r"几")
_NOT_FIGURES = ("月", "号", "版", "届", "路", "楼", "室", "线", "弄", "幢", "环", "号楼")
_OLD_RATES = {"年": Decimal(1), "月": Decimal("0.1"), "日": Decimal("0.01")}
_OLD_UNITS = {"分": Decimal(10), "厘": Decimal(1), "毫": Decimal("0.1")}
_MONTH = Unit(Kind.TERM, "个月", MONTH_DAYS, 1)
_HOURS = ("小时", "钟头")


def atoms(text: str, cell: Kind | None = None) -> Iterator[Atom]:
    """Figures of folded `text`, left to right. `cell` is the kind of the cell that the text is the whole of, if any."""
    position = 0
    while match := _MASTER.search(text, position):
        found = _read(text, match, cell)
        position = max(match.end(), found.end if found else 0, match.start() + 1)
        if found is not None:
            yield found


def _read(text: str, match: re.Match[str], cell: Kind | None) -> Atom | None:
    if match["number"] is not None:
        return _counted(text, match, cell)
    if match["name"] is not None:
        return None
    return next(read(match) for group, read in _READERS.items() if match[group] is not None)


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
    return Atom(match.start(), match.end(), Kind.TERM, Decimal(match["days"]), "工作日")


def _fraction(match: re.Match[str]) -> Atom | None:
    part = Decimal(100) if match["part"] == "百" else parse_number(match["part"])
    base = _BASES.get(match["base"])
    if part is None or base is None:
        return None
    share = part * 100 / base * (-1 if match["minus"] else 1)
    return Atom(match.start(), match.end(), Kind.PERCENT, share, "%", digits=match.start("part"))


def _interest(match: re.Match[str]) -> Atom | None:
    rate = parse_number(match["rate"])
    if rate is None:
        return None
    percent = rate * _OLD_RATES[match["interest"][0]] * _OLD_UNITS[match["old"]]
    return Atom(match.start(), match.end(), Kind.PERCENT, percent, "%")


def _half(match: re.Match[str]) -> Atom:
    if match["year"]:
        return _months_atom(match.start(), match.end(), 6, "个月")
    hour = match["part_of"] in _HOURS
    day = Decimal(15) if match["part_of"] == "月" else Decimal(1) / 48 if hour else Decimal("0.5")
    return Atom(match.start(), match.end(), Kind.TERM, tidy(day), "小时" if hour else "天")


_READERS: dict[str, Callable[[re.Match[str]], Atom | None]] = {
    "level": _level,
    "date": _date,
    "time": _time,
    "trade": _trade,
    "fraction": _fraction,
    "interest": _interest,
    "half": _half,
}


def tidy(number: Decimal) -> Decimal:
    """Rounded to the places of terms, without trailing zeros or exponent."""
    rounded = number.quantize(TERM_PLACES, ROUND_HALF_EVEN)
    return rounded.quantize(Decimal(1)) if rounded == rounded.to_integral_value() else rounded.normalize()


def _months_atom(start: int, end: int, months: int, unit: str) -> Atom:
    return Atom(start, end, Kind.TERM, tidy(MONTH_DAYS * months), unit, months)


def _counted(text: str, match: re.Match[str], cell: Kind | None) -> Atom | None:
    words = match["number"]
    number = parse_number(words.lstrip("-负"))
    start, end = match.span("number")
    if (
        number is None
        or _A_FEW.match(text, end)
        or (words[0] in "十百千万亿" and text[start - 1 : start] in ("几", "数"))
    ):
        return None
    scale = _SCALE.search(words)
    atom = Atom(
        match.start() if match["sign"] else start,
        end,
        Kind.NUMBER,
        -number if words[0] in "-负" else number,
        bare=True,
        digits=start,
        scale=start + scale.start() if scale and scale.start() else end,
        tail=end,
    )
    sign = CURRENCY_SIGNS.get((match["sign"] or "").upper(), "")
    return _with_unit(text, _roughly(text, atom), words, sign, cell)


def _roughly(text: str, atom: Atom) -> Atom:
    """十多万, 5万多: about so much."""
    more = _VAGUE.match(text, atom.end)
    if more is None or atom.number is None:
        return atom
    factor = {"万": 10_000, "亿": 100_000_000}.get(more[1], 1)
    scale = more.start(1) if more[1] else atom.scale
    return replace(atom, number=atom.number * factor, end=more.end(), scale=scale, tail=more.end(), vague=True)


def _with_unit(text: str, atom: Atom, words: str, sign: str, cell: Kind | None) -> Atom | None:
    assert atom.number is not None
    if halves := _HALF_OF.match(text, atom.end):
        return _and_a_half(atom, halves)
    if discount := _DISCOUNT.match(text, atom.end):
        share = atom.number if atom.number > 10 else atom.number * 10
        return replace(atom, end=discount.end(), kind=Kind.PERCENT, number=share, unit="%", bare=False)
    found = _UNIT.match(text, atom.end)
    unit = unit_of(found[1]) if found else None
    if found is None or unit is None:
        return _without_unit(text, atom, sign, cell)
    if cell is None and not _means_unit(words, found[1], unit):
        return None
    return _measured(text, replace(atom, end=found.end(), bare=False), unit, sign, cell)


def _and_a_half(atom: Atom, halves: re.Match[str]) -> Atom:
    assert atom.number is not None
    number = atom.number + Decimal("0.5")
    atom = replace(atom, end=halves.end(), kind=Kind.TERM, bare=False)
    if halves[1] in _HOURS:
        return replace(atom, number=tidy(number / 24), unit="小时")
    return _term(
        replace(atom, number=number * (3 if halves[1] == "季度" else 1)), Unit(Kind.TERM, "个月", MONTH_DAYS, 1)
    )


def _means_unit(words: str, spelled: str, unit: Unit) -> bool:
    """Whether the word after a number of a sentence is its unit: 2024年 is a year, 一个 and 一次 are articles."""
    if spelled == "年" and _YEARLIKE.fullmatch(words):
        return False
    if words == "十" and spelled == "分":
        return False
    return not (words == "一" and (unit.kind is Kind.COUNT or spelled in ("块", "日", "成", "角", "毛")))


def _without_unit(text: str, atom: Atom, sign: str, cell: Kind | None) -> Atom | None:
    if sign:
        return replace(atom, kind=Kind.MONEY, unit=sign, bare=False)
    if cell is Kind.TERM and text.startswith("月", atom.end):
        return _term(replace(atom, end=atom.end + 1), _MONTH)
    return None if cell is None and text.startswith(_NOT_FIGURES, atom.end) else atom


def _measured(text: str, atom: Atom, unit: Unit, sign: str, cell: Kind | None) -> Atom:
    assert atom.number is not None
    if unit.kind is Kind.TERM:
        return _longer_term(text, _term(atom, unit))
    name = sign if sign and unit.kind is Kind.MONEY and unit.name == "元" else unit.name
    number = atom.number if unit.factor == 1 else atom.number * unit.factor
    atom = replace(atom, kind=unit.kind, number=number, unit=name)
    per = _PER.match(text, atom.end) if cell is Kind.MONEY and unit.kind is Kind.MONEY else None
    return replace(atom, end=per.end(), unit=f"{name}/{per[1].removeprefix('个')}") if per else atom


def _term(atom: Atom, unit: Unit) -> Atom:
    assert atom.number is not None
    exact = atom.number * unit.months
    months = int(exact) if unit.months and exact == exact.to_integral_value() else None
    days = MONTH_DAYS * exact if unit.months else atom.number * unit.factor
    return replace(atom, kind=Kind.TERM, number=tidy(days), unit=unit.name, months=months, bare=False)


def _longer_term(text: str, atom: Atom) -> Atom:
    """一年半, 1年6个月: the part after the years joined to them."""
    if atom.unit != "年" or atom.months is None:
        return atom
    if half := _AND_HALF.match(text, atom.end):
        return _months_atom(atom.start, half.end(), atom.months + 6, "个月")
    more = _MORE_MONTHS.match(text, atom.end)
    extra = parse_number(more[1]) if more else None
    if more is None or extra is None or extra != extra.to_integral_value() or extra >= 12:
        return atom
    return _months_atom(atom.start, more.end(), atom.months + int(extra), "个月")
