"""Files of a draft: which are taken, how they are shown as cells, and how single cells are changed.

A change rewrites the one record it is about; every other byte of the file stays as it came.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import tempfile
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path

from kg.csv_records import Broken, records
from kg.reader.encoding import EncodingFault, detect
from kg.reader.rows import COLUMNS, Row
from kg.reader.xlsx_file import read_xlsx

MAX_FILE_BYTES = 50_000_000
MAX_NAME = 120
_SUFFIXES = (".csv", ".xlsx")
_NO_TEXT = re.compile("[\ud800-\udfff]")


class FileRefused(ValueError):
    """A file or a change of it that is not taken: which, and what to do, in Chinese."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a CSV: its physical lines (first, last), and its cells or what is broken in it."""

    line: int
    last: int
    cells: tuple[str, ...]
    raw: str
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Edit:
    """One change: the cell `column` (from 0) of the record at `line`, or the whole record by `raw`.

    `line` 0 appends a record; `raw` empty (not None) takes the record out.
    """

    line: int
    column: int | None = None
    value: str = ""
    raw: str | None = None


def safe_name(name: str) -> str:
    """The name a file is kept under. FileRefused for a path, a hidden file, another type."""
    cleaned = unicodedata.normalize("NFC", name)
    if cleaned != Path(cleaned).name or "\\" in cleaned or cleaned.startswith((".", "~$")):
        raise FileRefused(f"文件名「{_shown(name)}」不能含有路径；只写文件名，如 产品.csv")
    if any(unicodedata.category(c).startswith("C") for c in cleaned) or not 5 <= len(cleaned) <= MAX_NAME:
        raise FileRefused(f"文件名「{_shown(name)}」不合适；用不超过 {MAX_NAME} 字的普通文件名")
    if not cleaned.lower().endswith(_SUFFIXES):
        raise FileRefused(f"不认识的文件类型「{_shown(name)}」；用 .csv 或 .xlsx")
    return cleaned


def checked_file(name: str, content: bytes) -> str:
    """The name of a file that may be taken. FileRefused also for one that is empty or too large."""
    kept = safe_name(name)
    if not content:
        raise FileRefused(f"{kept} 是空文件；选有内容的文件")
    if len(content) > MAX_FILE_BYTES:
        raise FileRefused(f"{kept} 超过 {MAX_FILE_BYTES // 10**6} MB；用命令行 ./jinwen kg load 载入")
    if kept.lower().endswith(".xlsx") and not content.startswith(b"PK"):
        raise FileRefused(f"{kept} 不是 .xlsx 工作簿；在电子表格软件里另存为 .xlsx 或 CSV")
    return kept


@contextmanager
def as_folder(files: Mapping[str, bytes]) -> Iterator[Path]:
    """The files in a folder of their own, for as long as it takes to read them."""
    with tempfile.TemporaryDirectory(prefix="jinwen-draft-") as folder:
        for name, content in files.items():
            (Path(folder) / safe_name(name)).write_bytes(content)
        yield Path(folder)


class Records:
    """The records of a CSV by place, header included, each made when it is looked at: 50 MB have half a million.

    Bytes that are no text come as U+FFFD in `cells`.
    """

    def __init__(self, content: bytes) -> None:
        text, _ = _decoded(content)
        self._lines = list(io.StringIO(text, newline=""))
        self._items = list(records(iter(self._lines)))

    def __len__(self) -> int:
        return len(self._items)

    def __getitem__(self, place: int) -> Record:
        line, item = self._items[place]
        last = self._items[place + 1][0] - 1 if place + 1 < len(self._items) else len(self._lines)
        return _record(self._lines, line, last, item)

    def at(self, line: int) -> Record | None:
        """The record that begins at a physical line."""
        place = bisect_left(self._items, line, key=itemgetter(0))
        return self[place] if place < len(self._items) and self._items[place][0] == line else None


def edited(name: str, content: bytes, edits: Sequence[Edit]) -> tuple[str, bytes]:
    """The file after some changes, with its name: a workbook becomes a CSV. FileRefused for one that fits nowhere."""
    if name.lower().endswith(".xlsx"):
        name, content = f"{name[:-5]}.csv", _as_csv(name, content)
    text, encoding = _decoded(content)
    lines = list(io.StringIO(text, newline=""))
    found = Records(content)
    end = "\r\n" if lines and lines[0].endswith("\r\n") else "\n"
    added: list[str] = []
    for edit in sorted(edits, key=lambda e: -e.line):  # from below: the lines above keep their numbers
        if edit.line == 0:
            added.append((edit.raw or "").rstrip("\r\n") + end)
            continue
        record = found.at(edit.line)
        if record is None:
            raise FileRefused(f"{name} 没有第 {edit.line} 行的记录；刷新后再改")
        lines[record.line - 1 : record.last] = _written(record, edit, end, name)
    if added and lines and not lines[-1].endswith(("\n", "\r")):
        lines[-1] += end
    return name, "".join((*lines, *added)).encode(encoding, "surrogateescape")


def _written(record: Record, edit: Edit, end: str, name: str) -> list[str]:
    if edit.raw is not None:
        return [edit.raw.rstrip("\r\n") + end] if edit.raw.strip() else []
    if record.fault or edit.column is None or not 0 <= edit.column < 100:
        raise FileRefused(f"{name}:{record.line} 这一行读不成单元格；整行改写它")
    cells = list(record.cells) + [""] * (edit.column + 1 - len(record.cells))
    cells[edit.column] = edit.value
    return [_line(cells, end)]


def _line(cells: Iterable[str], end: str) -> str:
    made = io.StringIO()
    csv.writer(made, lineterminator=end).writerow(cells)
    return made.getvalue()


def _record(lines: list[str], line: int, last: int, item: list[str] | Broken) -> Record:
    raw = "".join(lines[line - 1 : last]).rstrip("\r\n")
    if isinstance(item, Broken):
        return Record(line, last, (), _plain(raw), f"{item.what}；{item.remedy}")
    return Record(line, last, tuple(map(_plain, item)), _plain(raw))


def _decoded(content: bytes) -> tuple[str, str]:
    """Text and the encoding to write it back in; broken bytes go through as they are."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        try:
            encoding = detect(Path(file.name))
        except EncodingFault as fault:
            raise FileRefused(f"文件是 {fault} 编码，不能在页面里改；另存为「CSV UTF-8（逗号分隔）」") from fault
    if encoding == "utf-8-sig":
        has_bom = content.startswith(codecs.BOM_UTF8)
        return content.decode("utf-8-sig", "surrogateescape"), "utf-8-sig" if has_bom else "utf-8"
    return content.decode(encoding), "utf-8"  # what somebody may type need not exist in GB18030's smaller cousins


def _as_csv(name: str, content: bytes) -> bytes:
    """A workbook's rows as a triple CSV: cells as they are shown."""
    made = io.StringIO()
    table = csv.writer(made, lineterminator="\n")
    table.writerow(COLUMNS)
    with as_folder({name: content}) as folder:
        for item in read_xlsx(folder / name, name):
            if isinstance(item, Row):
                table.writerow([getattr(item, column) for column in COLUMNS])
            elif item.cells:
                table.writerow([*item.cells, *[""] * (len(COLUMNS) - len(item.cells))])
    return made.getvalue().encode("utf-8-sig")


def _plain(text: str) -> str:
    return _NO_TEXT.sub("\ufffd", text)


def _shown(name: str) -> str:
    return "".join(c if c.isprintable() else "\ufffd" for c in name)[:60]
