"""The fixed list of questions: the development set's single questions, which everybody may look at."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
DEV = PROJECT / "tests" / "eval" / "dev"


@dataclass(frozen=True, slots=True)
class Questions:
    """Texts, and the day that their set is written for (ISO)."""

    texts: tuple[str, ...]
    today: str


def read_questions(folder: Path = DEV) -> Questions:
    """The questions that ask about the day of the set; those with a day of their own are left out."""
    today = json.loads((folder / "set.json").read_text(encoding="utf-8"))["today"]
    lines = (folder / "single.jsonl").read_text(encoding="utf-8").splitlines()
    turns = [json.loads(line)["turns"][0] for line in lines if line.strip()]
    return Questions(tuple(turn["text"] for turn in turns if "today" not in turn), today)
