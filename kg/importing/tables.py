"""Tables of another tool: CSV with its columns' roles, read record by record as often as wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.csv_records import Broken, records
from kg.importing.headers import Column, Role
from kg.problems import Problem, Severity
from kg.reader.encoding import EncodingFault, detect

ColumnsOf = Callable[[str, Sequence[str]], tuple[Column, ...]]


@dataclass(frozen=True, slots=True)
class Record:
    """One line of a table with its place."""

    file: str
    line: int
    columns: tuple[Column, ...]
    cells: tuple[str, ...]

    def all(self, role: Role) -> list[str]:
        """The filled cells of a role."""
        return [cell for column, cell in zip(self.columns, self.cells, strict=True) if column.role is role and cell]

    def first(self, role: Role) -> str:
        """The first filled cell of a role, else empty."""
        return next(iter(self.all(role)), "")

    def properties(self) -> list[tuple[Column, str]]:
        """Filled property cells with their columns."""
        return [
            (column, cell)
            for column, cell in zip(self.columns, self.cells, strict=True)
            if column.role is Role.PROPERTY and cell
        ]


@dataclass(frozen=True, slots=True)
class Table:
    """A file whose header is understood; `problems` takes what is wrong with its lines, once."""

    path: Path
    encoding: str
    columns: tuple[Column, ...]

    @property
    def file(self) -> str:
        """What the file is called in problems."""
        return self.path.name

    @property
    def is_edges(self) -> bool:
        """Whether its lines are edges."""
        return {Role.START, Role.END} <= {c.role for c in self.columns}

    def group(self, role: Role) -> str:
        """The id space of the column of a role."""
        return next((c.group for c in self.columns if c.role is role), "")

    def records(self) -> Iterator[Record]:
        """The lines that have as many cells as the header."""
        for line, cells in _body(self.path, self.encoding):
            if not isinstance(cells, Broken) and len(cells) == len(self.columns):
                yield Record(self.file, line, self.columns, tuple(cell.strip() for cell in cells))


def read_table(path: Path, columns_of: ColumnsOf, problems: list[Problem]) -> Table | None:
    """The table of a file; None, with the reason in `problems`, when it is no node or edge table.

    Lines that can't be read are reported here and left out by `Table.records`.
    """
    try:
        encoding = detect(path)
    except EncodingFault as fault:
        problems.append(_whole(path, str(fault), "不能读这种编码", "另存为 UTF-8 的 CSV"))
        return None
    with path.open(encoding=encoding, newline="") as file:
        titles = next((cells for _, cells in records(file) if not isinstance(cells, Broken) and any(cells)), [])
    columns = columns_of(path.name, [t.strip() for t in titles])
    table = Table(path, encoding, columns)
    known = {c.role for c in columns}
    if not table.is_edges and not known & {Role.ID, Role.NAME}:
        what = "看不出是节点表还是边表"
        remedy = "列名写成 :ID、name 或 :START_ID、:END_ID，或用 --map 说明哪一列是 id、name、from、to"
        problems.append(_whole(path, ",".join(titles), what, remedy))
        return None
    for line, cells in _body(path, encoding):
        if isinstance(cells, Broken):
            problems.append(Problem(Severity.ERROR, path.name, line, "", "", cells.what, cells.remedy))
        elif len(cells) != len(columns) and any(cell.strip() for cell in cells):
            what = f"有{len(cells)}格，列名有{len(columns)}格"
            problems.append(Problem(Severity.ERROR, path.name, line, "", ",".join(cells), what, "补上或删去格子"))
    return table


def _body(path: Path, encoding: str) -> Iterator[tuple[int, list[str] | Broken]]:
    with path.open(encoding=encoding, newline="") as file:
        lines = records(file)
        for _, cells in lines:  # the header
            if isinstance(cells, Broken) or any(cell.strip() for cell in cells):
                break
        yield from ((line, cells) for line, cells in lines if isinstance(cells, Broken) or any(map(str.strip, cells)))


def _whole(path: Path, value: str, what: str, remedy: str) -> Problem:
    return Problem(Severity.ERROR, path.name, 0, "", value, what, remedy)
