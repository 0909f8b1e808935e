"""answer(): one Query against one revision on one day. A pure function of its inputs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from kg.answer import Answer, Assumed, Assumption, Choice, Computed, Outcome
from kg.answering.aggregates import aggregate, share
from kg.answering.calculation import calculate
from kg.answering.checking import check
from kg.answering.comparison import compare
from kg.answering.derived import best_period, difference, growth, over_periods, ratio
from kg.answering.eligible import eligible
from kg.answering.existence import existing
from kg.answering.history import history
from kg.answering.outcomes import PAGE, answered, empty, unique
from kg.answering.reader import FactReader
from kg.answering.resolve import Spoken, View
from kg.answering.reverse import reverse, steps
from kg.answering.sets import (
    SORT_IN_MEMORY,
    candidates_with_classes,
    default_columns,
    leading,
    member_ids,
    ordered_ids,
    rows_of,
)
from kg.facts import DEFINITION, INSTANCE_OF, SALE_STATUS, UNSPOKEN, Fact
from kg.lexicon.lexicon import Lexicon
from kg.query import Ask, Entity, Query
from kg.values import Kind, Value
from kg.withdrawal import withdrawn

DESCRIBED = 6
PROSE = 24
"""Characters from which a text tells what a thing is, rather than one thing about it."""
SHORT_TEXT = 40
MOST_CASES = 8
"""Cases named where the asked one is not known."""


def answer(query: Query, reader: FactReader, lexicon: Lexicon, today: date) -> Answer:
    """What the revision says to `query` on `today`, or over the query's own period."""
    view = View(reader, lexicon, today, query.period)
    found = _HANDLERS[query.ask](query, view)
    return replace(
        found,
        assumptions=_assumptions(found),
        notices=_notices(found, lexicon),
        withdrawn=_withdrawn(found, view),
    )


def _value(query: Query, view: View) -> Answer:
    """Own facts, else inherited ones; for a class that has none, those of its members as rows."""
    if any(steps(p, view.lexicon)[1] for p in query.predicates):
        return _along(query, view)
    stated = tuple(q.name for q in query.qualifiers if q.value.kind is Kind.TEXT)
    spoken = Spoken(view, (e.id for e in query.focus), (*query.predicates, *stated))
    facts: list[Fact] = []
    missing: list[str] = []
    there = existing((e.id for e in query.focus), view, query.predicates)
    for entity in query.focus:
        denied = {q.name for q in query.qualifiers if q.name in stated and spoken.denies(entity.id, q)}
        for predicate in query.predicates:
            found = spoken.facts(entity.id, predicate, query.qualifiers)
            found = [f for f in found if entity.id in there and denied <= {q.name for q in f.qualifiers}]
            facts.extend(found)
            if not found:
                missing.append(predicate if len(query.focus) == 1 else f"{entity.name}·{predicate}")
    if facts:
        return replace(answered(query, view), facts=unique(facts), missing=tuple(missing))
    for entity in query.focus:
        rows = _member_rows(entity, query, view)
        if rows is not None:
            return rows
    return replace(empty(query, view, missing), choices=_other_cases(query, spoken))


def _other_cases(query: Query, spoken: Spoken) -> tuple[Choice, ...]:
    """The cases in which the one thing asked about has what is asked, where it lacks it in the asked one."""
    if len(query.focus) != 1 or len(query.predicates) != 1:
        return ()
    cases = spoken.other_cases(query.focus[0].id, query.predicates[0], query.qualifiers)
    return tuple(Choice(q.value.text, replace(query, qualifiers=(q,))) for q in cases[:MOST_CASES])


def _along(query: Query, view: View) -> Answer:
    """A path `a/b`: the facts that lead to the objects of `a`, then what these have on `b`, maybe a path itself."""
    first, second = steps(query.predicates[0], view.lexicon)
    lead = _value(replace(query, predicates=(first,)), view)
    objects = dict.fromkeys((f.object_id, f.object_name) for f in lead.facts if f.object_id)
    things = tuple(Entity(i, name) for i, name in objects if i)
    if not things:
        return empty(query, view, (query.predicates[0],))
    further = _along if steps(second, view.lexicon)[1] else _value
    end = further(replace(query, focus=things, predicates=(second,)), view)
    if end.outcome is not Outcome.ANSWERED:
        return empty(query, view, tuple(f"{e.name}·{second}" for e in things))
    asked = replace(query, focus=(*query.focus, *things))
    return replace(end, query=asked, facts=unique((*lead.facts, *end.facts)), missing=())


def _member_rows(entity: Entity, query: Query, view: View) -> Answer | None:
    info = view.lexicon.entity(entity.id)
    if info is None or not info.is_class or not query.predicates:
        return None
    ids = existing(member_ids(Query(Ask.LIST, cls=entity), view), view, query.predicates)
    rows = [r for r in rows_of(ids[:200], query.predicates, query, view) if any(c.facts for c in r.cells)]
    if not rows:
        return None
    page = tuple(rows[query.offset : query.offset + PAGE])
    return replace(answered(query, view), rows=page, columns=query.predicates, total=len(rows))


def _describe(query: Query, view: View) -> Answer:
    """The definition and the most telling facts of each thing; a class also shows some of its members."""
    spoken = Spoken(view, (e.id for e in query.focus), None)
    facts: list[Fact] = []
    for entity in query.focus:
        definition = spoken.facts(entity.id, DEFINITION)
        own = [f for f in definition if not f.inherited_from]
        facts.extend(own or definition or _prose(entity.id, spoken, view))
        facts.extend(_telling(entity.id, spoken, view))
    if not facts:
        return _list(replace(query, ask=Ask.LIST, cls=query.focus[0], focus=()), view)
    return replace(answered(query, view), facts=unique(facts))


def _prose(entity_id: str, spoken: Spoken, view: View) -> list[Fact]:
    """Where nothing is defined, the longest text of an undeclared predicate: what others call 简介 or Information."""
    loose = (p for p in spoken.predicates(entity_id) if not view.lexicon.ontology.get(p).declared)
    found = (f for p in loose if p not in UNSPOKEN for f in spoken.facts(entity_id, p) if f.object_id is None)
    longest = max(found, key=lambda f: len(f.text), default=None)
    return [longest] if longest is not None and len(longest.text) >= PROSE else []


def _telling(entity_id: str, spoken: Spoken, view: View) -> list[Fact]:
    """Figures first, then short texts; one-valued predicates without cases."""
    ontology = view.lexicon.ontology
    figures: list[Fact] = []
    texts: list[Fact] = []
    for predicate in spoken.predicates(entity_id):
        if predicate in UNSPOKEN or predicate == DEFINITION:
            continue
        found = spoken.facts(entity_id, predicate)
        if len(found) != 1:
            continue
        figure = ontology.get(predicate).datatype not in (Kind.TEXT, Kind.ENTITY, Kind.CONDITION, Kind.TIME)
        if figure:
            figures.append(found[0])
        elif len(found[0].text) <= SHORT_TEXT:
            texts.append(found[0])
    return (figures + texts)[:DESCRIBED]


def _list(query: Query, view: View) -> Answer:
    ids = member_ids(query, view)
    page = ids[query.offset : query.offset + (query.limit or PAGE)]
    if not page:
        return replace(empty(query, view, ()), total=len(ids))
    columns = query.predicates or default_columns(page, view)
    rows = rows_of(page, columns, query, view)
    return replace(answered(query, view), rows=rows, columns=columns, total=len(ids))


def _count(query: Query, view: View) -> Answer:
    ids = member_ids(query, view)
    page = ids[:PAGE]
    number = Value(str(len(ids)), Kind.COUNT, Decimal(len(ids)))
    counted = Computed(number, "count", tuple(ids[:50]))
    columns = _constraint_columns(query)
    rows = rows_of(page, columns, query, view)
    return replace(answered(query, view), computed=(counted,), rows=rows, columns=columns, total=len(ids))


def _best(query: Query, view: View) -> Answer:
    order = query.order
    if order is None:
        return _list(query, view)
    if query.cls is None and query.focus:
        return best_period(query, view)
    ids = candidates_with_classes(member_ids(query, view), query, view)
    ranked = ordered_ids(ids, order, query, view)
    total = len(ranked) if len(ids) <= SORT_IN_MEMORY else len(ids)
    if not ranked:
        return empty(query, view, (order.predicate,))
    chosen = leading(ranked, order, query, view)
    if not chosen:
        return replace(empty(query, view, (order.predicate,)), total=total)
    columns = tuple(dict.fromkeys((order.predicate, *query.predicates, *_constraint_columns(query))))
    rows = rows_of(chosen, columns, query, view)
    return replace(answered(query, view), rows=rows, columns=columns, total=total)


def _aggregate(query: Query, view: View) -> Answer:
    return aggregate(query, view) if query.cls is not None else over_periods(query, view)


def _constraint_columns(query: Query) -> tuple[str, ...]:
    return tuple(c.predicate for c in query.constraints if c.predicate != INSTANCE_OF)


def _source(query: Query, view: View) -> Answer:
    """The facts asked about, for their documents; without a predicate, those of the definition."""
    wanted = query.predicates or (DEFINITION,)
    found = _value(replace(query, ask=Ask.VALUE, predicates=wanted), view)
    cited = tuple(f for f in found.facts if f.source)
    if not cited and not query.predicates:
        found = _describe(query, view)
        cited = tuple(f for f in found.facts if f.source)
    return replace(found, query=query, facts=cited) if cited else empty(query, view, ("来源",))


_HANDLERS: dict[Ask, Callable[[Query, View], Answer]] = {
    Ask.VALUE: _value,
    Ask.DESCRIBE: _describe,
    Ask.LIST: _list,
    Ask.COUNT: _count,
    Ask.BEST: _best,
    Ask.COMPARE: compare,
    Ask.CHECK: check,
    Ask.REVERSE: reverse,
    Ask.SOURCE: _source,
    Ask.SUM: _aggregate,
    Ask.AVERAGE: _aggregate,
    Ask.SHARE: share,
    Ask.HISTORY: history,
    Ask.CALCULATE: calculate,
    Ask.GROWTH: growth,
    Ask.RATIO: ratio,
    Ask.DIFFERENCE: difference,
    Ask.ELIGIBLE: eligible,
}


def _assumptions(found: Answer) -> tuple[Assumption, ...]:
    """Facts read from a class are said to be so, once for each class."""
    pairs = dict.fromkeys((f.inherited_from, f.predicate) for f in found.facts_read() if f.inherited_from)
    inherited = tuple(Assumption(Assumed.INHERITED, predicate, cls) for cls, predicate in pairs)
    period = found.query.period
    if period is None:
        return inherited
    return (*inherited, Assumption(Assumed.PERIOD, period.text, f"{period.start}–{period.end}"))


def _notices(found: Answer, lexicon: Lexicon) -> tuple[str, ...]:
    """Risk notices of the predicates whose figures are shown."""
    predicates = dict.fromkeys(f.predicate for f in found.facts_read())
    notices = (lexicon.ontology.get(p).risk_notice for p in predicates)
    return tuple(dict.fromkeys(n for n in notices if n))


def _withdrawn(found: Answer, view: View) -> tuple[str, ...]:
    """Names of things asked about or listed that are no longer sold, unless that is what was asked."""
    if SALE_STATUS not in view.lexicon.predicates or SALE_STATUS in found.query.predicates:
        return ()
    named = {e.id: e.name for e in found.query.focus} | {r.entity_id: r.name for r in found.rows}
    having = [i for i in named if SALE_STATUS in view.lexicon.own_predicates(i)]
    gone = withdrawn(having, view.reader, view.today) if having else frozenset()
    return tuple(name for i, name in named.items() if i in gone)
