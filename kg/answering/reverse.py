"""What points to a thing: the subjects whose facts name it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kg.answer import Answer, Cell, Row
from kg.answering.comparing import holds_in_case
from kg.answering.outcomes import PAGE, answered, empty
from kg.answering.resolve import Spoken, View
from kg.answering.sets import rows_of
from kg.facts import Fact
from kg.lexicon.lexicon import Lexicon
from kg.query import Entity, Query

STEP = "/"
"""Between the steps of a path."""


def steps(predicate: str, lexicon: Lexicon) -> tuple[str, str]:
    """The first step of a path and the rest, which is empty for a predicate; 制片国家/地区 is one."""
    if STEP not in predicate or lexicon.has_predicate(predicate):
        return predicate, ""
    parts = predicate.split(STEP)
    heads = (STEP.join(parts[:n]) for n in range(1, len(parts)))
    first = next((head for head in heads if lexicon.has_predicate(head)), parts[0])
    return first, predicate[len(first) + len(STEP) :]


def reverse(query: Query, view: View) -> Answer:
    """The subjects that the predicates lead from to the things asked about, in the case asked about. A path `a/b` asks
    for the others that lead by `b` to what the things lead to by `a`."""
    if any(steps(p, view.lexicon)[1] for p in query.predicates):
        return _sharing(query, view)
    return _leading(query, view, frozenset())


def _sharing(query: Query, view: View) -> Answer:
    first, second = steps(query.predicates[0], view.lexicon)
    ids = [e.id for e in query.focus]
    spoken = Spoken(view, ids, (first,))
    objects = {f.object_id: f.object_name for i in ids for f in spoken.facts(i, first) if f.object_id}
    things = tuple(Entity(i, name) for i, name in objects.items() if i)
    return _leading(replace(query, focus=things, predicates=(second,)), view, frozenset(ids))


def _leading(query: Query, view: View, known: frozenset[str]) -> Answer:
    """The subjects that lead to the focus, without those that are `known`."""
    ids: dict[str, None] = {}
    for entity in query.focus:
        for predicate in query.predicates:
            ids.update(dict.fromkeys(sorted(view.reader.subjects_of(predicate, entity.id))))
    if query.qualifiers:
        return _reverse_in_case(list(ids), query, view)
    found = [i for i in ids if i not in known]
    page = found[query.offset : query.offset + (query.limit or PAGE)]
    if not page:
        return empty(query, view, query.predicates)
    rows = rows_of(page, query.predicates, query, view)
    return replace(answered(query, view), rows=rows, columns=query.predicates, total=len(found))


def _reverse_in_case(ids: Sequence[str], query: Query, view: View) -> Answer:
    """Of the subjects that point to the focus, those whose facts name the case, with just these facts."""
    focus = {e.id for e in query.focus}
    names = {q.name for q in query.qualifiers}
    facts: dict[str, list[Fact]] = {}
    for fact in view.reader.facts_of(ids, query.predicates):
        stated = names <= {q.name for q in fact.qualifiers}
        if fact.object_id in focus and stated and view.in_force(fact) and holds_in_case(fact, query.qualifiers):
            facts.setdefault(fact.subject_id, []).append(fact)
    found = [i for i in ids if i in facts]
    page = found[query.offset : query.offset + (query.limit or PAGE)]
    if not page:
        return empty(query, view, query.predicates)
    rows = tuple(Row(i, view.lexicon.name_of(i), (Cell(tuple(facts[i])),)) for i in page)
    return replace(answered(query, view), rows=rows, columns=query.predicates, total=len(found))
