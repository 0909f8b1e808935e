"""What every kind of answer begins with: answered or not, and each fact once."""

from __future__ import annotations

from collections.abc import Sequence

from kg.answer import Answer, Outcome
from kg.answering.resolve import View
from kg.facts import Fact
from kg.query import Query

PAGE = 10
"""Rows of a list shown at once."""


def empty(query: Query, view: View, missing: Sequence[str]) -> Answer:
    """No answer, and what is not known."""
    return Answer(query, Outcome.UNANSWERABLE, view.reader.revision, view.today, missing=tuple(missing))


def answered(query: Query, view: View) -> Answer:
    """An answer that has still to be given its facts or rows."""
    return Answer(query, Outcome.ANSWERED, view.reader.revision, view.today)


def unique(facts: Sequence[Fact]) -> tuple[Fact, ...]:
    """Each fact once, where it came first."""
    return tuple({f.id: f for f in facts}.values())
