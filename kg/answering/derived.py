"""Figures worked out from others of the same thing: growth, declared ratios, sums and means over years, and the best of
its years. Nothing is worked out unless every fact is there; what is not there is named."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from kg.answer import Answer, Computed, Worked
from kg.answering.aggregates import ADDED, AVERAGED
from kg.answering.comparison import compare
from kg.answering.dated import UNDATED, Dated, dated, lacking, spoken_of, years_asked
from kg.answering.outcomes import answered, empty
from kg.answering.resolve import View
from kg.calculating.model import Figure, Line, Term
from kg.calculating.ratios import Names, RatioFormula, named, ratio_formulas, simple
from kg.facts import Fact
from kg.query import Ask, Order, Query
from kg.value_format import format_number, in_kind_of, percentage
from kg.values import Kind, Value

PLACES = Decimal("0.01")
MOST_YEARS = 30


_Done = tuple[tuple[Line, ...], Sequence[Fact]]
"""The lines of a calculation and the facts that they use."""


def growth(query: Query, view: View) -> Answer:
    """The change between two years: its amount, and its rate on the absolute figure of the first."""
    predicate = query.predicates[0]

    def change(found: Dated) -> _Done | list[str]:
        years = _ends(query, found)
        facts = found.of(years)
        if len(facts) == len(years) == 2 and _alike(facts):
            return _change(predicate, years, facts), facts
        return [f"{y}年{predicate}" for y in years if y not in found.by_year]

    return _of_each(query, view, change)


def _of_each(query: Query, view: View, work: Callable[[Dated], _Done | list[str]]) -> Answer:
    """What `work` makes of the figures by year of each thing: a calculation, or what is missing for it."""
    predicate = query.predicates[0]
    spoken = spoken_of(query, (predicate,), view)
    worked: list[Worked] = []
    missing: list[str] = []
    for entity in query.focus:
        made = work(dated(entity.id, predicate, query, spoken))
        if isinstance(made, list):
            missing += made or [predicate]
        else:
            worked.append(Worked(entity.id, entity.name, made[0], tuple(made[1])))
    return _done(query, view, worked, missing)


def _ends(query: Query, found: Dated) -> list[int]:
    """The first and the last year to be compared; the last two that are known where no time is asked about."""
    if query.period is None:
        return [y for y in found.by_year if y != UNDATED][-2:]
    first, last = query.period.start.year, query.period.end.year
    return [first - 1 if first == last else first, last]


def _change(predicate: str, years: Sequence[int], facts: Sequence[Fact]) -> tuple[Line, ...]:
    before, after = (_term(f, y) for f, y in zip(facts, years, strict=True))
    value = facts[1].value
    assert value is not None
    change = after.number - before.number
    name = f"{predicate}{years[1]}年比{years[0]}年"
    amount = Line(f"{name}变动额", in_kind_of(change, value), (after, " - ", before))
    if not before.number:
        return (amount,)
    base: tuple[Term, ...] = (before,) if before.number > 0 else ("|", before, "|")
    rate = _percent(change / abs(before.number))
    return Line(f"{name}变动率", rate, ("(", after, " - ", before, ") ÷ ", *base)), amount


def ratio(query: Query, view: View) -> Answer:
    """A declared ratio, or one named figure over another, in each year asked about; the last one where none is."""
    formula = _formula(query)
    worked: list[Worked] = []
    missing: list[str] = []
    for entity in query.focus if formula is not None else ():
        assert formula is not None
        own = set(view.lexicon.predicates_of(entity.id))
        names = {operand: named(operand, own) for operand in formula.operands}
        spoken = spoken_of(query, tuple(names.values()), view)
        found = {operand: dated(entity.id, name, query, spoken) for operand, name in names.items()}
        years = _years_of(query, list(found.values()))
        for year in years:
            lines = _quotient(formula, year, found, names)
            facts = tuple(f for d in found.values() if (f := d.get(year)) is not None)
            worked += [Worked(entity.id, entity.name, lines, facts)] if lines else []
        if not worked:
            missing += [m for o, d in found.items() for m in _not_there(years, d, names[o])]
    return _done(query, view, worked, missing)


def _formula(query: Query) -> RatioFormula | None:
    if len(query.predicates) > 1:
        return simple(*query.predicates[:2])
    return ratio_formulas().get(query.predicates[0]) if query.predicates else None


def _years_of(query: Query, found: Sequence[Dated]) -> list[int]:
    every = [set(d.by_year) for d in found]
    common = sorted(set.intersection(*every)) if every else []
    if query.period is None:
        return common[-1:]
    return years_asked(query.period, sorted(set().union(*every)))[:MOST_YEARS]


def _not_there(years: Sequence[int], found: Dated, name: str) -> list[str]:
    return lacking(years, found, name) if years else ([] if found.by_year else [name])


def _quotient(formula: RatioFormula, year: int, found: dict[Names, Dated], names: dict[Names, str]) -> tuple[Line, ...]:
    facts = {operand: found[operand].get(year) for operand in formula.operands}
    there = [f for f in facts.values() if f is not None]
    base = facts[formula.base]
    if len(there) < len(facts) or not _alike(there) or base is None or base.value is None or not base.value.number:
        return ()
    terms = {operand: _term(fact, year) for operand, fact in facts.items() if fact is not None}
    upper = sum((terms[o].number for o in formula.plus), Decimal(0))
    upper -= sum((terms[o].number for o in formula.minus), Decimal(0))
    quotient = upper / base.value.number
    value = _percent(quotient) if formula.percent else _plain(quotient)
    signs = [*(" + " for _ in formula.plus), *(" - " for _ in formula.minus)]
    above = [t for s, o in zip(signs, (*formula.plus, *formula.minus), strict=True) for t in (s, terms[o])][1:]
    brackets = len(above) > 1
    told: tuple[Term, ...] = ("(", *above, ")") if brackets else tuple(above)
    name = f"{year}年{formula.name}" if year != UNDATED else formula.name
    return (Line(name, value, (*told, " ÷ ", terms[formula.base])),)


def over_periods(query: Query, view: View) -> Answer:
    """The figures of one thing over some years added up, or their mean; every year asked about must be there."""
    fitting = ADDED if query.ask is Ask.SUM else AVERAGED

    def together(found: Dated) -> _Done | list[str]:
        years = years_asked(query.period, list(found.by_year))
        facts = found.of(years)
        if (
            facts
            and len(facts) == len(years)
            and _alike(facts)
            and all(f.value and f.value.kind in fitting for f in facts)
        ):
            return (_total(query, years, facts),), facts
        return lacking(years, found, query.predicates[0])

    return _of_each(query, view, together)


def _total(query: Query, years: Sequence[int], facts: Sequence[Fact]) -> Line:
    terms = [_term(f, y) for f, y in zip(facts, years, strict=True)]
    whole = sum((t.number for t in terms), Decimal(0))
    value = facts[0].value
    assert value is not None
    added = [t for term in terms for t in (" + ", term)][1:]
    span = (
        f"{years[0]}年至{years[-1]}年" if len(years) == years[-1] - years[0] + 1 else "、".join(f"{y}年" for y in years)
    )
    if query.ask is Ask.SUM:
        return Line(f"{span}{query.predicates[0]}合计", in_kind_of(whole, value), tuple(added))
    mean = (whole / len(facts)).quantize(PLACES, ROUND_HALF_UP)
    return Line(f"{span}{query.predicates[0]}平均", in_kind_of(mean, value), ("(", *added, f") ÷ {len(facts)}"))


def best_period(query: Query, view: View) -> Answer:
    """The year in which a figure of one thing was highest or lowest; all that are alike. `total` is how many years were
    compared."""
    order = query.order
    assert order is not None
    entity = query.focus[0]
    found = dated(entity.id, order.predicate, query, spoken_of(query, (order.predicate,), view))
    years = years_asked(query.period, list(found.by_year))
    facts = found.of(years)
    if len(facts) < len(years) or not facts or not _alike(facts):
        return empty(query, view, lacking(years, found, order.predicate) or [order.predicate])
    ranked = sorted(facts, key=_number, reverse=order.descending)
    last = _number(ranked[min(query.limit or 1, len(ranked)) - 1])
    first = [f for f in ranked if _number(f) >= last] if order.descending else [f for f in ranked if _number(f) <= last]
    return replace(answered(query, view), facts=tuple(first), total=len(facts))


def difference(query: Query, view: View) -> Answer:
    """Two things side by side in one figure, and how far they lie apart."""
    predicate = query.predicates[0]
    compared = compare(replace(query, ask=Ask.COMPARE, order=Order(predicate, descending=True)), view)
    facts = [f for row in compared.rows for cell in row.cells for f in cell.facts]
    plain = [f for f in facts if f.value is not None and f.value.number is not None and f.value.number_to is None]
    if len(facts) != len(query.focus) or len(plain) != len(facts) or not _alike(plain):
        lack = [f"{r.name}·{predicate}" for r in compared.rows if not any(c.facts for c in r.cells)]
        return empty(query, view, lack or [predicate])
    apart = max(map(_number, plain)) - min(map(_number, plain))
    value = plain[0].value
    assert value is not None
    computed = Computed(in_kind_of(apart, value), "difference", tuple(f.id for f in plain))
    return replace(compared, query=query, computed=(computed,))


def _done(query: Query, view: View, worked: Sequence[Worked], missing: Sequence[str]) -> Answer:
    """What could be worked out; where nothing could, or not for everything asked about, what is missing."""
    if not worked or (missing and len(query.focus) == 1):
        return empty(query, view, tuple(dict.fromkeys(missing)) or query.predicates)
    return replace(answered(query, view), worked=tuple(worked), missing=tuple(missing))


def _alike(facts: Sequence[Fact]) -> bool:
    """Whether figures may be put into one formula: of one kind and unit."""
    return len({(f.value.kind, f.value.unit) for f in facts if f.value is not None}) == 1


def _number(fact: Fact) -> Decimal:
    assert fact.value is not None and fact.value.number is not None
    return fact.value.number


def _term(fact: Fact, year: int) -> Figure:
    name = f"{year}年{fact.predicate}" if year != UNDATED else fact.predicate
    return Figure(name, _number(fact), fact.text, fact_id=fact.id)


def _percent(quotient: Decimal) -> Value:
    return percentage((quotient * 100).quantize(PLACES, ROUND_HALF_UP))


def _plain(quotient: Decimal) -> Value:
    number = quotient.quantize(PLACES, ROUND_HALF_UP)
    return Value(format_number(Kind.NUMBER, number), Kind.NUMBER, number)
