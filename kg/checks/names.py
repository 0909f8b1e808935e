"""Names that sound alike (稳盈1号, 稳赢一号): customers and editors will mix them up."""

from __future__ import annotations

from collections.abc import Iterator

from kg.facts import ALIAS, FAQ_CLASS, FAQ_VARIANT, SITUATION
from kg.lexicon.text import digits_as_arabic, exact_syllable, fold
from kg.problems import Problem, Severity
from kg.reader.rows import Row, shown
from kg.typed_rows import row_problem

MIN_LENGTH = 4
"""Shorter names sound alike by chance: persons do in every big graph."""
_SKIPPED = (FAQ_VARIANT, SITUATION)


class AlikeNames:
    """Names of subjects by their sound. An alias is no second name to be mistaken for."""

    def __init__(self) -> None:
        self._first: dict[str, Row] = {}
        self._aliases: set[tuple[str, str]] = set()

    def add(self, row: Row) -> None:
        """Take in the subject of a row."""
        if row.predicate == ALIAS:
            self._aliases.add((row.subject, row.object))
        if row.subject in self._first or row.predicate in _SKIPPED or row.subject_type == FAQ_CLASS:
            return
        if len(row.subject) >= MIN_LENGTH:
            self._first[row.subject] = row

    def problems(self, questions: set[str]) -> Iterator[Problem]:
        """A warning for every name that sounds like an earlier one; `questions` are FAQs and no names."""
        heard: dict[str, Row] = {}
        for name, row in self._first.items():
            if name in questions:
                continue
            earlier = heard.setdefault(sound(name), row)
            if earlier.subject != name and not self._linked(earlier.subject, name):
                what = f"名称和 {earlier.file}:{earlier.line} 的「{earlier.subject}」读音相同"
                remedy = "确认是两样东西；是同一样就统一写法，或写成别名"
                yield row_problem(row, shown("subject"), name, what, remedy, severity=Severity.WARNING)

    def _linked(self, one: str, other: str) -> bool:
        return (one, other) in self._aliases or (other, one) in self._aliases


def sound(name: str) -> str:
    """Key of a name's pronunciation, with Chinese and Arabic digits the same."""
    return "|".join(exact_syllable(c) for c in digits_as_arabic(fold(name).text))
