"""Triple workbooks: cells come out as they are shown."""

from __future__ import annotations

import zipfile
from datetime import date, datetime, time
from pathlib import Path

import pytest
from openpyxl import Workbook

from kg.problems import Problem, Severity
from kg.reader import Row
from kg.reader.xlsx_cells import CellFault, number_text
from kg.reader.xlsx_file import read_xlsx

HEADER = ("subject", "predicate", "object", "valid_from")


def save(tmp_path: Path, book: Workbook) -> Path:
    path = tmp_path / "利率.xlsx"
    book.save(path)
    return path


def read(path: Path) -> tuple[list[Row], list[Problem]]:
    items = list(read_xlsx(path, path.name))
    return [i for i in items if isinstance(i, Row)], [i for i in items if isinstance(i, Problem)]


CELLS = [
    (0.035, "0.00%", "3.50%"),
    (0.035, "0%", "3.5%"),
    (0.2, "0%", "20%"),
    (0.0285, "0.00%", "2.85%"),
    (0.07, "0.00%", "7.00%"),
    (-0.005, "0.0%", "-0.5%"),
    (10000, "General", "10000"),
    (10000.0, "#,##0", "10000"),
    (1234.5, "#,##0.00", "1234.50"),
    (0.1 + 0.2, "General", "0.3"),
    (5, '0"张"', "5张"),
    (50, '"¥"#,##0', "¥50"),
    (1.5, '0.0"万元"', "1.5万元"),
    (True, "General", "是"),
    ("R2", "General", "R2"),
]


@pytest.mark.parametrize(("value", "number_format", "shown"), CELLS)
def test_typed_cells_are_read_as_shown(tmp_path: Path, value: object, number_format: str, shown: str) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(HEADER)
    sheet.append(["稳盈1号", "值", value, None])
    sheet["C2"].number_format = number_format
    rows, problems = read(save(tmp_path, book))
    assert problems == []
    assert [r.object for r in rows] == [shown]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (date(2026, 5, 15), "2026-05-15"),
        (datetime(2026, 5, 15), "2026-05-15"),
        (datetime(2026, 5, 15, 9, 30), "2026-05-15 09:30"),
        (time(9, 30), "09:30"),
    ],
)
def test_serial_dates_are_dates(tmp_path: Path, value: object, shown: str) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(HEADER)
    sheet.append(["a", "b", "c", value])
    rows, problems = read(save(tmp_path, book))
    assert problems == []
    assert [(r.valid_from, r.line, r.file) for r in rows] == [(shown, 2, "利率.xlsx")]


def test_a_formula_that_was_never_computed_is_an_error(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(HEADER)
    sheet.append(("a", "b", "=1+1", None))
    sheet.append(("c", "d", "e", None))
    rows, problems = read(save(tmp_path, book))
    assert [r.subject for r in rows] == ["c"]
    assert [(p.line, p.severity, p.value) for p in problems] == [(2, Severity.ERROR, "=1+1")]


def test_error_values_are_errors(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(HEADER)
    sheet.append(("a", "b", "#N/A", None))
    _, problems = read(save(tmp_path, book))
    assert [(p.line, p.value) for p in problems] == [(2, "#N/A")]


def test_sheets_are_named_and_a_cover_sheet_is_only_mentioned(tmp_path: Path) -> None:
    book = Workbook()
    cover = book.active
    assert cover is not None
    cover.title = "说明"
    cover.append(("本表由产品部维护",))
    sheet = book.create_sheet("定期")
    sheet.append(HEADER[:3])
    sheet.append(("a", "b", "c"))
    rows, problems = read(save(tmp_path, book))
    assert [(r.file, r.line) for r in rows] == [("利率.xlsx#定期", 2)]
    assert [(p.file, p.severity) for p in problems] == [("利率.xlsx#说明", Severity.NOTICE)]


def test_short_and_blank_rows(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(HEADER)
    sheet.append(("a", "b", "c"))
    sheet.append(())
    sheet.append(("d", "e"))
    rows, problems = read(save(tmp_path, book))
    assert [r.subject for r in rows] == ["a"]
    assert [(p.line, p.what) for p in problems] == [(4, "是空的")]


def test_a_file_that_is_no_workbook_is_a_problem(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(b"not a zip")
    rows, problems = read(path)
    assert rows == []
    assert [p.severity for p in problems] == [Severity.ERROR]


def test_a_zip_bomb_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 30_000_000)
    _, problems = read(path)
    assert ["解压后太大" in p.what for p in problems] == [True]


def test_scaled_formats_are_refused() -> None:
    with pytest.raises(CellFault, match="缩放"):
        number_text(12_000, "0.0,")
