"""Figures of a whole class where conditions on its members were said: the members that meet them are meant.

On a graph whose attributes nobody declared, 找一家人均消费100-150元的餐馆 names an attribute as clearly as a condition;
the table of all members would be an answer that leaves the condition out.
"""

from __future__ import annotations

from dataclasses import replace

from kg.facts import INSTANCE_OF, EntityKind
from kg.query import Ask, Entity, Query
from kg.values import Kind
from nlu.parsing.demands import demands_on
from nlu.parsing.evidence import reading_of
from nlu.parsing.scene import Scene
from nlu.parsing.sets import PAGE
from nlu.readings import Reading
from nlu.things import Thing

SUPPORT = 0.95
_FIGURES = (Kind.MONEY, Kind.PERCENT, Kind.TERM, Kind.COUNT, Kind.NUMBER, Kind.DATE)
_OTHER_ASKS = ("history", "compare", "average", "sum", "share")


def conditioned(reading: Reading, scene: Scene) -> Reading:
    """The reading itself; in place of a table of a class that leaves out what was demanded, the members that meet it,
    and where a demand can't be said as a condition, that it is not known."""
    cls = _tabled(reading, scene)
    if cls is None or not _demanding(scene):
        return reading
    demands = demands_on(scene, cls)
    asked = [c for c in demands.constraints if c.predicate != INSTANCE_OF]
    if asked and not demands.figures:
        columns = tuple(dict.fromkeys(c.predicate for c in asked))
        query = Query(Ask.LIST, cls=cls.entity, predicates=columns, constraints=demands.constraints, limit=PAGE)
        return reading_of(query, [cls], SUPPORT, scene)
    said = demands.figures or tuple(m.value for m in scene.analysis.predicates if m.value)
    query = Query(Ask.VALUE, focus=(cls.entity,), predicates=said[:2])
    return replace(reading, query=query, absent=True)


def _tabled(reading: Reading, scene: Scene) -> Thing | None:
    """The class of which the reading would show attributes of all members, none of them declared."""
    query, lexicon = reading.query, scene.lexicon
    if query.ask is not Ask.VALUE or reading.absent or not query.predicates or scene.analysis.has(*_OTHER_ASKS):
        return None
    ids = {e.id for e in query.focus}
    if len(ids) != 1 or query.qualifiers or any(lexicon.ontology.get(p).declared for p in query.predicates):
        return None
    (class_id,) = ids
    own = lexicon.own_predicates(class_id)
    if not lexicon.member_count(class_id) or any(p in own for p in query.predicates):
        return None
    named = next((t for t in scene.classes if t.entity.id == class_id), None)
    entity = Entity(class_id, lexicon.name_of(class_id), how=query.focus[0].how)
    return named or Thing(entity, EntityKind.OTHER, True, reading.entity, -1, -1)


def _demanding(scene: Scene) -> bool:
    """Whether figures or values of attributes are said that could be conditions."""
    figures = any(v.value.kind in _FIGURES for v in scene.analysis.values)
    return figures or any(m.value for m in scene.analysis.predicates)
