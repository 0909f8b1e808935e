"""SUM, AVERAGE and SHARE over the members of a class, worked out exactly from the facts of the day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from kg.answer import Answer, Computed, Outcome
from kg.answering.resolve import Spoken, View
from kg.answering.sets import member_ids, rows_of
from kg.facts import Fact
from kg.query import Ask, Query
from kg.value_format import in_kind_of, percentage
from kg.values import Kind, Value

PAGE = 10
PLACES = Decimal("0.01")
ADDED = frozenset({Kind.MONEY, Kind.COUNT, Kind.NUMBER})
"""Kinds of which a sum means something: rates, terms and ages are not added."""
AVERAGED = ADDED | {Kind.PERCENT, Kind.TERM, Kind.AGE}


def aggregate(query: Query, view: View) -> Answer:
    """The sum or mean of one figure for each member that has just one; `total` says how many these are."""
    ids = member_ids(query, view)
    predicate = query.predicates[0]
    spoken = Spoken(view, ids, (predicate,))
    figures = {i: fact for i in ids if (fact := _figure(spoken.facts(i, predicate, query.qualifiers))) is not None}
    values = [f.value for f in figures.values() if f.value is not None]
    answer = Answer(query, Outcome.ANSWERED, view.reader.revision, view.today)
    kinds, units = {v.kind for v in values}, {v.unit for v in values}
    fitting = ADDED if query.ask is Ask.SUM else AVERAGED
    if not values or len(kinds) > 1 or len(units) > 1 or not kinds <= fitting:
        return replace(answer, outcome=Outcome.UNANSWERABLE, missing=(predicate,))
    result = _worked_out(query.ask, values)
    computed = Computed(result, query.ask.value, tuple(f.id for f in figures.values()))
    rows = rows_of(list(figures)[:PAGE], (predicate,), query, view)
    return replace(answer, computed=(computed,), rows=rows, columns=(predicate,), total=len(figures))


def share(query: Query, view: View) -> Answer:
    """Members that meet the constraints, of all members."""
    met, every = member_ids(query, view), member_ids(replace(query, constraints=()), view)
    answer = Answer(query, Outcome.ANSWERED, view.reader.revision, view.today)
    if not every:
        return replace(answer, outcome=Outcome.UNANSWERABLE)
    part = (Decimal(100 * len(met)) / len(every)).quantize(PLACES, ROUND_HALF_UP)
    counts = (Value(str(n), Kind.COUNT, Decimal(n)) for n in (len(met), len(every)))
    computed = (Computed(percentage(part), "share"), *(Computed(c, "count") for c in counts))
    columns = tuple(c.predicate for c in query.constraints)
    rows = rows_of(met[:PAGE], columns, query, view)
    return replace(answer, computed=computed, rows=rows, columns=columns, total=len(met))


def _figure(facts: Sequence[Fact]) -> Fact | None:
    """The one plain figure of a member; ranges and tables by case have none."""
    plain = [f for f in facts if f.value is not None and f.value.number is not None and f.value.number_to is None]
    return plain[0] if len(plain) == len(facts) == 1 else None


def _worked_out(ask: Ask, values: Sequence[Value]) -> Value:
    first = values[0]
    if first.kind is Kind.TERM and all(v.months is not None for v in values):
        years = Decimal(sum(v.months or 0 for v in values)) / 12
        return in_kind_of(_mean(years, values, ask), replace(first, kind=Kind.NUMBER, unit="年"))
    whole = sum((v.number or Decimal(0) for v in values), Decimal(0))
    return in_kind_of(_mean(whole, values, ask), first)


def _mean(whole: Decimal, values: Sequence[Value], ask: Ask) -> Decimal:
    if ask is Ask.SUM:
        return whole
    return (whole / len(values)).quantize(PLACES, ROUND_HALF_UP)
