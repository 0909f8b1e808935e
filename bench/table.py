"""The table as Markdown: it reads well on a terminal and goes into a document as it is."""

from __future__ import annotations

from collections.abc import Sequence

from bench.rows import Row

HEADER = ("what", "target", "ours", "stock Rasa", "ahead")
ABSENT = "–"


def table(rows: Sequence[Row]) -> str:
    """One line a row; a target that is missed is marked."""
    lines = [HEADER, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADER))]
    rule = tuple("-" * (width - 1) + (":" if column else "-") for column, width in enumerate(widths))
    return "\n".join(_line(line, widths) for line in (lines[0], rule, *lines[1:]))


def _cells(row: Row) -> tuple[str, ...]:
    bound = "≥" if row.higher else "≤"
    target = ABSENT if row.target is None else f"{bound} {_figure(row.target, row.unit)}"
    missed = " (missed)" if row.met is False else ""
    ahead = {True: "yes", False: "no", None: ABSENT}[row.ahead]
    return (row.what, target, _figure(row.ours, row.unit) + missed, _figure(row.stock, row.unit), ahead)


def _figure(value: float | None, unit: str) -> str:
    if value is None:
        return ABSENT
    text = f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.3g}"
    return f"{text} {unit}".strip()


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (
        cell.rjust(width) if column else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return f"| {' | '.join(padded)} |"
