"""Values as they are shown: as written where they come from the graph, and spelled out where they were computed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from kg.units import WORK_DAY
from kg.values import Kind, Op, Value

_SIGNS = {Op.GE: "≥", Op.GT: ">", Op.LE: "≤", Op.LT: "<", Op.NE: "≠", Op.ABOUT: "约"}


def format_value(value: Value) -> str:
    """The value as written; one made by a program is spelled out."""
    if value.text:
        return value.text
    if value.alternatives:
        return "或".join(format_value(a) for a in value.alternatives)
    if value.number is None:
        return "不限"
    shown = format_number(value.kind, value.number, value.unit, value.months)
    if value.op is Op.RANGE and value.number_to is not None:
        return f"{shown}-{format_number(value.kind, value.number_to, value.unit)}"
    return _SIGNS.get(value.op, "") + shown


def format_number(kind: Kind, number: Decimal, unit: str = "", months: int | None = None) -> str:
    """A computed number with its unit: 5万元, 12,345.67元, 3.50%, 18个月, 90天, R2, 2026-01-01. Never through float."""
    if kind is Kind.MONEY:
        return _money(number, unit or "元")
    if kind is Kind.PERCENT:
        return f"{_percent(number)}%"
    if kind is Kind.TERM:
        return _term(number, unit, months)
    if kind is Kind.DATE:
        return date.fromordinal(int(number)).isoformat()
    if kind is Kind.LEVEL:
        return f"{plain(number)}{unit}" if unit in "级星档" and unit else f"{unit}{plain(number)}"
    if kind is Kind.AGE:
        return f"{plain(number)}岁"
    if kind is Kind.TIME:
        return f"{int(number) // 60}:{int(number) % 60:02d}"
    return f"{plain(number)}{unit}"


def in_kind_of(number: Decimal, like: Value) -> Value:
    """A worked-out figure in the kind and unit of those it comes from."""
    return Value(format_number(like.kind, number, like.unit), like.kind, number, unit=like.unit)


def percentage(number: Decimal) -> Value:
    """A worked-out share, in per cent."""
    return Value(format_number(Kind.PERCENT, number), Kind.PERCENT, number, unit="%")


def plain(number: Decimal) -> str:
    """The digits of a number, without exponent or trailing zeros."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _money(number: Decimal, unit: str) -> str:
    for scale, name in ((Decimal(100_000_000), "亿"), (Decimal(10_000), "万")):
        short = number / scale
        if abs(number) >= scale and short == short.quantize(Decimal("0.01")):
            return f"{plain(short)}{name}{unit}"
    text = format(number, ",f")
    return f"{text.rstrip('0').rstrip('.') if '.' in text and number == number.to_integral_value() else text}{unit}"


def _percent(number: Decimal) -> str:
    text = plain(number)
    whole, _, places = text.partition(".")
    return f"{whole}.{places:0<2}" if places else whole


def _term(number: Decimal, unit: str, months: int | None) -> str:
    if months is not None:
        return f"{months}个月" if months % 12 else f"{months // 12}年"
    if unit == WORK_DAY:
        return f"{plain(number)}个{unit}"
    hours = number * 24
    whole_hours = hours == hours.to_integral_value() and number != number.to_integral_value()
    return f"{plain(hours)}小时" if whole_hours else f"{plain(number)}天"
