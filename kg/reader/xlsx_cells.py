"""Cells of a workbook as text: numbers by their number format, dates as dates, formulas by their cached value."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any


class CellFault(Exception):
    """A cell that has no text: what is wrong with which value, and what to do."""

    def __init__(self, what: str, value: str, remedy: str) -> None:
        super().__init__(f"{what}：{value}")
        self.what = what
        self.value = value
        self.remedy = remedy


_SIGNIFICANT = Decimal("1E-12")
_LITERAL = re.compile(r'"([^"]*)"|\\(.)')
_BRACKETS = re.compile(r"\[[^\]]*\]|_.|\*.")
_DIGITS = re.compile(r"[0#?][0#?,]*(?:\.([0#?]+))?([,]*)(%?)")


def cell_text(cell: Any, written: Any = None) -> str:
    """What the cell shows. `written` is its formula when it has one. Raises CellFault."""
    value = cell.value
    if value is None:
        if isinstance(written, str) and written.startswith("="):
            raise CellFault("公式没有算出的值", written, "在电子表格软件里打开并保存一次，或改成数值")
        return ""
    if isinstance(value, str):
        if getattr(cell, "data_type", "") == "e":
            raise CellFault("单元格是错误值", value, "改正公式，或填上值")
        return value
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime | date | time | timedelta):
        return _moment(value)
    return number_text(value, getattr(cell, "number_format", "General") or "General")


def _moment(value: datetime | date | time | timedelta) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, time):
        return value.strftime("%H:%M")
    return value.isoformat() if isinstance(value, date) else str(value)


def number_text(value: int | float | Decimal, number_format: str) -> str:
    """A number as its format shows it, but never rounded: 0.035 under 0.00% is 3.50%, 5 under 0"元" is 5元."""
    number = _exact(value)
    section = _BRACKETS.sub("", number_format.split(";", maxsplit=1)[0])
    literals = [a or b for a, b in _LITERAL.findall(section)]
    shape = _DIGITS.search(_LITERAL.sub("", section))
    if number_format == "General" or shape is None:
        return _digits(number, 0)
    if shape[2]:
        raise CellFault(
            "数字格式里有缩放，读不准", f"{number} [{number_format}]", "改用不缩放的格式，或写成 1.2万元 这样的文字"
        )
    places = len(shape[1] or "")
    text = f"{_digits(number * 100, places)}%" if shape[3] else _digits(number, places)
    return _with_literals(text, section, literals)


def _with_literals(text: str, section: str, literals: list[str]) -> str:
    """Words in the format before and after the digits: ¥ in front, 元 behind."""
    if not literals:
        return text
    first = min((i for i in (section.find(c) for c in "0#?") if i >= 0), default=0)
    before = "".join(a or b for a, b in _LITERAL.findall(section[:first]))
    after = "".join(a or b for a, b in _LITERAL.findall(section[first:]))
    return f"{before}{text}{after}".strip()


def _exact(value: int | float | Decimal) -> Decimal:
    """The number a person typed: a float's noise beyond twelve places is dropped."""
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not number.is_finite():
        raise CellFault("不是数字", str(value), "填上数字")
    if number == number.to_integral_value():
        return number.quantize(Decimal(1))
    return number.quantize(_SIGNIFICANT, ROUND_HALF_EVEN).normalize()


def _digits(number: Decimal, places: int) -> str:
    """At least `places` decimals, and all that the number has."""
    text = format(number, "f")
    whole, _, fraction = text.partition(".")
    fraction = fraction.rstrip("0")
    return f"{whole}.{fraction:0<{places}}" if fraction or places else whole
