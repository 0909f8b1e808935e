"""Golden questions: a CSV that editors own; every draft is answered on them before it is published."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kg.csv_records import Broken, records

COLUMNS = ("question", "today", "intent", "note")
_CHINESE = {"问题": "question", "日期": "today", "意图": "intent", "备注": "note"}
MAX_QUESTIONS = 5000
MAX_LENGTH = 500


class GoldenFault(ValueError):
    """A line of the file that can't be read: file:line, value, what to write."""


@dataclass(frozen=True, slots=True)
class Golden:
    """One question. `today` None is the day of asking; `intent` is what a recorded turn was taken for, if it is one."""

    question: str
    today: date | None = None
    intent: str = ""
    note: str = ""


def read_golden(path: Path) -> list[Golden]:
    """The questions of a file, each once; none where there is no file. Raises GoldenFault."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return []
    except UnicodeDecodeError as error:
        raise GoldenFault(f"{path.name}：不是 UTF-8 编码；另存为「CSV UTF-8（逗号分隔）」") from error
    found = list({g.question: g for g in _rows(text, path.name)}.values())
    if len(found) > MAX_QUESTIONS:
        raise GoldenFault(f"{path.name}：{len(found)} 个问题；最多 {MAX_QUESTIONS} 个")
    return found


def write_golden(path: Path, questions: list[Golden]) -> None:
    """Writes the file anew; it appears whole or not."""
    made = io.StringIO()
    table = csv.writer(made, lineterminator="\n")
    table.writerow(COLUMNS)
    table.writerows((g.question, g.today.isoformat() if g.today else "", g.intent, g.note) for g in questions)
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f".{path.name}.part")
    scratch.write_text(made.getvalue(), encoding="utf-8-sig")
    scratch.replace(path)


def _rows(text: str, name: str) -> Iterator[Golden]:
    titles: list[str] | None = None
    for line, cells in records(io.StringIO(text, newline="")):
        if isinstance(cells, Broken):
            raise GoldenFault(f"{name}:{line}：{cells.what}；{cells.remedy}")
        if not any(cell.strip() for cell in cells):
            continue
        if titles is None:
            titles = [_CHINESE.get(c.strip(), c.strip().lower()) for c in cells]
            if "question" not in titles:
                raise GoldenFault(f"{name}:{line}：缺少 question（问题）列；第一行写 {','.join(COLUMNS)}")
            continue
        row = dict(zip(titles, (c.strip() for c in cells), strict=False))
        yield _golden(row, f"{name}:{line}")


def _golden(row: dict[str, str], place: str) -> Golden:
    question, day = row.get("question", ""), row.get("today", "")
    if not question or len(question) > MAX_LENGTH:
        raise GoldenFault(f"{place}：问题是空的或超过 {MAX_LENGTH} 字；写一句客户会问的话")
    try:
        today = date.fromisoformat(day) if day else None
    except ValueError as error:
        raise GoldenFault(f"{place}：日期「{day}」不对；写成 2026-01-31") from error
    return Golden(question, today, row.get("intent", ""), row.get("note", ""))
