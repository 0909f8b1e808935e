"""CALCULATE: facts and the customer's inputs bound to a calculator, for one thing or for all that have the rate.

Which calculator a thing has is a fact of its own or of its classes (`计算方式`), whose qualifiers say which predicates
fill which roles: `定期存款,计算方式,定期利息,利率=年利率;起点=起存金额`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from kg.answer import Answer, Choice, Outcome, Worked
from kg.answering.binding import Case, cases_of, currency_of, figure_of, figure_of_fact, input_named
from kg.answering.comparing import satisfies
from kg.answering.resolve import Spoken, View
from kg.calculating import CALCULATORS, Calculator, Figure, Figures, MissingFigure
from kg.facts import CALCULATION, Fact, Qualifier
from kg.query import Entity, Query
from kg.values import Kind, Op, Value

MOST_ROWS = 20
MEMBERS_READ = 60
CHOICES = 6
OWN_TERM, LEAST_AMOUNT, METHODS, TERMS = "固有期限", "起点", "可选方式", "期限范围"
TERM, AMOUNT, PERIODS, DAYS, METHOD, EARLY = "期限", "金额", "期数", "天数", "还款方式", "提前还款金额"


@dataclass(frozen=True, slots=True)
class _Plan:
    """A calculator for one thing: which predicate fills which role, and all that is said of it."""

    entity: Entity
    calculator: Calculator
    roles: Mapping[str, str]
    spoken: Spoken

    def facts(self, role: str) -> list[Fact]:
        """Facts of the day that fill a role, in all cases."""
        predicate = self.roles.get(role)
        return self.spoken.facts(self.entity.id, predicate) if predicate else []


def calculate(query: Query, view: View) -> Answer:
    """The figure asked for, CLARIFY with the input that is missing, or UNANSWERABLE naming the rate that is unknown."""
    answer = Answer(query, Outcome.ANSWERED, view.reader.revision, view.today)
    query, plans = _plans(query, view)
    if not plans:
        return replace(answer, outcome=Outcome.UNANSWERABLE, missing=query.predicates[:1])
    first = plans[0]
    chosen = replace(query, predicates=(first.calculator.name,))
    missing = next((i for i in first.calculator.inputs if not _has(i, first, query)), "")
    if missing:
        offered = _offered(first, missing)
        return replace(answer, query=chosen, outcome=Outcome.CLARIFY, missing=(missing,), choices=offered)
    worked = tuple(w for plan in plans for w in _work(plan, query, view))[:MOST_ROWS]
    if not worked:
        rate = first.roles.get(first.calculator.rate, first.calculator.name)
        choices = _offered(first, next((i for i in (TERM, PERIODS) if i in first.calculator.inputs), ""))
        return replace(answer, query=chosen, outcome=Outcome.UNANSWERABLE, missing=(rate,), choices=choices)
    return replace(answer, query=chosen, worked=worked)


def _plans(query: Query, view: View) -> tuple[Query, list[_Plan]]:
    """Plans for the things in focus; where these have no rate themselves, for their kinds and members that have one;
    where none has the calculator or the currency, for all that do, with the term that the name said (半年定期)."""
    named = _of_things([e.id for e in query.focus], query, view)
    plans = [p for p in named if _in_currency(p, query)]
    if not plans:
        query = _with_own_term(query, named)
        below = [c for e in query.focus for c in view.lexicon.descendants(e.id)]
        for ids in (below, view.lexicon.owners_of(CALCULATION)):
            plans = plans or [p for p in _of_things(ids, query, view) if _in_currency(p, query)]
        plans = _most_special(_likeliest(plans, query), view)
    if input_named(query.inputs, "利率", None) is not None:
        return query, plans[:1]
    wanting = [p for p in plans if _wants(p, query, view)]
    if not plans or any(_has_rate(p) and p not in wanting for p in plans):
        return query, [p for p in plans if _has_rate(p)]
    found = list(_instead(plans, wanting, query, view))
    return query, found or plans[:1]


def _with_own_term(query: Query, named: Sequence[_Plan]) -> Query:
    own = next((f for f in map(_own_term, named) if f is not None and f.value is not None), None)
    if own is None or own.value is None or input_named(query.inputs, TERM, None) is not None:
        return query
    return replace(query, inputs=(*query.inputs, Qualifier(TERM, Op.EQ, own.value)))


def _in_currency(plan: _Plan, query: Query) -> bool:
    """Whether the thing is one of the customer's currency, where it says which it is of."""
    asked = currency_of(query.inputs)
    own = {f.text for f in plan.facts("币种")}
    return asked is None or not own or asked.value.text in own


def _likeliest(plans: Sequence[_Plan], query: Query) -> list[_Plan]:
    """Those with the calculator that the words ask for most."""
    names = {p.calculator.name for p in plans}
    first = next((name for name in query.predicates if name in names), "")
    return [p for p in plans if p.calculator.name == first]


def _most_special(plans: Sequence[_Plan], view: View) -> list[_Plan]:
    """Where nothing is named, things below another one that is asked, too, stand for it only where it has no rate."""
    above = {p.entity.id for p in plans if _has_rate(p)}
    return [p for p in plans if not above & set(view.lexicon.ancestors(p.entity.id))]


def _instead(plans: Sequence[_Plan], wanting: Sequence[_Plan], query: Query, view: View) -> Iterator[_Plan]:
    """Classes above a thing whose own case is another one (三年定期, asked for 五年); kinds and members of a class."""
    for plan in plans:
        if plan in wanting:
            levels = [c for level in view.lexicon.class_levels(plan.entity.id) for c in level]
            above = [p for p in _of_things(levels, query, view) if _has_rate(p) and cases_of(*_binding(p, query))]
            yield from above[:1]
        elif (info := view.lexicon.entity(plan.entity.id)) and info.is_class:
            below = view.lexicon.descendants(plan.entity.id)
            kinds = [c for c in below if c != plan.entity.id]
            members = view.reader.member_ids(below, MEMBERS_READ)
            yield from (p for p in _of_things([*kinds, *members], query, view) if _owns_rate(p, view))


def _of_things(ids: Iterable[str], query: Query, view: View) -> list[_Plan]:
    """The plan of each thing that has one of the calculators asked for."""
    wanted = list(dict.fromkeys(ids))
    calculators = Spoken(view, wanted, (CALCULATION,))
    stated = {i: _stated(calculators.facts(i, CALCULATION), query.predicates) for i in wanted}
    roles = {i: _roles(fact) for i, fact in stated.items() if fact is not None}
    spoken = Spoken(view, roles, tuple(dict.fromkeys(p for r in roles.values() for p in r.values())))
    return [
        _Plan(_entity(i, query, view), CALCULATORS[fact.text], roles[i], spoken)
        for i, fact in stated.items()
        if fact is not None
    ]


def _stated(facts: Sequence[Fact], ranked: Sequence[str]) -> Fact | None:
    """The statement of the likeliest calculator that the thing has."""
    by_name = {f.text: f for f in facts if f.text in CALCULATORS}
    return next((by_name[name] for name in ranked if name in by_name), None)


def _roles(fact: Fact) -> dict[str, str]:
    return {q.name: q.value.text for q in fact.qualifiers}


def _entity(entity_id: str, query: Query, view: View) -> Entity:
    named = next((e for e in query.focus if e.id == entity_id), None)
    return named or Entity(entity_id, view.lexicon.name_of(entity_id))


def _has_rate(plan: _Plan) -> bool:
    return bool(plan.facts(plan.calculator.rate))


def _owns_rate(plan: _Plan, view: View) -> bool:
    return plan.roles.get(plan.calculator.rate) in view.lexicon.own_predicates(plan.entity.id)


def _wants(plan: _Plan, query: Query, view: View) -> bool:
    """Whether the thing's own term is another one than the customer's."""
    asked, own = input_named(query.inputs, TERM, Kind.TERM), _own_term(plan)
    if asked is None or own is None or own.value is None or asked.value.number is None:
        return False
    if asked.value.months is not None and own.value.months is not None:
        return asked.value.months != own.value.months
    return asked.value.number != own.value.number


def _own_term(plan: _Plan) -> Fact | None:
    facts = [f for f in plan.facts(OWN_TERM) if f.value is not None and f.value.number is not None]
    return facts[0] if len(facts) == 1 and facts[0].value and facts[0].value.number_to is None else None


def _has(name: str, plan: _Plan, query: Query) -> bool:
    if input_named(query.inputs, name, None) is not None:
        return True
    if name == TERM:
        return _own_term(plan) is not None
    if name == EARLY:
        return input_named(query.inputs, AMOUNT, None) is not None
    return name == PERIODS and _as_periods(query.inputs) is not None


def _as_periods(inputs: Sequence[Qualifier]) -> Qualifier | None:
    """分12个月: a term in months is as many instalments."""
    term = input_named(inputs, TERM, Kind.TERM)
    if term is None or term.value.months is None:
        return None
    number = Decimal(term.value.months)
    return replace(term, name=PERIODS, value=Value(f"{number}期", Kind.COUNT, number, unit="期"))


def _offered(plan: _Plan, name: str) -> tuple[Choice, ...]:
    """The cases that the table has for an input, as ways to go on: 3个月, 6个月, 1年."""
    values = {
        q.value.number: q.value.text
        for f in plan.facts(plan.calculator.rate)
        for q in f.qualifiers
        if name and q.op is Op.EQ and q.name.endswith(name) and q.value.number is not None and q.value.number_to is None
    }
    texts = [text for _, text in sorted(values.items(), key=lambda item: item[0] or 0)]
    return tuple(Choice(text) for text in texts[:CHOICES])


def _binding(plan: _Plan, query: Query) -> tuple[list[Fact], tuple[Qualifier, ...]]:
    facts = [*plan.facts(plan.calculator.rate), *plan.facts("固定费用")]
    return facts, _with_periods(query.inputs)


def _with_periods(inputs: tuple[Qualifier, ...]) -> tuple[Qualifier, ...]:
    if input_named(inputs, PERIODS, Kind.COUNT) is not None:
        return inputs
    periods = _as_periods(inputs)
    return (*inputs, periods) if periods is not None else inputs


def _work(plan: _Plan, query: Query, view: View) -> Iterator[Worked]:
    """The results of one thing: one for each case of its rate and each way of repaying that is left open."""
    facts, inputs = _binding(plan, query)
    own_rate = input_named(inputs, plan.calculator.rate, None)
    cases = [Case()] if own_rate is not None else cases_of(facts, inputs)
    if not _within_terms(plan, inputs):
        return
    below = _below(plan, inputs)
    for case in cases:
        if below is not None:
            shown = (below, case.fact) if case.fact is not None else (below,)
            yield Worked(plan.entity.id, plan.entity.name, facts=shown, case=case.fact, below=below)
            continue
        figures, used = _figures(plan, case, inputs, view)
        for method in _methods(plan, query):
            bound = replace(figures, words={METHOD: method} if method else {})
            try:
                lines = plan.calculator.work(bound)
            except MissingFigure:
                continue
            name, promised = plan.entity.name, plan.calculator.promised
            yield Worked(plan.entity.id, name, lines, tuple(used), case.fact, method, promised=promised)


def _below(plan: _Plan, inputs: Sequence[Qualifier]) -> Fact | None:
    """The least amount, where the customer's stays under it."""
    amount = input_named(inputs, AMOUNT, Kind.MONEY)
    if amount is None:
        return None
    least = (f for f in plan.facts(LEAST_AMOUNT) if f.value is not None)
    return next((f for f in least if f.value and satisfies(amount.value, Op.LT, f.value) is True), None)


def _within_terms(plan: _Plan, inputs: Sequence[Qualifier]) -> bool:
    """Whether the thing is offered for the customer's term."""
    asked = input_named(inputs, TERM, Kind.TERM)
    ranges = [f.value for f in plan.facts(TERMS) if f.value is not None]
    return asked is None or not ranges or any(satisfies(r, Op.EQ, asked.value) is not False for r in ranges)


def _figures(plan: _Plan, case: Case, inputs: Sequence[Qualifier], view: View) -> tuple[Figures, list[Fact]]:
    """All figures of one case: inputs, the rate, and the other roles in the same case."""
    figures = {i.name: figure_of(i.name, i.value) for i in inputs if i.value.number is not None}
    used: list[Fact] = []
    own = _own_term(plan)
    if TERM not in figures and own is not None:
        figures[TERM] = figure_of_fact(TERM, own)
        used.append(own)
    for role, fact in _bound(plan, case, inputs):
        figures[role] = figure_of_fact(role, fact)
        used.append(fact)
    if (term := figures.get(TERM)) is not None:
        figures[DAYS] = _in_days(term, view.today)
    return Figures(figures, {}), used


def _bound(plan: _Plan, case: Case, inputs: Sequence[Qualifier]) -> Iterator[tuple[str, Fact]]:
    rate = plan.calculator.rate
    if case.fact is not None:
        yield ("固定费用" if case.fact.predicate == plan.roles.get("固定费用") else rate), case.fact
    for role in plan.calculator.optional:
        if role in ("固定费用", METHOD) or role not in plan.roles:
            continue
        same = cases_of(plan.facts(role), inputs, case.fact)
        if same and same[0].fact is not None:
            yield role, same[0].fact


def _in_days(term: Figure, today: date) -> Figure:
    """A term in months as the days from today on."""
    if term.months is None:
        return replace(term, name=DAYS)
    month = today.month - 1 + term.months
    year, month = today.year + month // 12, month % 12 + 1
    last = (date(year + month // 12, month % 12 + 1, 1) - date(year, month, 1)).days
    days = (date(year, month, min(today.day, last)) - today).days
    return Figure(DAYS, Decimal(days), f"{days}天")


def _methods(plan: _Plan, query: Query) -> tuple[str, ...]:
    """The way of repaying named, else those of the thing that the calculator knows, else its first two."""
    known = plan.calculator.methods
    if not known:
        return ("",)
    named = input_named(query.inputs, METHOD, None)
    if named is not None and named.value.text in known:
        return (named.value.text,)
    own = tuple(m for m in known if m in {f.text for f in plan.facts(METHODS)})
    return own or known[:2]
