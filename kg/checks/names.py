"""Names that sound alike (稳盈1号, 稳赢一号): customers and editors will mix them up."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from kg.checks.repeats import Shared
from kg.facts import ALIAS, FAQ_CLASS, FAQ_VARIANT, SITUATION
from kg.lexicon.text import digits_as_arabic, exact_syllable, fold
from kg.problems import Problem, Severity
from kg.reader.rows import Row, shown
from kg.typed_rows import row_problem

MIN_LENGTH = 4
"""Shorter names sound alike by chance: persons do in every big graph."""
_SKIPPED = (FAQ_VARIANT, SITUATION)


class AlikeNames:
    """Names of subjects by their sound: which sound alike in a first pass, where they stand in a second.

    An alias is no second name to be mistaken for.
    """

    def __init__(self) -> None:
        self._sounds = Shared()
        self._last = ""
        self._first: dict[str, Row] = {}
        self._aliases: set[tuple[str, str]] = set()

    def see(self, row: Row) -> None:
        """First pass: take in the sound of a row's subject."""
        if row.subject != self._last and _is_name(row):
            self._last = row.subject
            self._sounds.add(row.subject, sound(row.subject))

    def settle(self) -> bool:
        """Between the passes; whether a second one is wanted."""
        self._sounds.settle()
        return bool(self._sounds.wanted)

    def add(self, row: Row) -> None:
        """Second pass: take in the subject of a row when another one sounds like it."""
        if hash(sound(row.subject)) not in self._sounds.wanted:
            return
        if row.predicate == ALIAS:
            self._aliases.add((row.subject, row.object))
        if row.subject not in self._first and _is_name(row):
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


def _is_name(row: Row) -> bool:
    named = row.predicate not in _SKIPPED and row.subject_type != FAQ_CLASS
    return named and len(row.subject) >= MIN_LENGTH


@lru_cache(maxsize=65_536)
def sound(name: str) -> str:
    """Key of a name's pronunciation, with Chinese and Arabic digits the same."""
    return "|".join(exact_syllable(c) for c in digits_as_arabic(fold(name).text))
