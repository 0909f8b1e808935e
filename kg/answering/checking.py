"""Whether things meet constraints, in three values."""

from __future__ import annotations

from dataclasses import replace

from kg.answer import Answer
from kg.answering.comparing import satisfies
from kg.answering.outcomes import answered, empty, unique
from kg.answering.resolve import Spoken, View
from kg.facts import INSTANCE_OF, Fact
from kg.query import Constraint, Query
from kg.values import Op


def check(query: Query, view: View) -> Answer:
    """Every constraint must hold for every thing; one that nothing is known of leaves the verdict open."""
    predicates = tuple(c.predicate for c in query.constraints) or query.predicates
    spoken = Spoken(view, (e.id for e in query.focus), predicates)
    facts: list[Fact] = []
    verdicts: list[bool | None] = []
    missing: list[str] = []
    for entity in query.focus:
        for constraint in query.constraints:
            verdict, used = _holds(entity.id, constraint, spoken, view, query)
            verdicts.append(verdict)
            facts.extend(used)
            if verdict is None:
                missing.append(constraint.predicate)
    verdict = False if False in verdicts else (None if None in verdicts else True)
    if verdict is None and not facts:
        return empty(query, view, missing)
    return replace(answered(query, view), verdict=verdict, facts=unique(facts), missing=tuple(missing))


def _holds(
    entity_id: str, constraint: Constraint, spoken: Spoken, view: View, query: Query
) -> tuple[bool | None, list[Fact]]:
    if constraint.predicate == INSTANCE_OF:
        classes = view.lexicon.classes_of(entity_id)
        facts = view.reader.facts_of([entity_id], [INSTANCE_OF])
        return (constraint.entity_id in classes) == (constraint.op is Op.EQ), facts
    facts = spoken.facts(entity_id, constraint.predicate, query.qualifiers)
    if not facts:
        return None, []
    verdicts = [_meets(f, constraint) for f in facts]
    if any(v is True for v in verdicts):
        return True, facts
    return (None if all(v is None for v in verdicts) else False), facts


def _meets(fact: Fact, constraint: Constraint) -> bool | None:
    if constraint.entity_id:
        return (fact.object_id == constraint.entity_id) == (constraint.op is Op.EQ)
    if constraint.value is None or fact.value is None:
        return None
    return satisfies(fact.value, constraint.op, constraint.value)
