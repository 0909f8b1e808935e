"""Triple CSV, streamed: strict quoting, physical line numbers, every bad row reported and none guessed at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from kg.csv_records import Broken, records
from kg.problems import Problem, Severity
from kg.reader.encoding import EncodingFault, detect
from kg.reader.rows import Row, make_row, read_header

MAX_BYTES = 2_000_000_000


def read_csv(path: Path, label: str) -> Iterator[Row | Problem]:
    """Rows and problems of one file in order; `label` is what the file is called in them."""
    size = path.stat().st_size
    if size > MAX_BYTES:
        yield _whole(label, f"{size}字节", f"文件超过{MAX_BYTES // 10**6} MB", "分成几个文件")
        return
    try:
        encoding = detect(path)
    except EncodingFault as fault:
        yield _whole(label, str(fault), "不能读这种编码", "另存为「CSV UTF-8（逗号分隔）」")
        return
    if encoding == "gb18030":
        remedy = "已按 GB18030 读入；建议另存为 UTF-8"
        yield Problem(Severity.NOTICE, label, 0, "", "", "文件不是 UTF-8 编码", remedy)
    errors = "strict" if encoding == "gb18030" else "surrogateescape"
    with path.open(encoding=encoding, errors=errors, newline="") as file:
        yield from _rows(file, label)


def _rows(lines: Iterable[str], label: str) -> Iterator[Row | Problem]:
    header = None
    for line, cells in records(lines):
        if isinstance(cells, Broken):
            yield Problem(Severity.ERROR, label, line, "", "", cells.what, cells.remedy)
        elif header is not None:
            made = make_row(header, cells, label, line)
            if made is not None:
                yield made
        elif any(cell.strip() for cell in cells):
            header, problems = read_header(cells, label, line)
            yield from problems
            if header is None:
                return
    if header is None:
        yield _whole(label, "", "文件是空的", "第一行写列名 subject,predicate,object，其后一行一个三元组")


def _whole(label: str, value: str, what: str, remedy: str) -> Problem:
    return Problem(Severity.ERROR, label, 0, "", value, what, remedy)
