"""Splitting a load: the good rows go on, the bad ones are written to a file with the reasons."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from kg.problems import Problem, Severity
from kg.reader.rows import COLUMNS, Row

Place = tuple[str, int]
HEADER = (*COLUMNS, "file", "line", "reason")


def bad_places(problems: Iterable[Problem]) -> dict[Place, list[Problem]]:
    """The errors by file and line. Line 0 stands for a whole file that could not be read."""
    places: dict[Place, list[Problem]] = defaultdict(list)
    for problem in problems:
        if problem.severity is Severity.ERROR:
            places[problem.file, problem.line].append(problem)
    return dict(places)


def write_quarantine(path: Path, source: Iterable[Row | Problem], problems: Iterable[Problem]) -> int:
    """Write the bad rows with file, line and reason; the number of them.

    Columns are those of triple files, so that a corrected file can be loaded again; bytes that are no
    UTF-8 come out as they went in. A row that could not be cut into columns stands in the first cells as it
    was. Cells are not changed for spreadsheets: -0.5% and +86 must survive.
    """
    bad = bad_places(problems)
    count = 0
    with path.open("w", encoding="utf-8", errors="surrogateescape", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for item in source:
            reasons = bad.pop((item.file, item.line), None)
            if reasons is not None:
                writer.writerow((*_cells(item), item.file, item.line, _reason(reasons)))
                count += 1
        for (name, line), reasons in bad.items():
            writer.writerow((*_padded(()), name, line, _reason(reasons)))
            count += 1
    return count


def _cells(item: Row | Problem) -> tuple[str, ...]:
    if isinstance(item, Problem):
        return _padded(item.cells)
    return tuple(getattr(item, column) for column in COLUMNS)


def _padded(cells: tuple[str, ...]) -> tuple[str, ...]:
    return cells + ("",) * (len(COLUMNS) - len(cells))


def _reason(problems: list[Problem]) -> str:
    return " | ".join(f"{p.column}{p.what}；{p.remedy}" for p in problems)
