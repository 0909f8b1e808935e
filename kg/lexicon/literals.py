"""Literals at hand: the keys of the literals of every predicate that has many, beside the lexicon of their revision.

An engine opens each literal that meets a condition, which takes it longer than a customer waits when ten thousand do.
Here their keys lie in order, memory-mapped, so that a reading is a few searches and comparisons of whole columns. It
says *which* subjects meet it; what is shown of them is always read from the graph. `kg.lexicon.literals_kept` makes
the files and keeps them true over small changes.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from heapq import merge
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from kg.facts import Qualifier
from kg.store.keyed import KeyRow
from kg.store.readings import LOW, Narrowing, Reading, Test
from kg.store.sort_key import numbers_span

SUBJECT, END, UNIT, CASES, FIRST, LAST = range(6)
"""Columns: number of the subject, place of the upper end among `highs`, of unit and qualifiers among theirs, days."""
NONE = -1
_STEP = 4096
"""Rows that are turned into ids at once while somebody reads in order."""
Ints = npt.NDArray[Any]


class Texts(Protocol):
    """Texts by number: a list, or a table on disk."""

    def __len__(self) -> int: ...

    def __getitem__(self, index: int, /) -> str: ...


@dataclass(frozen=True)
class Block:
    """Literals in the order of their keys, and of their subjects within a key.

    `columns` has a row of numbers for each of the constants above; days are ordinals. `highs` are the upper ends that
    occur, in order; `subjects` gives the id of a subject by its number.
    """

    lows: Texts
    highs: Texts
    columns: Ints
    units: Sequence[str]
    cases: Sequence[str]
    subjects: Texts

    def rows(self, name: str, span: tuple[str, str]) -> Ints:
        """Numbers of the literals whose key lies in a half-open span, in the order of that key."""
        if name == LOW:
            return np.arange(bisect_left(self.lows, span[0]), bisect_left(self.lows, span[1]))
        first, last = bisect_left(self.highs, span[0]), bisect_left(self.highs, span[1])
        start, end = np.searchsorted(self._ends, (first, last))
        return self._by_end[start:end]

    def kept(self, rows: Ints, reading: Reading) -> Ints:
        """Those of the rows that meet the rest of a reading."""
        for group in reading.tests:
            rows = rows[np.logical_or.reduce([self._passing(test, rows) for test in group])]
        if reading.unit:
            known = [place for place, unit in enumerate(self.units) if unit in (reading.unit, "")]
            rows = rows[np.isin(self.columns[UNIT][rows], known)]
        return self.narrowed(rows, reading.narrowing)

    def narrowed(self, rows: Ints, narrowing: Narrowing) -> Ints:
        """Those of the rows that are in force on the day and have the qualifiers."""
        if narrowing.day is not None:
            day = narrowing.day.toordinal()
            rows = rows[(self.columns[FIRST][rows] <= day) & (self.columns[LAST][rows] >= day)]
        if narrowing.qualifiers:
            wanted, held = narrowing.cases(), self.columns[CASES][rows]
            suited = [c for c in np.unique(held).tolist() if all(case in self.cases[c] for case in wanted)]
            rows = rows[np.isin(held, suited)]
        return rows

    def ids(self, rows: Ints) -> list[str]:
        """Their subjects, each as often as it comes."""
        return [self.subjects[number] for number in self.columns[SUBJECT][rows].tolist()]

    def place_of(self, row: KeyRow, subject: int, taken: Set[int]) -> int | None:
        """The number of a literal that is just this row and not among those taken; None where there is none."""
        start, end = bisect_left(self.lows, row.low), bisect_right(self.lows, row.low)
        first, last = np.searchsorted(self.columns[SUBJECT][start:end], (subject, subject + 1)) + start
        same = (place for place in range(int(first), int(last)) if place not in taken)
        return next((place for place in same if self._row(place, row.subject) == row), None)

    def _row(self, place: int, subject: str) -> KeyRow:
        _number, end, unit, cases, first, last = self.columns[:, place].tolist()
        high = "" if end == NONE else self.highs[end]
        return KeyRow(self.lows[place], high, subject, self.units[unit], self.cases[cases], iso(first), iso(last))

    def _passing(self, test: Test, rows: Ints) -> Ints:
        """Which of the rows pass a test: keys are compared by their places among all keys."""
        places, keys = (rows, self.lows) if test.name == LOW else (self.columns[END][rows], self.highs)
        if test.op == "none":
            return np.asarray(places == NONE)
        first, behind = bisect_left(keys, test.key), bisect_right(keys, test.key)
        same = (places >= first) & (places < behind)
        passing = {
            "<": places < first,
            "<=": places < behind,
            ">": places >= behind,
            "=": same,
            "<>": ~same,
        }[test.op]
        return np.asarray(passing & (places != NONE))

    @cached_property
    def _by_end(self) -> Ints:
        """Rows that have an upper end, in its order, and of their subjects within one."""
        rows = np.nonzero(self.columns[END] != NONE)[0]
        return np.asarray(rows[np.lexsort((self.columns[SUBJECT][rows], self.columns[END][rows]))])

    @cached_property
    def _ends(self) -> Ints:
        return np.asarray(self.columns[END][self._by_end])


class Literals:
    """The literals of the predicates in `held`: a block as it was built, without the rows `gone`, and one of later
    ones."""

    def __init__(self, held: Iterable[str], base: Block, gone: Iterable[int], more: Block) -> None:
        self.held = frozenset(held)
        self.base = base
        self.more = more
        self._gone = np.array(sorted(gone), dtype=np.int64)

    def subjects(self, reading: Reading) -> list[str] | None:
        """Ids of the subjects of a reading, each once; None where that can't be told from here."""
        if reading.predicate not in self.held or reading.contains:
            return None
        found: dict[str, None] = {}
        for block in (self.base, self.more):
            rows = block.kept(self._standing(block, block.rows(reading.name, reading.span)), reading)
            found.update(dict.fromkeys(block.ids(rows)))
        return list(found)

    def by_figure(self, predicate: str, narrowing: Narrowing, *, descending: bool) -> Iterator[str] | None:
        """Subjects of the figures of a predicate, lower ends ascending or upper ends descending; one with several
        comes again. None where that can't be told from here."""
        if predicate not in self.held:
            return None
        names = ("sort_key", "range_high") if descending else ("sort_key",)
        blocks = (self.base, self.more)
        parts = [self._ordered(block, name, predicate, narrowing, descending) for block in blocks for name in names]
        return (subject for _key, subject in merge(*parts, reverse=descending))

    def each_has_one(self, predicate: str, cases: Sequence[Qualifier]) -> bool:
        """Whether each literal of a predicate that is held has one of some cases."""
        wanted = Narrowing(None, tuple(cases)).cases()
        for block in (self.base, self.more):
            rows = self._standing(block, block.rows(LOW, (f"{predicate}|", f"{predicate}|\x7f")))
            held = (block.cases[case] for case in np.unique(block.columns[CASES][rows]).tolist())
            if not all(any(case in text for case in wanted) for text in held):
                return False
        return True

    def _ordered(
        self, block: Block, name: str, predicate: str, narrowing: Narrowing, descending: bool
    ) -> Iterator[tuple[str, str]]:
        """(key, subject) in order of one key, made as they are asked for."""
        rows = self._standing(block, block.rows(name, numbers_span(predicate)))
        rows = block.narrowed(rows, narrowing)
        rows = rows[::-1] if descending else rows
        for start in range(0, len(rows), _STEP):
            page = rows[start : start + _STEP]
            places = (page if name == LOW else block.columns[END][page]).tolist()
            keys = block.lows if name == LOW else block.highs
            yield from ((keys[place], subject) for place, subject in zip(places, block.ids(page), strict=True))

    def _standing(self, block: Block, rows: Ints) -> Ints:
        return rows[~np.isin(rows, self._gone)] if block is self.base and len(self._gone) else rows


def ordinal(day: str, otherwise: date) -> int:
    """A day as a number that keeps the order; the other one where there is none."""
    return (date.fromisoformat(day) if day else otherwise).toordinal()


def iso(number: int) -> str:
    """The day as it was written; empty for the first and the last of all."""
    day = date.fromordinal(number)
    return "" if day in (date.min, date.max) else day.isoformat()
