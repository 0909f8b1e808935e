"""Sets of members: which entities of a class meet the constraints, in which order, shown with which columns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from kg.answer import Cell, Row
from kg.answering.comparing import interval, satisfies
from kg.answering.resolve import Spoken, View
from kg.answering.stated import case_of_time, none_of_the_time, several_times
from kg.facts import INSTANCE_OF, Fact
from kg.query import Constraint, Order, Query
from kg.values import Kind, Op

MEMBER_CAP = 200_000
SORT_IN_MEMORY = 500
TIES_READ = 10
"""Entities behind the last one of an answer that are looked at for being its equals."""
MAX_COLUMNS = 4
MAX_IN_CELL = 3
COLUMN_KINDS = (Kind.LEVEL, Kind.PERCENT, Kind.TERM, Kind.MONEY, Kind.COUNT, Kind.NUMBER, Kind.AGE)


def member_ids(query: Query, view: View) -> list[str]:
    """Ids of all members of `query.cls` that meet its constraints, in a stable order.

    A class without members but with subclasses is answered by these. Without a class, all subjects that
    meet the constraints.
    """
    members = _all_members(query.cls.id, view) if query.cls else None
    constraints = query.constraints
    if members is None and not constraints:
        return []
    kept = None if members is None else set(members)
    for constraint in constraints:
        met = _meeting(constraint, view, kept)
        kept = met if kept is None else kept & met
    return [i for i in members if i in (kept or ())] if members is not None else sorted(kept or ())


def _all_members(class_id: str, view: View) -> list[str]:
    classes = view.lexicon.descendants(class_id)
    found = list(view.reader.member_ids(classes, MEMBER_CAP))
    return found or [c for c in classes if c != class_id]


def _meeting(constraint: Constraint, view: View, within: set[str] | None) -> set[str]:
    """Ids that meet one constraint, by their own facts or by those of a class they inherit from."""
    if constraint.predicate == INSTANCE_OF:
        inside = set(_all_members(constraint.entity_id, view)) or {constraint.entity_id}
        return inside if constraint.op is Op.EQ else (within or set()) - inside
    day = view.today if view.period is None else None
    time = case_of_time(constraint.predicate, view)
    if time is None and constraint.value is not None and none_of_the_time(constraint.predicate, view):
        return set()
    cases = (time,) if time is not None else ()
    met = view.reader.ids_where(constraint.predicate, constraint, day=day, qualifiers=cases)
    found = _as_written(constraint, view, day) or set(met)
    if view.period is not None and constraint.value is not None and time is None:
        found = _in_period(found, constraint, view)
    if constraint.op is Op.NE and within is not None:
        met_otherwise = Constraint(constraint.predicate, Op.EQ, constraint.value, constraint.entity_id)
        found -= set(view.reader.ids_where(constraint.predicate, met_otherwise, day=view.today))
    for class_id in sorted(view.lexicon.classes_among(found)):
        heirs = set(_all_members(class_id, view))
        if heirs:
            having = view.reader.facts_of(heirs, [constraint.predicate])
            found |= heirs - {f.subject_id for f in having if f.holds_on(view.today)}
    return found


def _as_written(constraint: Constraint, view: View, day: date | None) -> set[str]:
    """Those that hold the very duration, where nobody declared what it may be: 1小时-2小时 names a value of its own
    there, and what lasts one hour has another. Empty where none does, so that what lies within it is taken."""
    value = constraint.value
    exact = constraint.op in (Op.EQ, Op.RANGE) and value is not None and value.kind is Kind.TERM
    if not exact or view.lexicon.ontology.get(constraint.predicate).declared:
        return set()
    same = Constraint(constraint.predicate, Op.SAME, value)
    return set(view.reader.ids_where(constraint.predicate, same, day=day))


def _in_period(ids: set[str], constraint: Constraint, view: View) -> set[str]:
    """Those whose own facts of the period asked about meet the constraint, not only facts of some other time."""
    wanted = constraint.value
    facts = view.reader.facts_of(sorted(ids), [constraint.predicate]) if wanted is not None else []
    return {
        f.subject_id
        for f in facts
        if wanted is not None and f.value is not None and view.in_force(f) and satisfies(f.value, constraint.op, wanted)
    }


def ordered_ids(ids: Sequence[str], order: Order, query: Query, view: View) -> list[str]:
    """`ids` by the figure of `order.predicate` on the day and in the case asked; those without one left out. Of many
    only the first are put in order."""
    time = case_of_time(order.predicate, view)
    if time is None and none_of_the_time(order.predicate, view):
        return []
    if len(ids) > SORT_IN_MEMORY and (time is not None or not several_times(order.predicate, view)):
        wanted = frozenset(ids)
        return view.reader.ids_ordered(
            order.predicate,
            descending=order.descending,
            limit=query.offset + (query.limit or 1) + TIES_READ,  # as many as `leading` looks at
            day=view.today if view.period is None else None if time is not None else view.period.end,
            qualifiers=(*query.qualifiers, *((time,) if time is not None else ())),
            keep=wanted.intersection,
        )
    spoken = Spoken(view, ids, _with_cases(order.predicate, query))
    figures = ((_sort_figure(spoken, i, order, query), i) for i in ids)
    keyed = [(figure, i) for figure, i in figures if figure is not None]
    return [i for _, i in sorted(keyed, key=lambda k: k[0], reverse=order.descending)]


def leading(ids: Sequence[str], order: Order, query: Query, view: View) -> list[str]:
    """The first `query.limit` of ordered ids from `query.offset` on, and those that tie with the last of them."""
    limit = query.limit or 1
    ids = ids[query.offset :]
    head = list(ids[: limit + TIES_READ])
    if len(head) <= limit:
        return head
    spoken = Spoken(view, head, _with_cases(order.predicate, query))
    last = _sort_figure(spoken, head[limit - 1], order, query)
    return head[:limit] + [i for i in head[limit:] if _sort_figure(spoken, i, order, query) == last]


def _sort_figure(spoken: Spoken, entity_id: str, order: Order, query: Query) -> Decimal | None:
    """The figure that an entity is ordered by: its highest one descending, its lowest one ascending."""
    values = (f.value for f in _of_member(spoken, entity_id, order.predicate, query))
    ends = [interval(v) for v in values if v is not None and v.number is not None]
    if not ends:
        return None
    return max(high for _, high in ends) if order.descending else min(low for low, _ in ends)


def candidates_with_classes(ids: Sequence[str], query: Query, view: View) -> list[str]:
    """Members, and subclasses that have the figure themselves (rates that stand at a kind of deposit)."""
    if query.cls is None or query.order is None:
        return list(ids)
    kinds = [
        c for c in view.lexicon.descendants(query.cls.id) if query.order.predicate in view.lexicon.own_predicates(c)
    ]
    return list(dict.fromkeys((*ids, *kinds))) if not query.constraints else list(ids)


def rows_of(ids: Sequence[str], columns: Sequence[str], query: Query, view: View) -> tuple[Row, ...]:
    """One row for each id with the facts of the day in each column."""
    spoken = Spoken(view, ids, (*columns, *(q.name for q in query.qualifiers)) if columns else None)
    return tuple(
        Row(i, view.lexicon.name_of(i), tuple(Cell(tuple(_of_member(spoken, i, c, query))) for c in columns))
        for i in ids
    )


def default_columns(ids: Sequence[str], view: View) -> tuple[str, ...]:
    """The figures that most of the rows have and that tell them apart, one of each kind; first those of which the
    ontology says which is better."""
    if not ids:
        return ()
    ontology = view.lexicon.ontology
    spoken = Spoken(view, ids, None)
    texts: dict[str, list[str]] = defaultdict(list)
    for entity_id in ids:
        for predicate in spoken.predicates(entity_id):
            if ontology.get(predicate).datatype not in COLUMN_KINDS:
                continue
            facts = spoken.facts(entity_id, predicate)
            if 0 < len(facts) <= MAX_IN_CELL:
                texts[predicate].append("|".join(f.text for f in facts))
    common = [p for p, shown in texts.items() if len(shown) * 2 >= len(ids)]
    declared = {name: place for place, name in enumerate(ontology.predicates)}
    common.sort(key=lambda p: (not ontology.get(p).better_is, declared.get(p, len(declared)), p))
    first_of_kind = {ontology.get(p).datatype: p for p in reversed(common)}
    chosen = [p for p in first_of_kind.values() if len(ids) == 1 or len(set(texts[p])) > 1]
    return tuple(sorted(chosen, key=lambda p: COLUMN_KINDS.index(ontology.get(p).datatype)))[:MAX_COLUMNS]


def _with_cases(predicate: str, query: Query) -> tuple[str, ...]:
    return (predicate, *(q.name for q in query.qualifiers))


def _of_member(spoken: Spoken, entity_id: str, predicate: str, query: Query) -> list[Fact]:
    """Facts of a member in the case asked; a member whose own attribute is another case has none."""
    facts = spoken.facts(entity_id, predicate, query.qualifiers)
    for qualifier in query.qualifiers:
        named = any(q.name == qualifier.name for f in facts for q in f.qualifiers)
        own = spoken.facts(entity_id, qualifier.name)
        values = [f.value for f in own if f.value is not None]
        if not named and values and not any(satisfies(v, qualifier.op, qualifier.value) for v in values):
            return []
        if not named and not values:
            return []
    return facts
