"""The files of one load: which they are, and all their rows in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kg.ontology_files import is_ontology_file
from kg.problems import Problem, Severity
from kg.reader.csv_file import read_csv
from kg.reader.rows import Row
from kg.reader.xlsx_file import read_xlsx

_READERS = {".csv": read_csv, ".xlsx": read_xlsx}


@dataclass(frozen=True, slots=True)
class TripleFiles:
    """The triple files among `paths` (files and directories). Iterating reads them anew each time."""

    paths: tuple[Path, ...]

    @staticmethod
    def of(paths: Iterable[Path]) -> TripleFiles:
        """The files themselves; of a directory, its .csv and .xlsx by name, ontology files left out."""
        found: list[Path] = []
        for path in paths:
            found.extend(_in_directory(path) if path.is_dir() else [] if is_ontology_file(path) else [path])
        return TripleFiles(tuple(dict.fromkeys(found)))

    def __iter__(self) -> Iterator[Row | Problem]:
        for path in self.paths:
            yield from read_file(path)


def _in_directory(directory: Path) -> list[Path]:
    files = sorted(
        p for p in directory.iterdir() if p.suffix.lower() in _READERS and not p.name.startswith(("~$", "."))
    )
    return [p for p in files if not is_ontology_file(p)]


def read_file(path: Path) -> Iterator[Row | Problem]:
    """Rows and problems of one file. A file that can't be opened is a problem like any other."""
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        yield _refused(path, path.suffix, "不认识的文件类型", "用 .csv 或 .xlsx")
        return
    try:
        yield from reader(path, path.name)
    except OSError as error:
        yield _refused(path, str(error.strerror or error), "打不开文件", "检查文件是否存在、是否有读取权限")


def _refused(path: Path, value: str, what: str, remedy: str) -> Problem:
    return Problem(Severity.ERROR, path.name, 0, "", value, what, remedy)
