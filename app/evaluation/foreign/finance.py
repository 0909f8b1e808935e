"""A set of Ant's financial evaluation (CC BY 4.0): is it a question about finance or not."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.evaluation.statistics import Share

FINANCE = "金融问题识别.csv"
_YES = "是"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and whether it is about finance."""

    text: str
    finance: bool


def is_finance(folder: Path) -> bool:
    """Whether a folder holds the set."""
    return (folder / FINANCE).is_file()


def finance_questions(folder: Path) -> list[Asked]:
    """The questions of the set about finance or not; most of the set is published without its answers."""
    return [Asked(row["question"], row["answer"] == _YES) for row in _rows(folder / FINANCE) if row["answer"]]


@dataclass(frozen=True, slots=True)
class Scope:
    """How questions were taken: those about finance as such, the others as out of scope."""

    inside: Share
    outside: Share


def scope(questions: Sequence[Asked], taken: Callable[[str], bool]) -> Scope:
    """`taken` says whether a question is taken to be about finance."""
    inside = [taken(q.text) for q in questions if q.finance]
    outside = [not taken(q.text) for q in questions if not q.finance]
    return Scope(Share(sum(inside), len(inside)), Share(sum(outside), len(outside)))


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))
