"""The time that a fact's qualifiers state (年度=2021年): figures per period need no columns of validity."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from kg.facts import Fact, Qualifier
from kg.periods import find_periods
from kg.qualifiers import parse_qualifier
from kg.query import Period

if TYPE_CHECKING:
    from kg.answering.resolve import View

_ANY_DAY = date(2000, 1, 1)
_YEAR = re.compile(r"(?:19|20)\d{2}")
_TAIL = re.compile(r"度?(?:年报|报告|报|末|底|全年)?")


def stated_period(fact: Fact) -> Period | None:
    """The period that one of the qualifiers is; None when none of them is a time."""
    periods = (period_of_text(q.value.text) for q in fact.qualifiers)
    return next((p for p in periods if p is not None), None)


def case_of_time(predicate: str, view: View) -> Qualifier | None:
    """The one case by which facts of a predicate say the time that the view asks about (年度=2021年), as it stands in
    the graph; None where there is none or several, so that facts have to be looked at one by one."""
    if view.period is None:
        return None
    found = {
        (name, text)
        for name, text in view.lexicon.cases_of((predicate,))
        if (stated := period_of_text(text)) is not None and view.period.touches(stated.start, stated.end)
    }
    if len(found) != 1:
        return None
    ((name, text),) = found
    return parse_qualifier(f"{name}={text}", view.lexicon.ontology)


def several_times(predicate: str, view: View) -> bool:
    """Whether facts of a predicate say their time as a case, where a time is asked about."""
    cases = view.lexicon.cases_of((predicate,)) if view.period is not None else ()
    return any(period_of_text(text) is not None for _, text in cases)


def none_of_the_time(predicate: str, view: View) -> bool:
    """Whether each literal of a predicate says its time as a case and none says the one asked about, as far as that can
    be told without looking at the facts: looking at all of them takes seconds to find nothing."""
    literals = view.lexicon.literals
    if view.period is None or literals is None or predicate not in literals.held:
        return False
    cases = [(name, text, period_of_text(text)) for name, text in view.lexicon.cases_of((predicate,))]
    times = [(name, text, stated) for name, text, stated in cases if stated is not None]
    if not times or any(view.period.touches(stated.start, stated.end) for _name, _text, stated in times):
        return False
    ontology = view.lexicon.ontology
    return literals.each_has_one(predicate, [parse_qualifier(f"{name}={text}", ontology) for name, text, _ in times])


@lru_cache(maxsize=8192)
def period_of_text(text: str) -> Period | None:
    """The period that a whole text says (2021年, 2021年度, 2021), None for any other text."""
    if _YEAR.fullmatch(text):
        return Period(date(int(text), 1, 1), date(int(text), 12, 31), text)
    found = find_periods(text, _ANY_DAY)
    whole = len(found) == 1 and found[0].start == 0 and _TAIL.fullmatch(text[found[0].end :])
    return found[0].period if whole else None
