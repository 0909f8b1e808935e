"""Cells of triple files: the value that a text says under a declared kind, or why it says none."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache

from kg import levels
from kg.atoms import Atom, tidy
from kg.dates import parse_date
from kg.numerals import PATTERN, fold
from kg.phrases import Phrase, merged, phrases
from kg.quantities import atoms
from kg.units import UNITS, unit_of
from kg.values import Kind, Op, Value


class ValueFault(Exception):
    """A cell that doesn't say what its predicate holds: `what` is wrong, with which `value`, and the `remedy`."""

    def __init__(self, what: str, value: str, remedy: str) -> None:
        super().__init__(f"{what}：「{value}」；{remedy}")
        self.what = what
        self.value = value
        self.remedy = remedy


_TEXTUAL = (Kind.TEXT, Kind.ENTITY)
_OPEN = frozenset(
    ("不限", "不限额", "不限制", "不限次数", "无限额", "无限制", "无上限", "不设上限", "没有上限", "没有限制")
)
_OPEN |= frozenset(("终身", "长期", "长期有效", "永久", "无固定期限"))
"""Said of an amount, a count or a term that has no end; such a value has no number."""
_FREE = frozenset(("免费", "免收", "不收", "不收费", "免", "零元", "无"))
_LEAD = re.compile(
    r"^(?:人民币(?!\d)|年化收益率|年化利率|年化|[年月日]利率|年费率|费率|利率|比例为"
    r"|每(?:年|月|日|天|周|季度?|次|笔|户|人|张|份|个|克)"
    r"|单(?:笔|日|次|户|张)|累计|当日|当年|一次性|自)[:：为]?\s*"
)
_TRAIL = re.compile(r"\s*(?:整|期|人民币|\(人民币\)|的)$")
_RATE_TRAIL = re.compile(r"\s*(?:/[年月日天]|每[年月日天]|\(年化\)|年化|p\.a\.)$", re.IGNORECASE)
_SIMPLE = re.compile(r"(-?\d+(?:\.\d+)?)(万|亿)?([^\d\s万亿]{1,3})")
_PLAIN = re.compile(r"(-?(?:0|[1-9]\d{0,8})(?:\.\d{1,6})?)(万|亿)?((?![百千])[^\d\s万亿]{0,3})")
_SCALES = {None: Decimal(1), "万": Decimal(10_000), "亿": Decimal(100_000_000)}
_EXAMPLES = {
    Kind.MONEY: "写成 1万元、3,000.00元、20万元-50万元 或 500美元，单位可放在 unit 列",
    Kind.PERCENT: "写成 2.35%、2.10%-3.60%、25个基点 或 百分之三点五",
    Kind.TERM: "写成 3年、6个月、90天、5个工作日 或 3个月-6个月",
    Kind.DATE: "写成 2026-01-01 这样的完整日期",
    Kind.COUNT: "写成 3次、不超过5张 这样的数字加量词",
    Kind.NUMBER: "写成一个数字，可带单位",
    Kind.AGE: "写成 18岁、≥18岁 或 18岁-65岁",
    Kind.LEVEL: "写成 R2、C3、R1-R3 或 中低风险",
    Kind.CONDITION: "写成 年龄≥18岁、信用记录=良好 这样的「属性 比较 值」",
}
_LABELS = {
    Kind.MONEY: "金额",
    Kind.PERCENT: "比例",
    Kind.TERM: "期限",
    Kind.DATE: "日期",
    Kind.COUNT: "数量",
    Kind.NUMBER: "数字",
}
_LABELS |= {Kind.AGE: "年龄", Kind.LEVEL: "等级", Kind.TIME: "时刻"}
_LISTED = re.compile(r"[、，;；]")
_LAST_NUMERAL = re.compile(rf"^(.*{PATTERN}[万亿]?)(.*)$", re.DOTALL)


@lru_cache(maxsize=65536)
def parse_value(text: str, kind: Kind, unit: str = "") -> Value:
    """The value of a cell under a predicate of datatype `kind`.

    `unit` is the unit column, or else the predicate's declared unit; it is used where the cell has a bare
    number. The value's text is the cell as written, with the unit where the cell left it out. Raises
    ValueFault with value and remedy.
    """
    text = text.strip()
    if not text:
        raise ValueFault("值是空的", text, "填上值，或者删去这一行")
    if kind in _TEXTUAL:
        return Value(text, kind)
    simple = _simple(text, kind, unit) or _simple_range(text, kind)
    if simple is not None:
        return simple
    return _PARSERS.get(kind, _measure)(text, kind, unit)


def simple_figure(text: str) -> Value | None:
    """The value of 35.2万元, 3.5%, 4.5 or 120人 under a predicate that nobody declared; None for any other shape.

    A short way for the commonest shapes: where it gives a value, reading the text in full gives the same one.
    """
    found = _PLAIN.fullmatch(text)
    if found is None:
        return None
    number, word = found[1], found[3]
    if not word:
        return None if found[2] else Value(text, Kind.NUMBER, Decimal(number))
    unit = UNITS.get(word)
    if unit is None or unit.kind is Kind.TERM:
        return None
    exact = Decimal(number) * _SCALES[found[2]]
    return Value(text, unit.kind, exact * unit.factor if unit.factor != 1 else exact, unit=unit.name)


def _simple(text: str, kind: Kind, column: str) -> Value | None:
    """The commonest shapes, without the full grammar: a load has a million of them."""
    found = _SIMPLE.fullmatch(text)
    unit = UNITS.get(found[3]) if found else None
    if found is None or unit is None or unit.kind is not kind or (kind is Kind.COUNT and unit.name != column):
        return None
    number = Decimal(found[1]) * _SCALES[found[2]]
    if kind is not Kind.TERM:
        return Value(text, kind, number * unit.factor if unit.factor != 1 else number, unit=unit.name)
    exact = number * unit.months
    months = int(exact) if unit.months and exact == exact.to_integral_value() else None
    return Value(text, kind, tidy(number * unit.factor), unit=unit.name, months=months)


def _simple_range(text: str, kind: Kind) -> Value | None:
    """2.10%-3.60%, 1万元-5万元: two of the commonest shapes."""
    low, dash, high = text.partition("-")
    if not dash or kind is Kind.DATE:
        return None
    ends = _simple(low, kind, ""), _simple(high, kind, "")
    if ends[0] is None or ends[1] is None or ends[0].unit != ends[1].unit:
        return None
    bottom, top = ends[0].number, ends[1].number
    if bottom is None or top is None or bottom > top:
        return None
    return Value(text, kind, bottom, top, Op.RANGE, ends[1].unit)


def _date(text: str, kind: Kind, unit: str) -> Value:
    day = parse_date(text)
    if day is None:
        raise ValueFault("不是完整的日期，或日历上没有这一天", text, _EXAMPLES[Kind.DATE])
    return Value(text, kind, Decimal(day.toordinal()), date=day)


def _time(text: str, kind: Kind, unit: str) -> Value:
    whole = _whole(text, fold(text), kind)
    if whole is None or whole.kind is not kind:
        return Value(text, kind)
    return replace(whole, text=text)


def _level(text: str, kind: Kind, unit: str) -> Value:
    folded = re.sub(r"\([^()\d]*\)$", "", fold(text)).strip()
    word = levels.read_word(folded)
    value = Value(text, kind, Decimal(word[1]), unit=word[0]) if word else _whole(text, folded, kind)
    if value is None or value.kind is not kind or value.number is None:
        raise ValueFault("不是等级", text, _EXAMPLES[Kind.LEVEL])
    for number in (value.number, value.number_to or value.number, *(a.number or 0 for a in value.alternatives)):
        if why := levels.fault(value.unit, int(number)):
            raise ValueFault(why, text, _EXAMPLES[Kind.LEVEL])
    return replace(value, text=text)


def _condition(text: str, kind: Kind, unit: str) -> Value:
    from kg.conditions import parse_condition  # conditions are made of values: the other way would be a circle

    try:
        inner = parse_condition(text)
    except ValueFault as fault:
        raise ValueFault(fault.what, text, fault.remedy) from fault
    value = inner.value
    return Value(text, kind, value.number, value.number_to, inner.op, value.unit, value.date, value.months)


def _measure(text: str, kind: Kind, unit: str) -> Value:
    folded = fold(text)
    if folded in _OPEN:
        return Value(text, kind)
    if kind is Kind.MONEY and folded in _FREE:
        return Value(text, kind, Decimal(0), unit="元")
    value = _whole(text, folded, kind)
    if value is not None and value.kind is Kind.NUMBER and not value.unit:
        return _with_unit_column(text, folded, kind, unit, value)
    if value is None:
        raise ValueFault(_why(folded, kind), text, _remedy(text, kind))
    _agree(value, kind, unit, text)
    return replace(value, text=text, kind=kind)


def _whole(text: str, folded: str, kind: Kind) -> Value | None:
    """The one value that the cell consists of, or None."""
    start, end = _inside(folded, kind)
    cut = folded[start:end]
    found = [_as_age(atom) if kind is Kind.AGE else atom for atom in atoms(cut, kind)]
    values = phrases(text[start:end], cut, found, kind)
    if len(values) == 2 and not cut[values[0].end : values[1].start].strip(" ,且并"):
        both = merged(values[0], values[1], cut)
        values = [both] if both else values
    if len(values) != 1 or not _covers(values[0], cut):
        return None
    return values[0].value


def _as_age(atom: Atom) -> Atom:
    """28天 as an age in years."""
    if atom.kind is not Kind.TERM or atom.number is None:
        return atom
    return replace(atom, kind=Kind.AGE, number=tidy(atom.number / 365), unit="岁", months=None)


def _inside(folded: str, kind: Kind) -> tuple[int, int]:
    """The span without words that say nothing about the figure: 人民币, 每笔, 期, and 每年 behind a rate."""
    start = lead.end() if (lead := _LEAD.match(folded)) else 0
    if kind is Kind.PERCENT and (rate := _RATE_TRAIL.search(folded)):
        return start, rate.start()
    end = trail.start() if (trail := _TRAIL.search(folded)) and trail.start() > start else len(folded)
    return start, end


def _covers(phrase: Phrase, text: str) -> bool:
    return not text[: phrase.start].strip() and not text[phrase.end :].strip()


def _with_unit_column(text: str, folded: str, kind: Kind, unit: str, bare: Value) -> Value:
    if kind is Kind.NUMBER:
        return replace(bare, text=f"{text}{unit}", unit=unit)
    if not unit:
        raise ValueFault("数字没有单位", text, "在值后面或 unit 列写上单位")
    found = _LAST_NUMERAL.match(folded)
    assert found is not None  # a bare number was found in it
    cut = len(found[1])
    if kind is Kind.COUNT and unit_of(unit) is None:
        return replace(bare, text=f"{text[:cut]}{unit}{text[cut:]}", kind=kind, unit=unit)
    known = unit_of(unit.lstrip("十百千万亿"))
    if known is None:
        raise ValueFault(f"不认识的单位「{unit}」", text, _EXAMPLES[kind])
    if known.kind is not kind and not (kind is Kind.AGE and known.kind is Kind.TERM):
        raise ValueFault(f"单位「{unit}」不能用在这里", text, _EXAMPLES[kind])
    return parse_value(f"{text[:cut]}{unit}{text[cut:]}", kind, "")


def _agree(value: Value, kind: Kind, unit: str, text: str) -> None:
    """The kind and unit written against those asked for. A foreign currency is no contradiction."""
    counted = (Kind.COUNT, Kind.NUMBER)
    if value.kind is not kind and not (kind in counted and value.kind in (*counted, Kind.TERM, Kind.AGE)):
        raise ValueFault(f"要写{_LABELS[kind]}，这里写的是{_LABELS[value.kind]}", text, _EXAMPLES[kind])
    declared = unit_of(unit)
    if kind is Kind.COUNT and unit and value.unit and value.unit != (declared.name if declared else unit):
        raise ValueFault(f"单位「{value.unit}」和规定的「{unit}」不同", text, f"改用「{unit}」作单位")


def _why(folded: str, kind: Kind) -> str:
    found: list[Atom] = list(atoms(folded, kind))
    left = re.sub(PATTERN, "", folded).strip(" -.,~%")
    if found and found[-1].bare and left and len(found) == 1:
        return f"不认识的单位「{folded[found[0].end :].strip() or left}」"
    return "读不出值" if found else "没有可读的数字"


def _remedy(text: str, kind: Kind) -> str:
    if _LISTED.search(text):
        return f"一格只写一个值，多个值分几行写；{_EXAMPLES[kind]}"
    return _EXAMPLES[kind]


_PARSERS = {Kind.DATE: _date, Kind.TIME: _time, Kind.LEVEL: _level, Kind.CONDITION: _condition}
