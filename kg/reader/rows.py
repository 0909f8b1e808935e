"""Row: one line of a triple file as text, and the header that says which column is which."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from typing import NamedTuple

from kg.formulas import unescaped
from kg.problems import Problem, Severity


class Row(NamedTuple):
    """One triple as an editor wrote it: every column as text without outer blanks, and where it stands.

    A named tuple, because a load makes a million of them and a frozen dataclass takes three times as long.
    """

    subject: str
    predicate: str
    object: str
    subject_id: str = ""
    subject_type: str = ""
    object_id: str = ""
    object_type: str = ""
    unit: str = ""
    qualifiers: str = ""
    valid_from: str = ""
    valid_to: str = ""
    source: str = ""
    article: str = ""
    note: str = ""
    file: str = ""
    line: int = 0


COLUMNS = (
    "subject",
    "predicate",
    "object",
    "subject_id",
    "subject_type",
    "object_id",
    "object_type",
    "unit",
    "qualifiers",
    "valid_from",
    "valid_to",
    "source",
    "article",
    "note",
)
REQUIRED = COLUMNS[:3]
_CHINESE = {
    "subject": ("主语", "头实体", "实体"),
    "predicate": ("谓语", "关系", "属性"),
    "object": ("宾语", "尾实体", "值", "属性值"),
    "subject_id": ("主语编号",),
    "subject_type": ("主语类型",),
    "object_id": ("宾语编号",),
    "object_type": ("宾语类型",),
    "unit": ("单位",),
    "qualifiers": ("限定",),
    "valid_from": ("生效日", "生效日期"),
    "valid_to": ("失效日", "失效日期"),
    "source": ("来源",),
    "article": ("条款",),
    "note": ("备注",),
}
_NAMES = {name: name for name in COLUMNS} | {word: name for name, words in _CHINESE.items() for word in words}
_USUAL = {
    "subject": ("公司", "公司名称", "企业", "企业名称", "单位名称", "机构", "机构名称", "名称", "姓名", "对象"),
    "predicate": ("指标", "指标名称", "项目", "项目名称", "科目", "报表项目", "字段", "indicator", "metric", "item"),
    "object": ("数值", "取值", "内容", "指标值", "金额", "value"),
}
"""Titles of tables of figures in the place of those of triples; heard where the column is not there otherwise."""
_TIMES = ("年份", "年度", "会计年度", "报告年度", "报告期", "期间", "季度", "月份", "year", "period")
"""Titles of columns that say which time a figure is of: they become cases."""
_NAMED = re.compile(r"(?:名称|名|简称|全称)$")
_YEAR_ALONE = re.compile(r"(?:19|20)\d{2}")
_NO_TEXT = re.compile("[\0\ud800-\udfff]")
MAX_COLUMNS = 100
MAX_CELL_BYTES = 100_000


@dataclass(frozen=True)
class Header:
    """Where each column of COLUMNS stands (-1: not there); `width` is the number of cells a row must have."""

    positions: tuple[int, ...]
    width: int
    titles: tuple[str, ...]
    times: tuple[tuple[str, int], ...] = ()
    """Columns of time with their titles."""
    cls: str = ""
    """The class of every subject, where the title of the column says it (公司)."""

    @cached_property
    def pick(self) -> Callable[[Sequence[str]], tuple[str, ...]]:
        """Takes the cells of COLUMNS out of a row's."""
        return itemgetter(*self.positions)


def shown(column: str) -> str:
    """A column's name for a message: object（宾语）."""
    return f"{column}（{_CHINESE[column][0]}）" if column in _CHINESE else column


def read_header(cells: Sequence[str], file: str, line: int) -> tuple[Header | None, list[Problem]]:
    """The header, or None when a required column is missing; unknown columns are left out with a warning."""
    if len(cells) > MAX_COLUMNS:
        return None, [_header_error(file, line, f"{len(cells)}列", f"列数超过{MAX_COLUMNS}", "删去多余的列")]
    titles = tuple(cell.strip() for cell in cells)
    known: dict[str, int] = {}
    problems: list[Problem] = []
    for index, title in enumerate(titles):
        name = _NAMES.get(title.lower().replace(" ", "_"))
        if name is None:
            if title:
                problems.append(_unknown(file, line, title))
        elif name in known:
            problems.append(_header_error(file, line, title, f"{shown(name)}列写了两次", "只留一列"))
        else:
            known[name] = index
    cls = _called_usually(titles, known)
    times = tuple((title, i) for i, title in enumerate(titles) if title.lower() in _TIMES)
    taken = {titles[i] for i in known.values()} | {title for title, _ in times}
    problems = [p for p in problems if p.severity is Severity.ERROR or p.value not in taken]
    for name in REQUIRED:
        if name not in known:
            remedy = "第一行写列名 subject,predicate,object 或 主语,谓语,宾语，用逗号分隔"
            problems.append(_header_error(file, line, ",".join(titles), f"缺少{shown(name)}列", remedy))
    broken = any(p.severity is Severity.ERROR for p in problems)
    positions = tuple(known.get(name, -1) for name in COLUMNS)
    return (None if broken else Header(positions, len(titles), titles, times, cls)), problems


def _called_usually(titles: Sequence[str], known: dict[str, int]) -> str:
    """Adds to `known` the columns that go by the titles of a table of figures; the class that the subject's says."""
    cls = ""
    for name, words in _USUAL.items():
        index = next((titles.index(word) for word in words if word in titles), -1) if name not in known else -1
        if index >= 0 and index not in known.values():
            known[name] = index
            named = _NAMED.sub("", titles[index]) if name == "subject" else ""
            cls = cls or (named if "subject_type" not in known else "")
    return cls


def _of_its_time(row: Row, header: Header, cells: Sequence[str]) -> Row:
    """The row with what its columns of time say as cases, and with the class of its column."""
    cases = [row.qualifiers] if row.qualifiers else []
    for title, index in header.times:
        if cells[index]:
            year = f"{cells[index]}年" if _YEAR_ALONE.fullmatch(cells[index]) else cells[index]
            cases.append(f"{title}={year}")
    return row._replace(qualifiers=";".join(cases), subject_type=row.subject_type or header.cls)


def _header_error(file: str, line: int, value: str, what: str, remedy: str) -> Problem:
    return Problem(Severity.ERROR, file, line, "", value, what, remedy)


def _unknown(file: str, line: int, title: str) -> Problem:
    remedy = f"这一列不会载入；认识的列有 {','.join(COLUMNS)}"
    return Problem(Severity.WARNING, file, line, "", title, "不认识的列", remedy)


def make_row(header: Header, cells: Sequence[str], file: str, line: int) -> Row | Problem | None:
    """A row, what is wrong with it, or None for a line without any text."""
    joined = "".join(cells)
    if not joined or joined.isspace():
        return None
    if len(cells) != header.width:
        what = f"有{len(cells)}格，列名有{header.width}格"
        return _bad((file, line), "", ",".join(cells), (what, "补上缺的逗号，或给含逗号的文字加英文双引号"), cells)
    if len(joined) > MAX_CELL_BYTES // 4 or _NO_TEXT.search(joined):
        for index, cell in enumerate(cells):
            if fault := _cell_fault(cell):
                return _bad((file, line), header.titles[index], cell, fault, cells)
    if "'" in joined:
        cells = list(map(unescaped, cells))
    stripped = (*map(str.strip, cells), "")  # what is not in the file is the empty cell at the end, at -1
    row = Row._make((*header.pick(stripped), file, line))
    if header.times or header.cls:
        row = _of_its_time(row, header, stripped)
    if not (row.subject and row.predicate and row.object):
        missing = next(name for name in REQUIRED if not getattr(row, name))
        fault = ("是空的", "填上内容；合并的单元格要先取消合并")
        return _bad((file, line), shown(missing), ",".join(cells), fault, cells)
    return row


def _cell_fault(cell: str) -> tuple[str, str] | None:
    """What no cell may hold: NUL, bytes that are no text, more than MAX_CELL_BYTES."""
    if "\0" in cell:
        return "含有空字符（NUL）", "用文本编辑器删去空字符，或重新导出为 UTF-8 的 CSV"
    if _NO_TEXT.search(cell):
        return "有不是 UTF-8 的字节", "用 UTF-8 编码重新保存这个文件"
    if len(cell) > MAX_CELL_BYTES // 4 and len(cell.encode("utf-8", "surrogateescape")) > MAX_CELL_BYTES:
        return f"超过{MAX_CELL_BYTES // 1000} kB", "缩短文字，或检查引号是否没有合上"
    return None


def _bad(place: tuple[str, int], column: str, value: str, fault: tuple[str, str], cells: Sequence[str]) -> Problem:
    return Problem(Severity.ERROR, *place, column, value, *fault, tuple(cells))
