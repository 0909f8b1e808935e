"""ELIGIBLE: the conditions of a thing, own and inherited, held against what the customer said of himself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kg.answer import Answer, Judged, Outcome
from kg.answering.resolve import Spoken, View
from kg.cells import ValueFault
from kg.conditions import Condition, parse_condition
from kg.eligibility import judge, statement_for
from kg.facts import Fact, Qualifier
from kg.query import Query
from kg.values import Kind

AGE = "年龄"


def eligible(query: Query, view: View) -> Answer:
    """Verdict True, False or None; `judged` holds each condition with its own verdict; `missing` the one attribute to
    ask for next, where the verdict is open."""
    entity = query.focus[0]
    spoken = Spoken(view, (entity.id,), query.predicates)
    facts = [f for p in query.predicates for f in spoken.facts(entity.id, p, ())]
    judged = tuple(_judged(f, query.inputs, view) for f in facts)
    answer = Answer(query, Outcome.ANSWERED, view.reader.revision, view.today)
    if not judged:
        return replace(answer, outcome=Outcome.UNANSWERABLE, missing=query.predicates[:1])
    verdicts = [j.verdict for j in judged]
    verdict = False if False in verdicts else (None if None in verdicts else True)
    unknown = (j.wanted.name for j in judged if j.verdict is None and j.wanted is not None)
    missing = next(unknown, "") if verdict is None else ""
    return replace(
        answer,
        facts=tuple({f.id: f for f in facts}.values()),
        judged=judged,
        verdict=verdict,
        missing=(missing,) if missing else (),
    )


def _judged(fact: Fact, said: Sequence[Qualifier], view: View) -> Judged:
    condition = condition_of(fact, view)
    if condition is None:
        return Judged(fact)
    statement = statement_for(condition.attribute, said)
    wanted = Qualifier(condition.attribute, condition.op, condition.value)
    return Judged(fact, wanted, judge(condition, statement), statement)


def condition_of(fact: Fact, view: View) -> Condition | None:
    """The condition that a fact states: in its cell, or as a bound on the age (投保年龄 18岁-65岁). None for one that
    is no comparison."""
    if fact.value is not None and fact.value.kind is Kind.AGE:
        value = fact.value
        return Condition(AGE, value.op, value, fact.text)
    try:
        return parse_condition(fact.text, view.lexicon.ontology)
    except ValueFault:
        return None
