"""Figures of one thing by year, wherever their time stands: in a qualifier (年度=2021年) or in their validity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kg.answering.resolve import Spoken, View, in_case
from kg.answering.stated import stated_period
from kg.facts import Fact
from kg.query import Period, Query

UNDATED = 0
"""The year of what holds at no time in particular."""
_LONGEST = 366
_YEAR_END = (12, 31)


@dataclass(frozen=True, slots=True)
class Dated:
    """The one fact of each year for a predicate; years of which several facts speak are left out."""

    by_year: Mapping[int, Fact]

    def get(self, year: int) -> Fact | None:
        """The fact of a year, else the one that holds at no time in particular where there are no years."""
        return self.by_year.get(year) or (self.by_year.get(UNDATED) if len(self.by_year) == 1 else None)

    def of(self, years: Sequence[int]) -> list[Fact]:
        """The facts of these years, as far as there are any."""
        return [self.by_year[year] for year in years if year in self.by_year]


def dated(entity_id: str, predicate: str, query: Query, spoken: Spoken) -> Dated:
    """The plain figures of a predicate in the case asked about, by year."""
    grouped: dict[int, list[tuple[Period | None, Fact]]] = {}
    for fact in in_case(spoken.any_time(entity_id, predicate), query.qualifiers):
        if fact.value is not None and fact.value.number is not None and fact.value.number_to is None:
            period = time_of(fact)
            grouped.setdefault(period.end.year if period else UNDATED, []).append((period, fact))
    chosen = {year: _of_whole_year(found) for year, found in grouped.items()}
    return Dated({year: fact for year, fact in sorted(chosen.items()) if fact is not None})


def time_of(fact: Fact) -> Period | None:
    """The time of a fact, where that is a year or less."""
    stated = stated_period(fact)
    if stated is None and fact.valid_from is not None and fact.valid_to is not None:
        stated = Period(fact.valid_from, fact.valid_to)
    return stated if stated is not None and (stated.end - stated.start).days < _LONGEST else None


def _of_whole_year(found: Sequence[tuple[Period | None, Fact]]) -> Fact | None:
    """The only fact; of several the one of the whole year or of its last day."""
    if len(found) == 1:
        return found[0][1]
    whole = [fact for period, fact in found if period is not None and _is_year(period)]
    return whole[0] if len(whole) == 1 else None


def _is_year(period: Period) -> bool:
    ends = (period.end.month, period.end.day) == _YEAR_END
    return ends and period.start in (period.end, date(period.end.year, 1, 1))


def years_asked(period: Period | None, having: Sequence[int]) -> list[int]:
    """The years that a period asks about: all that lie in it, and those it touches that there is something of. All
    that there is something of where no time is asked about."""
    if period is None:
        return [y for y in having if y != UNDATED]
    spans = period.parts or ((period.start, period.end),)
    first, last = max(1, period.start.year), min(period.end.year, max((*having, period.start.year)))
    whole = {y for y in range(first, last + 1) if any(a <= date(y, 1, 1) and date(y, 12, 31) <= b for a, b in spans)}
    touched = {y for y in having if y != UNDATED and period.touches(date(y, 1, 1), date(y, 12, 31))}
    return sorted(whole | touched)


def lacking(years: Sequence[int], found: Dated, predicate: str) -> list[str]:
    """What is to be said to be missing: 2016年净利润."""
    return [f"{year}年{predicate}" for year in years if found.get(year) is None]


def spoken_of(query: Query, predicates: Sequence[str], view: View) -> Spoken:
    """The facts of the focus on some predicates."""
    return Spoken(view, (e.id for e in query.focus), tuple(predicates))
