"""The risk assessment: questions and points as data, an answer read from what a customer says, the level they make."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from growth.errors import OfferFileError
from growth.yaml_files import level, read_yaml, text, whole

_LETTERS = "ABCDEFGH"
_MARKED = re.compile(
    r"\s*(?:选|选择|答案是?|我选|第)?\s*([A-Ha-h]|[1-8]|[一二三四五六七八])\s*(?:个|项|题|吧|选项|[.、。])?\s*"
)
_PLACES = {c: i for i, c in enumerate("一二三四五六七八")}
_ORDINAL = re.compile(r"第\s*([1-8一二三四五六七八])\s*(?:个|项|种)")
_LEAST_SHARED = 2
_NOISE = re.compile(r"[\s，,。.！!、]|我的?|是|选|吧|大概|大约|应该|属于|的$")


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its answers and their points."""

    ask: str
    answers: tuple[str, ...]
    points: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """`levels` gives the least points of C1 to C5; the first answer of a `caution` question (from 1) makes C1."""

    questions: tuple[Question, ...]
    levels: tuple[int, ...]
    caution: frozenset[int]
    source: str

    def level_of(self, answers: Sequence[int]) -> int:
        """The level, 1 to 5, of a full set of answers (places from 0)."""
        if any(answers[number - 1] == 0 for number in self.caution):
            return 1
        total = sum(q.points[a] for q, a in zip(self.questions, answers, strict=True))
        return max(i for i, least in enumerate(self.levels, 1) if total >= least)


@lru_cache(maxsize=4)
def read_questionnaire(folder: Path) -> Questionnaire:
    """The questionnaire of the folder. Raises OfferFileError."""
    path = folder / "assessment.yml"
    data = read_yaml(path)
    try:
        questions = tuple(_question(q) for q in data["questions"])
        levels = tuple(n for _, n in sorted((level("C")(c), whole(0, 1000)(n)) for c, n in data["levels"].items()))
        caution = frozenset(whole(1, len(questions))(n) for n in data.get("caution", ()))
        return Questionnaire(questions, levels, caution, text(data["source"]))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise OfferFileError((f"{path}：{error}；对照 README.md 改正",)) from error


def _question(row: Any) -> Question:
    answers = row["answers"]
    return Question(text(row["ask"]), tuple(text(a) for a, _ in answers), tuple(whole(0, 100)(p) for _, p in answers))


def answer_in(said: str, question: Question) -> int | None:
    """The place of the answer that a customer gives: its letter or number, 第二个, or its words. None when it is
    none of them, or fits two."""
    marked = _MARKED.fullmatch(said)
    if marked:
        return _within(_place(marked[1]), question)
    ordinal = _ORDINAL.search(said)
    if ordinal:
        return _within(_place(ordinal[1]), question)
    bare = _NOISE.sub("", said)
    if len(bare) < _LEAST_SHARED:
        return None
    answers = [_NOISE.sub("", a) for a in question.answers]
    fitting = [i for i, a in enumerate(answers) if bare == a] or [
        i for i, a in enumerate(answers) if bare in a or a in bare
    ]
    return fitting[0] if len(fitting) == 1 else None


def letter(place: int) -> str:
    """The letter of an answer."""
    return _LETTERS[place]


def _place(mark: str) -> int:
    if mark in _PLACES:
        return _PLACES[mark]
    return int(mark) - 1 if mark.isdecimal() else _LETTERS.index(mark.upper())


def _within(place: int, question: Question) -> int | None:
    return place if 0 <= place < len(question.answers) else None
