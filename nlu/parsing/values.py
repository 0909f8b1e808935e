"""Attributes, descriptions and sources of named things."""

from __future__ import annotations

import re
from dataclasses import replace

from kg.facts import DEFINITION, UNSPOKEN, EntityKind
from kg.query import Ask, Entity, Query
from kg.values import Kind
from nlu.constraints import constraint_of, qualifiers_of
from nlu.parsing.evidence import BARE_SUPPORT, reading_of
from nlu.parsing.scene import Scene, wants_definition, with_predicate
from nlu.readings import Reading
from nlu.things import Thing, asked_of

DESCRIBE_SUPPORT = 0.9
UNKNOWN_SUPPORT = 0.9
LEFT_OVER = 2
_NUMBERED = re.compile(r"[^\W\d]{2,}?[0-9０-９一二三四五六七八九十百]+[号期]")
"""A name with a number, as products have it: 稳盈88号."""


def numbered_stranger(scene: Scene) -> Reading | None:
    """A name with a number that nothing explains (稳盈88号) is a thing that the graph does not know, whatever the talk
    was about before: numbers are never guessed."""
    if any(t.start >= 0 for t in scene.things):
        return None
    texts = (scene.analysis.text[a:b] for a, b in scene.analysis.rest)
    name = next((t for t in texts if _NUMBERED.fullmatch(t)), "")
    if not name:
        return None
    query = Query(Ask.VALUE, focus=(Entity(name, name, name),))
    return Reading(query, entity=1.0, predicate=1.0, explained=1.0, absent=True)


def stranger(scene: Scene) -> Reading | None:
    """A class with words right before it that nothing explains (飞天信用卡): a member that the graph does not know."""
    for cls in scene.classes:
        before = next(((a, b) for a, b in scene.analysis.rest if b == cls.start and b - a >= LEFT_OVER), None)
        if before is not None and not scene.things:
            name = scene.analysis.text[before[0] : cls.end]
            unknown = Entity(cls.entity.id, name, name, cls.entity.how)
            reading = reading_of(Query(Ask.VALUE, focus=(unknown,)), [cls], UNKNOWN_SUPPORT, scene)
            return replace(reading, absent=True)
    return None


def value(scene: Scene) -> Reading | None:
    """The value of an attribute of a named thing: 稳盈1号起购多少."""
    if not scene.named:
        return None
    ordered = with_predicate(scene)
    thing = ordered[0]
    asked = asked_of(thing.entity.id, scene.analysis, scene.lexicon)
    if asked.predicates == (DEFINITION,) or not (asked.predicates or asked.absent):
        return None
    joined = scene.analysis.has("or") or thing.entity.how == "carried"
    focus = [thing, *(t for t in ordered[1:] if _same_rank(t, thing) and joined)]
    predicates = asked.predicates or asked.absent
    query = Query(
        Ask.VALUE,
        focus=tuple(t.entity for t in focus),
        predicates=predicates,
        qualifiers=qualifiers_of(scene.analysis, predicates, scene.lexicon),
        period=scene.analysis.periods[0].period if scene.analysis.periods else None,
    )
    reading = reading_of(query, focus, asked.support or 0.9, scene)
    return replace(reading, absent=not asked.predicates)


def _same_rank(one: Thing, other: Thing) -> bool:
    return one.is_class == other.is_class and one.kind is other.kind


def describe(scene: Scene) -> Reading | None:
    """What a named thing is; something asked of it that is not understood is known to be unknown."""
    if not scene.named:
        return None
    thing = next((t for t in scene.named if t.kind is not EntityKind.ORGANISATION), scene.named[0])
    if not wants_definition(scene.analysis) and _asks_something(scene):
        unknown = reading_of(Query(Ask.VALUE, focus=(thing.entity,)), [thing], UNKNOWN_SUPPORT, scene)
        return replace(unknown, absent=True)
    support = DESCRIBE_SUPPORT if wants_definition(scene.analysis) else 0.55
    asks_more = any(not p.value and DEFINITION not in p.predicates for p in scene.analysis.predicates)
    if not (asks_more or scene.analysis.rest or scene.analysis.has("how", "why", "yes_no", "how_much")):
        support = max(support, BARE_SUPPORT)
    return reading_of(Query(Ask.DESCRIBE, focus=(thing.entity,)), [thing], support, scene)


def _asks_something(scene: Scene) -> bool:
    """The turn has a question word or words left over: it wants something of the thing that was not understood."""
    left = sum(end - start for start, end in scene.analysis.rest)
    asking = scene.analysis.has(
        "how_much", "how_long", "how_old", "who", "where", "when", "why", "how", "list", "count"
    )
    return asking or left >= LEFT_OVER


def source(scene: Scene) -> Reading | None:
    """Which document says so: 存款保险限额的依据是什么."""
    if not scene.analysis.has("source") or not scene.named:
        return None
    thing = with_predicate(scene)[0]
    asked = asked_of(thing.entity.id, scene.analysis, scene.lexicon)
    predicates = asked.predicates if asked.support >= 0.6 else ()
    typed = tuple(p for p in predicates if scene.lexicon.ontology.get(p).datatype not in (Kind.TEXT, Kind.ENTITY))
    predicates = typed or _predicate_of_value(scene, thing) or predicates
    plain = tuple(p for p in predicates if p not in scene.lexicon.relations)
    if predicates and not plain:
        return reading_of(Query(Ask.VALUE, focus=(thing.entity,), predicates=predicates), [thing], 0.95, scene)
    predicates = plain
    return reading_of(Query(Ask.SOURCE, focus=(thing.entity,), predicates=predicates), [thing], 0.95, scene)


def _predicate_of_value(scene: Scene, thing: Thing) -> tuple[str, ...]:
    """存款保险50万的依据: the figure in the question says which predicate is meant."""
    options = [p for p in scene.lexicon.predicates_of(thing.entity.id) if p not in UNSPOKEN]
    found = (constraint_of(s, scene.analysis, options, scene.lexicon) for s in scene.analysis.values)
    return tuple(dict.fromkeys(c.predicate for c in found if c is not None))
