"""Cells come to one form, and what is missing stays missing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from customer.importing.cells import read_cells
from customer.importing.fields import FIELDS, Field, Kind, Type

BAD = object()


def one(cell: Any, field: Field, unit: str = "元", **values: Any) -> Any:
    read, bad = read_cells(pd.Series([cell], dtype=object), field, unit, values)
    return BAD if bad.iloc[0] else None if pd.isna(read.iloc[0]) else read.iloc[0]


@pytest.mark.parametrize(
    ("cell", "fen"),
    [
        ("1,234.50", 123450),
        ("￥1,234.50元", 123450),
        ("１２３４．５", 123450),
        ("1.2万", 1_200_000),
        ("3亿元", 30_000_000_000),
        ("-88.8", -8880),
        ("人民币100", 10000),
        ("0", 0),
        (0, 0),
        (12.34, 1234),
        ("", None),
        ("NULL", None),
        ("—", BAD),
        (None, None),
        (float("nan"), None),
        ("约五万", BAD),
        ("12.3.4", BAD),
        ("9" * 40, BAD),
        (float("inf"), BAD),
    ],
)
def test_amounts(cell: Any, fen: Any) -> None:
    assert one(cell, Field(Type.MONEY)) == fen


@pytest.mark.parametrize(("unit", "fen"), [("元", 150), ("万元", 1_500_000), ("分", 2)])
def test_units(unit: str, fen: int) -> None:
    assert one("1.5", Field(Type.MONEY), unit) == fen


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2026-11-20", date(2026, 11, 20)),
        ("2026/1/2", date(2026, 1, 2)),
        ("20261120", date(2026, 11, 20)),
        ("2026年11月2日", date(2026, 11, 2)),
        ("2026-11-20 08:30:00", date(2026, 11, 20)),
        (date(2026, 1, 1), date(2026, 1, 1)),
        (pd.Timestamp("2026-01-01"), date(2026, 1, 1)),
        ("", None),
        (None, None),
        ("2026-02-30", BAD),
        ("1990-13-45", BAD),
        ("0001-01-01", BAD),
        ("昨天", BAD),
    ],
)
def test_days(cell: Any, day: Any) -> None:
    assert one(cell, Field(Type.DAY)) == day


@pytest.mark.parametrize(
    ("cell", "utc"),
    [
        ("2026-11-20 08:30", "2026-11-20T00:30:00+00:00"),
        ("2026-11-20T08:30:00Z", "2026-11-20T08:30:00+00:00"),
        ("2026-11-20 08:30:00+08:00", "2026-11-20T00:30:00+00:00"),
        ("2026-11-20", "2026-11-19T16:00:00+00:00"),
    ],
)
def test_times_without_a_zone_are_the_banks(cell: str, utc: str) -> None:
    assert one(cell, Field(Type.MOMENT)).isoformat() == utc


@pytest.mark.parametrize(
    ("cell", "value"), [("是", True), ("0", False), (True, True), ("N", False), ("大概", BAD), ("", None)]
)
def test_flags(cell: Any, value: Any) -> None:
    assert one(cell, Field(Type.FLAG)) == value


def test_choices_and_the_mapping_s_own_words() -> None:
    sex = FIELDS[Kind.CUSTOMERS]["sex"]
    said = [one(c, sex, **{"先生": "M"}) for c in ("女", "F", "先生", "不明", "")]
    assert said == ["F", "F", "M", BAD, None]


def test_an_id_read_as_a_float_keeps_no_point() -> None:
    assert one(1001.0, Field(Type.ID)) == "1001"


@given(st.lists(st.none() | st.text(max_size=12) | st.floats() | st.integers(-(10**30), 10**30), max_size=30))
def test_nothing_missing_becomes_a_figure(cells: list[Any]) -> None:
    read, bad = read_cells(pd.Series(cells, dtype=object), Field(Type.MONEY))
    for cell, value, wrong in zip(cells, read, bad, strict=True):
        empty = pd.isna(cell) or str(cell).strip() == ""
        assert not empty or (pd.isna(value) and not wrong)
