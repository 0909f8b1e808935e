"""Problem: one thing wrong with a triple file, with its place, the value and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

MAX_WARNINGS = 50
"""Warnings of one sort that are listed; the rest are only counted."""


class Severity(StrEnum):
    """An error keeps its row out of the graph; a warning and a notice don't."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding. `line` 0 means the file as a whole; `cells` are the cells of a row that could not be read."""

    severity: Severity
    file: str
    line: int
    column: str
    value: str
    what: str
    remedy: str
    cells: tuple[str, ...] = ()

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        label = {"error": "错误", "warning": "警告", "notice": "提示"}[self.severity.value]
        column = f"{self.column}列" if self.column else ""
        value = f"：「{shortened(self.value)}」" if self.value else ""
        return f"{place}: {label}: {column}{self.what}{value}；{self.remedy}"


def shortened(text: str, limit: int = 80) -> str:
    """One line of at most `limit` characters, safe to print."""
    line = "".join(c if c.isprintable() else "�" for c in text)
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


def has_errors(problems: list[Problem]) -> bool:
    """Whether any of them keeps the load from going through."""
    return any(p.severity is Severity.ERROR for p in problems)


def limited(warnings: Iterable[Problem]) -> Iterator[Problem]:
    """The first warnings; how many more there are is said at the place of the next."""
    rest = 0
    first: Problem | None = None
    for number, warning in enumerate(warnings):
        if number < MAX_WARNINGS:
            yield warning
            continue
        first = first or warning
        rest += 1
    if first is not None:
        what = f"这类警告还有{rest}条，没有列出"
        yield Problem(Severity.WARNING, first.file, first.line, "", "", what, "先处理列出的")
