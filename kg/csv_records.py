"""CSV records with their physical line, strictly quoted; a record that breaks the rules is said and passed over."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Broken:
    """Why a record could not be read, and what to do."""

    what: str
    remedy: str


def records(lines: Iterable[str]) -> Iterator[tuple[int, list[str] | Broken]]:
    """(first physical line, cells or what is broken) of every record."""
    reader = csv.reader(lines, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, _broken(str(error))
            continue
        yield line, cells


def _broken(error: str) -> Broken:
    if "field larger" in error:
        return Broken("一格太长", "缩短文字，或检查引号是否没有合上")
    if "unexpected end" in error:
        return Broken("引号到文件末尾都没有合上", "在这一行补上英文双引号")
    return Broken("引号用错了", "格子以英文双引号开头时，里面的双引号写两个，末尾的双引号后面接逗号")
