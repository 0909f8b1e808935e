"""Things beside one another: what they have in common to be compared, what differs first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kg.answer import Answer, Cell, Row
from kg.answering.outcomes import answered, empty
from kg.answering.resolve import Spoken, View
from kg.answering.sets import leading, ordered_ids
from kg.facts import DEFINITION, UNSPOKEN, Fact
from kg.query import Entity, Query
from kg.values import Kind

COMPARED = 12
SHORT_TEXT = 80
_PLAIN = (Kind.TEXT, Kind.ENTITY, Kind.CONDITION, Kind.TIME)


def compare(query: Query, view: View) -> Answer:
    """One row for each thing, over what was asked or what they share."""
    spoken = Spoken(view, (e.id for e in query.focus), query.predicates or None)
    columns = query.predicates or _shared(query.focus, spoken, view) or (DEFINITION,)
    rows = tuple(
        Row(e.id, e.name, tuple(Cell(tuple(spoken.facts(e.id, c, query.qualifiers))) for c in columns))
        for e in query.focus
    )
    if not any(cell.facts for row in rows for cell in row.cells):
        return empty(query, view, columns)
    first = _first_of(query, columns, view)
    return replace(answered(query, view), rows=rows, columns=tuple(columns), total=len(rows), first=first)


def _first_of(query: Query, columns: Sequence[str], view: View) -> tuple[str, ...]:
    """Ids of the compared things that come out first in the order asked, where more than one has the figure."""
    order = query.order
    if order is None or order.predicate not in columns:
        return ()
    ranked = ordered_ids([e.id for e in query.focus], order, query, view)
    return tuple(leading(ranked, order, query, view)) if len(ranked) > 1 else ()


def _shared(focus: Sequence[Entity], spoken: Spoken, view: View) -> tuple[str, ...]:
    """Predicates that at least two of the things have: figures before texts, what differs before what is alike,
    what is better low or high before the rest, then in the order of the ontology.
    """
    ontology = view.lexicon.ontology
    declared = {name: place for place, name in enumerate(ontology.predicates)}
    ranks: dict[str, tuple[bool, bool, bool, int]] = {}
    for predicate in dict.fromkeys(p for e in focus for p in spoken.predicates(e.id)):
        having = [facts for e in focus if _short(facts := spoken.facts(e.id, predicate))]
        if predicate not in UNSPOKEN and predicate != DEFINITION and len(having) >= 2:
            known = ontology.get(predicate)
            alike = len({frozenset((f.text, f.qualifiers) for f in facts) for facts in having}) == 1
            place = declared.get(predicate, len(declared))
            ranks[predicate] = (known.datatype in _PLAIN, alike, not known.better_is, place)
    return tuple(sorted(ranks, key=ranks.__getitem__))[:COMPARED]


def _short(facts: Sequence[Fact]) -> bool:
    return bool(facts) and len(facts) <= 6 and all(len(f.text) <= SHORT_TEXT for f in facts)
