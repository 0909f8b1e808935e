"""Asking back: only where the answers differ, never the same question twice."""

from __future__ import annotations

from dataclasses import replace

from kg.answer import Answer, Choice, Outcome
from kg.query import Ask, Query
from nlu.memory import MAX_CHOICES, Memory


def settled(choices: tuple[Choice, ...], answers: tuple[Answer, ...], memory: Memory) -> Query | None:
    """The Query to answer in place of asking back: the only choice that has an answer, any of them where all say the
    same, all of them together where they were offered before and nothing was chosen. None when it has to be asked."""
    having = [(c.query, a) for c, a in zip(choices, answers, strict=True) if a.outcome is Outcome.ANSWERED and c.query]
    if not having:
        return choices[0].query
    first = having[0][0]
    if len({_said(a) for _, a in having}) == 1:
        return first
    labels = tuple(c.label for c in choices[:MAX_CHOICES])
    queries = [q for q, _ in having if q is not None]
    alike = all((q.ask, q.predicates) == (Ask.VALUE, queries[0].predicates) for q in queries)
    if memory.offered != labels or not alike:
        return None
    return replace(queries[0], focus=tuple(dict.fromkeys(e for q in queries for e in q.focus)))


def _said(found: Answer) -> tuple[object, ...]:
    """What an answer says, whoever it is said of."""
    facts = ((f.predicate, f.text, tuple((q.name, q.value.text) for q in f.qualifiers)) for f in found.facts_read())
    return (found.verdict, found.total, tuple(sorted(facts)))
