"""Cells of a column, read and brought to one form: ids, texts, days, times in UTC, amounts in 分, yes and no.

Every reader gives the values, with None (or NaT) for what is missing, and which cells can't be read. Missing stays
missing: nothing here turns an empty cell into a figure.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import numpy as np
import pandas as pd

from customer.importing.fields import Field, Type

BANK_ZONE = "Asia/Shanghai"
_EMPTY = frozenset({"", "-", "--", "/", "null", "NULL", "None", "nan", "NaN", "N/A", "无", "未知", "\\N"})
_AMOUNT = re.compile(r"^(?:人民币|RMB|CNY|[¥￥])?([+-]?[\d,]*\.?\d+)(亿|万|千)?(?:元|块|人民币)?$", re.IGNORECASE)
_SCALE = {"亿": 10**8, "万": 10**4, "千": 10**3, None: 1}
_YES = frozenset({"1", "true", "t", "y", "yes", "是", "有"})
_NO = frozenset({"0", "false", "f", "n", "no", "否", "无"})
_DAY = re.compile(r"^(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?(?:[ T](\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(.*))?$")
_EARLIEST, _LATEST = pd.Timestamp("1880-01-01"), pd.Timestamp("2200-01-01")
_CENTS = {"元": 100, "万元": 1_000_000, "分": 1}

Read = tuple[pd.Series, pd.Series]


def read_cells(cells: pd.Series, field: Field, unit: str = "元", values: dict[str, Any] | None = None) -> Read:
    """The values of a column and a mask of the cells that can't be read."""
    if field.type is Type.MONEY:
        return _money(cells, unit)
    if field.type in (Type.DAY, Type.MOMENT):
        return _times(cells, moment=field.type is Type.MOMENT)
    if field.type is Type.FLAG and pd.api.types.is_bool_dtype(cells):
        return cells.astype(object), pd.Series(False, index=cells.index)
    known = values or {}

    def read(cell: object) -> Any:
        text = clean(cell)
        return None if text is None else _worded(known.get(text, text), field)

    return _by_value(cells, read)


def clean(cell: object) -> str | None:
    """A cell as text: full-width narrowed, outer blanks gone, None when it says nothing."""
    if cell is None or cell is pd.NaT or (isinstance(cell, float) and np.isnan(cell)):
        return None
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = unicodedata.normalize("NFKC", str(cell)).strip()
    return None if text in _EMPTY else text


def _worded(text: Any, field: Field) -> Any:
    """Text, id, choice or flag as the field wants it. Raises ValueError."""
    if field.type is Type.FLAG:
        low = str(text).lower()
        if low not in _YES | _NO:
            raise ValueError(text)
        return low in _YES
    if field.type is Type.CHOICE:
        return field.values[str(text)]
    said = str(text)
    if len(said) > field.longest or any(unicodedata.category(c) == "Cc" for c in said):
        raise ValueError(said)
    return said


def _by_value(cells: pd.Series, read: Any) -> Read:
    """Reads each different cell once."""
    codes, different = pd.factorize(cells, use_na_sentinel=True)
    made = np.empty(len(different) + 1, dtype=object)
    bad = np.zeros(len(different) + 1, dtype=bool)
    for place, cell in enumerate(different):
        try:
            made[place] = read(cell)
        except (ValueError, KeyError, InvalidOperation):
            bad[place] = True
    return pd.Series(made[codes], index=cells.index, dtype=object), pd.Series(bad[codes], index=cells.index)


def _money(cells: pd.Series, unit: str) -> Read:
    """Amounts in 分, as whole numbers; None is missing."""
    cents = _CENTS[unit]
    if pd.api.types.is_numeric_dtype(cells) and not pd.api.types.is_bool_dtype(cells):
        scaled = (cells.astype("float64") * cents).round()
        bad = np.isinf(scaled) | (scaled.abs() > 2**62)
        return scaled.where(~bad).astype("Int64"), bad

    def read(cell: object) -> int | None:
        text = clean(cell)
        if text is None:
            return None
        match = _AMOUNT.match(text.replace(" ", ""))
        if match is None:
            raise ValueError(text)
        amount = Decimal(match.group(1).replace(",", "")) * _SCALE[match.group(2)] * cents
        if abs(amount) > 2**62:
            raise ValueError(text)
        return int(amount.to_integral_value())

    values, bad = _by_value(cells, read)
    return values.astype("Int64"), bad


def _times(cells: pd.Series, *, moment: bool) -> Read:
    """Days as datetime.date; times as UTC timestamps, those without a zone taken for the bank's."""
    if not pd.api.types.is_datetime64_any_dtype(cells):
        return _moments(cells) if moment else _by_value(cells, _day)
    bad = pd.Series(False, index=cells.index)
    if moment:
        return (cells if cells.dt.tz is not None else cells.dt.tz_localize(BANK_ZONE)).dt.tz_convert("UTC"), bad
    return cells.dt.tz_localize(None).dt.date.astype(object).where(cells.notna(), None), bad


def _moments(cells: pd.Series) -> Read:
    times, bad = _by_value(cells, _moment)
    return pd.to_datetime(times, utc=True), bad


def _day(cell: object) -> date | None:
    parts = _parts(cell)
    return date(*parts[0]) if parts else None


def _moment(cell: object) -> pd.Timestamp | None:
    parts = _parts(cell)
    if parts is None:
        return None
    (year, month, day), clock = parts
    made = pd.Timestamp(f"{year}-{month:02d}-{day:02d} {clock or '00:00'}")
    if not _EARLIEST <= made.tz_localize(None) <= _LATEST:
        raise ValueError(cell)
    return (made if made.tzinfo else made.tz_localize(BANK_ZONE)).tz_convert("UTC")


def _parts(cell: object) -> tuple[tuple[int, int, int], str] | None:
    """Year, month and day, and the clock with its zone as it is written. Raises ValueError."""
    text = clean(cell)
    if text is None:
        return None
    match = _DAY.match(text)
    if match is None or int(match.group(1)) < _EARLIEST.year:
        raise ValueError(text)
    year, month, day, clock, zone = match.groups()
    return (int(year), int(month), int(day)), f"{clock or ''}{(zone or '').strip()}"
