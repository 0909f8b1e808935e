"""Sums, means and shares over a class (网点ATM加起来多少台), and how a figure changed (三年期利率怎么变的)."""

from __future__ import annotations

from dataclasses import replace

from kg.facts import INSTANCE_OF
from kg.query import Ask, Constraint, Order, Query
from kg.values import Kind, Op
from nlu.asked import asked_of
from nlu.cases_said import qualifiers_of
from nlu.parsing.demands import demands_on
from nlu.parsing.evidence import reading_of
from nlu.parsing.scene import Scene, class_options, members_of, with_predicate
from nlu.predicates import of_kind
from nlu.readings import Reading
from nlu.things import Thing

SUPPORT = 0.96
_FIGURES = (Kind.MONEY, Kind.PERCENT, Kind.TERM, Kind.COUNT, Kind.NUMBER, Kind.AGE)
_ASKS = (("average", Ask.AVERAGE), ("sum", Ask.SUM), ("share", Ask.SHARE))


def aggregate(scene: Scene) -> Reading | None:
    """A figure of all members of a class together."""
    ask = next((ask for label, ask in _ASKS if scene.analysis.has(label)), None)
    cls = members_of(scene)
    if ask is None or cls is None:
        return None
    if ask is Ask.SHARE:
        wider = _above(scene, cls)
        if wider is not None:
            part = Constraint(INSTANCE_OF, Op.EQ, entity_id=cls.entity.id)
            return reading_of(Query(ask, cls=wider.entity, constraints=(part,)), [wider, cls], SUPPORT, scene)
        demands = demands_on(scene, cls)
        query = Query(ask, cls=cls.entity, constraints=demands.constraints)
        return reading_of(query, [cls], SUPPORT, scene) if demands.constraints and not demands.unheard else None
    options = set(of_kind(class_options(scene, cls), _FIGURES, scene.lexicon.ontology))
    asked = asked_of(cls.entity.id, scene.analysis, scene.lexicon)
    predicate = next((p for p in asked.predicates if p in options), "")
    if not predicate:
        return None
    demands = demands_on(scene, cls, skip=predicate)
    counts = {s.value.text for s in scene.analysis.values if s.value.kind is Kind.COUNT}  # 九位, 三家: no demand
    if any(words not in counts for words in demands.unheard):
        return None
    constraints = tuple(c for c in demands.constraints if c.value is None or c.value.kind is not Kind.COUNT)
    qualifiers = qualifiers_of(scene.analysis, (predicate,), scene.lexicon)
    query = Query(ask, cls=cls.entity, predicates=(predicate,), constraints=constraints, qualifiers=qualifiers)
    return replace(reading_of(query, [cls], SUPPORT, scene), explained=max(0.8, scene.analysis.explained))


def _above(scene: Scene, cls: Thing) -> Thing | None:
    """The class above another one that the turn names as well: 网点里旗舰网点占几成."""
    above = scene.lexicon.ancestors(cls.entity.id)
    return next((c for c in scene.classes if c.entity.id in above), None)


def history(scene: Scene) -> Reading | None:
    """How a figure changed over time, or when it last rose or fell."""
    cue = next((label for label in ("rose", "fell", "history") if scene.analysis.has(label)), "")
    if not cue or not scene.named:
        return None
    thing = with_predicate(scene)[0]
    asked = asked_of(thing.entity.id, scene.analysis, scene.lexicon)
    has = of_kind(scene.lexicon.predicates_of(thing.entity.id), _FIGURES, scene.lexicon.ontology)
    named = [p for m in scene.analysis.predicates if not m.value for p in m.predicates if p in has]
    predicates = tuple(named[:1]) or asked.predicates[:1]
    if not predicates:
        return None
    order = Order(predicates[0], descending=cue == "rose") if cue != "history" else None
    qualifiers = qualifiers_of(scene.analysis, predicates, scene.lexicon)
    query = Query(Ask.HISTORY, (thing.entity,), predicates=predicates, qualifiers=qualifiers, order=order)
    return reading_of(query, [thing], SUPPORT if named else asked.support, scene)
