"""Triple workbooks (.xlsx), streamed: cells read as they are shown, 0.035 in a percent cell as 3.50%."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from kg.problems import Problem, Severity
from kg.reader.rows import Header, Row, make_row, read_header
from kg.reader.xlsx_cells import CellFault, cell_text

MAX_UNPACKED = 500_000_000
MAX_RATIO = 200
"""A workbook that unpacks to more than this is taken for a bomb: real ones shrink ten- to fiftyfold."""
_DAMAGED = (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError, SyntaxError, EOFError)


def read_xlsx(path: Path, label: str) -> Iterator[Row | Problem]:
    """Rows and problems of all sheets; a sheet is named in the place: 利率.xlsx#定期. Line is the row of the sheet."""
    try:
        if refusal := _guard(path):
            yield _whole(label, *refusal)
            return
        values = load_workbook(path, read_only=True, data_only=True)
        formulas = load_workbook(path, read_only=True) if _has_formulas(path) else None
    except _DAMAGED as error:
        yield _whole(label, type(error).__name__, "打不开这个工作簿", "用电子表格软件打开后另存为 .xlsx，或导出为 CSV")
        return
    try:
        yield from _sheets(values, formulas, label)
    finally:
        values.close()
        if formulas is not None:
            formulas.close()


def _guard(path: Path) -> tuple[str, str, str] | None:
    with zipfile.ZipFile(path) as archive:
        unpacked = sum(item.file_size for item in archive.infolist())
        packed = sum(item.compress_size for item in archive.infolist())
    if unpacked > MAX_UNPACKED or (unpacked > 10**7 and unpacked > MAX_RATIO * packed):
        return f"{unpacked}字节", "解压后太大", "分成几个文件，或导出为 CSV"
    return None


def _has_formulas(path: Path) -> bool:
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                with archive.open(name) as sheet:
                    tail = b""
                    while chunk := sheet.read(1 << 20):
                        if b"<f>" in tail + chunk or b"<f " in tail + chunk:
                            return True
                        tail = chunk[-2:]
    return False


def _sheets(values: Any, formulas: Any, label: str) -> Iterator[Row | Problem]:
    sheets = [sheet for sheet in values.worksheets if sheet.sheet_state == "visible"]
    for sheet in sheets:
        place = f"{label}#{sheet.title}" if len(sheets) > 1 else label
        twin = formulas[sheet.title].iter_rows() if formulas is not None else None
        yield from _sheet(sheet.iter_rows(), twin, place, optional=len(sheets) > 1)


def _sheet(rows: Iterator[Any], twin: Iterator[Any] | None, place: str, optional: bool) -> Iterator[Row | Problem]:
    header: Header | None = None
    for number, cells in enumerate(rows, start=1):
        shadow = next(twin) if twin is not None else None
        texts, problem = _texts(cells, shadow, place, number)
        if header is None:
            if not any(text.strip() for text in texts):
                continue
            header, problems = read_header(_without_tail(texts), place, number)
            if header is None:
                yield from _without_header(problems, optional)
                return
            yield from problems
        elif problem is not None:
            yield problem
        else:
            made = make_row(header, _fitted(texts, header.width), place, number)
            if made is not None:
                yield made
    if header is None and not optional:
        yield _whole(place, "", "表是空的", "第一行写列名 subject,predicate,object，其后一行一个三元组")


def _without_header(problems: list[Problem], optional: bool) -> Iterator[Problem]:
    """One sheet of several may be a cover or notes: that is only mentioned."""
    if not optional:
        yield from problems
        return
    place = problems[0]
    what, remedy = "这张表没有三元组的列名，没有载入", "要载入就在第一行写列名 subject,predicate,object"
    yield Problem(Severity.NOTICE, place.file, place.line, "", "", what, remedy)


def _texts(cells: Any, shadow: Any, place: str, number: int) -> tuple[list[str], Problem | None]:
    texts: list[str] = []
    problem: Problem | None = None
    for index, cell in enumerate(cells):
        written = shadow[index].value if shadow is not None and index < len(shadow) else None
        try:
            texts.append(cell_text(cell, written))
        except CellFault as fault:
            texts.append(str(fault.value))
            problem = problem or Problem(
                Severity.ERROR, place, number, f"第{index + 1}", fault.value, fault.what, fault.remedy
            )
    if problem is not None:
        problem = Problem(
            problem.severity, place, number, problem.column, problem.value, problem.what, problem.remedy, tuple(texts)
        )
    return texts, problem


def _without_tail(texts: list[str]) -> list[str]:
    while texts and not texts[-1].strip():
        texts = texts[:-1]
    return texts


def _fitted(texts: list[str], width: int) -> list[str]:
    """A sheet has no commas to forget: missing cells at the end are empty, empty ones beyond the header are dropped."""
    kept = _without_tail(texts)
    return kept + [""] * (width - len(kept))


def _whole(label: str, value: str, what: str, remedy: str) -> Problem:
    return Problem(Severity.ERROR, label, 0, "", value, what, remedy)
