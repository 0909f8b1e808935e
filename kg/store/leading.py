"""The first literals of a predicate by figure, found without putting all of them in order.

ArcadeDB reads an index in order but sorts whatever a statement orders, which takes seconds for a hundred thousand
figures. So a key is looked for behind which there are enough figures and not many more, by halving: each step only
counts, and stops counting soon. What lies behind that key is little, and is put in order by the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from kg.store.compiler import counted, ordered
from kg.store.readings import Narrowing
from kg.store.sort_key import POSITIVE, figure_key, numbers_span

Rows = Callable[[str, Mapping[str, Any]], list[Any]]
"""Runs a statement."""
ENOUGH = 8
"""Times as many figures as are wanted that may lie behind the key that is looked for."""
_DIGITS = 10
_USUAL = tuple(POSITIVE * 10 ** (_DIGITS - 1) + exponent * 10 ** (_DIGITS - 5) for exponent in (4990, 5016))
"""Where the figures of most predicates lie: from 10⁻¹⁰ to 10¹⁶."""


@dataclass(frozen=True, slots=True)
class Part:
    """Rows (subject, key) in order, read from one index as far as the key `edge`; None says as far as they go."""

    rows: list[Any]
    edge: str | None


@dataclass(frozen=True, slots=True)
class _Search:
    """One index of one predicate, searched from one end."""

    run: Rows
    name: str
    predicate: str
    descending: bool
    narrowing: Narrowing

    def span(self, place: int | None) -> tuple[str, str]:
        """The keys from the end that is searched to a place; all of them without one."""
        low, high = numbers_span(self.predicate)
        if place is None:
            return low, high
        key = figure_key(self.predicate, place, _DIGITS)
        return (key, high) if self.descending else (low, key)

    def count(self, place: int | None, most: int) -> int:
        """How many figures lie there, counted as far as `most`."""
        statement = counted(self.name, self.span(place), most, self.narrowing)
        rows = self.run(statement.text, statement.params)
        return int(rows[0][0]) if rows else 0

    def read(self, place: int | None, most: int) -> list[Any]:
        """The figures that lie there in order, the first `most`."""
        statement = ordered(
            self.name, self.span(place), descending=self.descending, count=most, narrowing=self.narrowing
        )
        rows = self.run(statement.text, statement.params)
        return list(rows[0][0]) if rows else []


def first_by_figure(run: Rows, predicate: str, *, descending: bool, count: int, narrowing: Narrowing) -> list[Part]:
    """At least the first `count` figures of a predicate, in parts that each have their order.

    Ascending by the lower end needs one reading. Descending by the upper end needs two, since ranges have
    their upper ends in an index of their own.
    """
    names = ("sort_key", "range_high") if descending else ("sort_key",)
    return [_part(_Search(run, name, predicate, descending, narrowing), count) for name in names]


def _part(search: _Search, count: int) -> Part:
    most = count * ENOUGH
    if search.count(None, most + 1) <= most:
        return Part(search.read(None, most + 1), None)
    place = _place(search, count, most)
    rows = search.read(place, most)
    edge = str(rows[-1][1]) if len(rows) == most else figure_key(search.predicate, place, _DIGITS)
    return Part(rows, edge)


def _place(search: _Search, count: int, most: int) -> int:
    """A place behind which there are at least `count` figures and, unless many are alike, at most `most`."""
    near, far = _bracket(search, count)
    while abs(far - near) > 1:
        middle = (near + far) // 2
        found = search.count(middle, most + 1)
        if count <= found <= most:
            return middle
        near, far = (middle, far) if found < count else (near, middle)
    return far


def _bracket(search: _Search, count: int) -> tuple[int, int]:
    """(a place behind which there are too few, one behind which there are enough)."""
    whole = 3 * 10 ** (_DIGITS - 1)
    low, high = _USUAL
    near, far = (high, low) if search.descending else (low, high)
    if search.count(near, count) >= count:
        return (whole, near) if search.descending else (0, near)
    if search.count(far, count) >= count:
        return near, far
    return (far, 0) if search.descending else (far, whole)
