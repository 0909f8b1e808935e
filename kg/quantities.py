"""Numbers with their units in a text, and all other single figures: where each stands and what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from kg import special_forms
from kg.atoms import Atom, months_atom, tidy
from kg.numerals import PATTERN, parse_number
from kg.special_forms import HOURS, READERS
from kg.units import CURRENCY_SIGNS, DAY, MONTH_DAYS, RATE_BASES, SIGN_PATTERN, UNIT_PATTERN, Unit, unit_of
from kg.values import Kind

_UNIT_ENDS = "元块万亿年月天日周岁次倍个笔户成点级期千百时钟头秒米克斤里度页"
_PHONE = r"1[3-9]\d{9}|0\d{2,3}-\d{7,8}|400-?\d{3}-?\d{4}|\d{15,19}[Xx]?"
_PHONE += r"|\d{3}-\d{4}(?!\d|\s*(?:[元块万人天年个米页]|之间|左右|以[上下内]))"
_CODE = rf"(?!{SIGN_PATTERN}|LPR)(?<![A-Za-z\d])[A-Za-z]+[-_]?\d[A-Za-z\d_-]*"
_MASTER = re.compile(
    rf"{special_forms.PATTERN}"
    rf"|(?P<name>(?<![\d.])(?:{_PHONE})(?![\d.])|第\s*{PATTERN}|{PATTERN}号(?!人)|{_CODE})"
    rf"|(?:(?P<sign>{SIGN_PATTERN})\s*|(?<![A-Za-z\d.])|(?<=LPR))"
    rf"(?P<number>(?:(?:(?<![A-Za-z\d%){_UNIT_ENDS}])-|(?<=LPR)-|负)(?=\d))?{PATTERN})",
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
_MONTH = Unit(Kind.TERM, DAY, MONTH_DAYS, 1)
_SHORT_CHINESE = re.compile(r"[万亿]([一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九])$")
_SHORT_ARABIC = re.compile(r"(?<=[万亿])([1-9])(?![\d.,万亿千百个%])")
_TENTHS = re.compile(r"([1-9一二三四五六七八九])(?:毛|角)?(?![\d.,万亿千百十个年月天号%])")


def atoms(text: str, cell: Kind | None = None) -> Iterator[Atom]:
    """Figures of folded `text`, left to right. `cell` is the kind of the cell that the text is the whole of, if any."""
    position = 0
    while match := _MASTER.search(text, position):
        found = _read(text, match, cell)
        position = found.end if found else max(match.end(), match.start() + 1)
        if found is not None:
            yield found


def _read(text: str, match: re.Match[str], cell: Kind | None) -> Atom | None:
    if match["number"] is not None:
        return _counted(text, match, cell)
    if match["name"] is not None:
        return None
    return next(read(match) for group, read in READERS.items() if match[group] is not None)


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
    words, end = _without_next_number(text, words, end)
    number = parse_number(words.lstrip("-负"))
    if number is None:
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
    return _with_unit(text, _roughly(text, _with_short_digit(text, atom)), words, sign, cell)


def _without_next_number(text: str, words: str, end: int) -> tuple[str, int]:
    """五万三年 is 五万 and 三年, 一百万三十年 is 一百万 and 三十年, while 三万五 and 三万五元 are 35000."""
    short = _SHORT_CHINESE.search(words)
    unit = _UNIT.match(text, end) if short else None
    known = unit_of(unit[1]) if unit else None
    if short is None or known is None or known.kind is Kind.MONEY:
        return words, end
    return words[: short.start(1)], end - len(short[1])


def _roughly(text: str, atom: Atom) -> Atom:
    """十多万, 5万多: about so much."""
    more = _VAGUE.match(text, atom.end)
    if more is None or atom.number is None:
        return atom
    factor = {"万": 10_000, "亿": 100_000_000}.get(more[1], 1)
    scale = more.start(1) if more[1] else atom.scale
    return replace(atom, number=atom.number * factor, end=more.end(), scale=scale, tail=more.end(), vague=True)


def _with_short_digit(text: str, atom: Atom) -> Atom:
    """2万5 is 25000, unless the 5 has a unit of its own."""
    short = _SHORT_ARABIC.match(text, atom.end)
    if short is None or atom.number is None:
        return atom
    unit = _UNIT.match(text, short.end())
    known = unit_of(unit[1]) if unit else None
    if known is not None and known.kind is not Kind.MONEY:
        return atom
    step = 1000 if text[atom.end - 1] == "万" else 10_000_000
    end = short.end()
    return replace(atom, number=atom.number + int(short[1]) * step, end=end, scale=end, tail=end)


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
    if halves[1] in HOURS:
        return replace(atom, number=tidy(number / 24), unit=DAY)
    return _term(replace(atom, number=number * (3 if halves[1] == "季度" else 1)), _MONTH)


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
    atom = _with_tenths(text, replace(atom, kind=unit.kind, number=number, unit=name))
    per = _PER.match(text, atom.end) if cell is Kind.MONEY and unit.kind is Kind.MONEY else None
    return replace(atom, end=per.end()) if per else atom


def _term(atom: Atom, unit: Unit) -> Atom:
    assert atom.number is not None
    exact = atom.number * unit.months
    months = int(exact) if unit.months and exact == exact.to_integral_value() else None
    days = MONTH_DAYS * exact if unit.months else atom.number * unit.factor
    return replace(atom, kind=Kind.TERM, number=tidy(days), unit=unit.name, months=months, bare=False)


def _longer_term(text: str, atom: Atom) -> Atom:
    """一年半, 1年6个月: the part after the years joined to them."""
    if text[atom.end - 1] != "年" or atom.months is None:
        return atom
    if half := _AND_HALF.match(text, atom.end):
        return months_atom(atom.start, half.end(), atom.months + 6)
    more = _MORE_MONTHS.match(text, atom.end)
    extra = parse_number(more[1]) if more else None
    if more is None or extra is None or extra != extra.to_integral_value() or extra >= 12:
        return atom
    return months_atom(atom.start, more.end(), atom.months + int(extra))


def _with_tenths(text: str, atom: Atom) -> Atom:
    """1块5, 3块5毛."""
    tenths = _TENTHS.match(text, atom.end) if text[atom.end - 1] == "块" else None
    digit = parse_number(tenths[1]) if tenths else None
    if tenths is None or digit is None or atom.number is None:
        return atom
    return replace(atom, number=atom.number + digit / 10, end=tenths.end())
