"""Yes-or-no questions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from kg.facts import INSTANCE_OF, UNSPOKEN, EntityKind, Qualifier
from kg.query import Ask, Constraint, Query
from kg.values import Kind, Op
from nlu.asked import asked_of
from nlu.cases_said import qualifiers_of
from nlu.constraints import constraint_of, text_constraint
from nlu.parsing.evidence import reading_of
from nlu.parsing.scene import Scene, with_predicate
from nlu.predicates import ALIASED
from nlu.readings import Reading
from nlu.things import Thing

_ASKED_FOR = ("什么", "啥", "哪个", "哪种", "哪类", "哪家", "哪一类", "哪一种")

_LACKS = re.compile(r"(?<!有)没有?\s*$")
_COPULA = re.compile(
    r"(?:是不是|是否|是|算不算|算|属于|属不属于|为|系|当作?)(?:一?[家个间座所款只种类张]|一|[你我贵本]们?行?的)?$"
)


def check(scene: Scene) -> Reading | None:
    """Yes or no: whether a named thing meets a demand (稳盈1号是R2吗)."""
    if not scene.analysis.has("yes_no") or not scene.named:
        return None
    thing = with_predicate(scene)[0]
    constraints = _demands(scene, thing)
    if not constraints or _asks_something_else(scene, thing, constraints) or _leaves_out(scene, thing, constraints):
        return None
    query = Query(Ask.CHECK, focus=(thing.entity,), constraints=constraints)
    return reading_of(query, [thing], 0.95, scene)


def _demands(scene: Scene, thing: Thing) -> tuple[Constraint, ...]:
    """What is asked to be true of one thing: its value, its class, its relation."""
    options = [p for p in scene.lexicon.predicates_of(thing.entity.id) if p not in UNSPOKEN]
    qualified = {q.name for q in _qualifiers(scene, thing)}
    found: list[Constraint] = []
    for span in scene.analysis.values:
        constraint = constraint_of(span, scene.analysis, options, scene.lexicon)
        if constraint is not None and constraint.predicate not in qualified:
            found.append(_lacking(constraint, scene.analysis.text[: span.start]))
    named_at = {t.start for t in scene.named}
    for mention in scene.analysis.predicates:
        constraint = text_constraint(mention, options, scene.analysis) if mention.value else None
        if constraint is not None and mention.start not in named_at:
            found.append(constraint)
    for other in scene.named:
        asked_for = scene.analysis.text[: max(other.start, 0)].endswith(_ASKED_FOR)  # 属于什么行业 names no industry
        if other.entity.id == thing.entity.id or other.start < thing.start or asked_for:
            continue
        if other.is_class and not thing.is_class:
            if not _said_to_be(other, scene):
                continue
            found.append(Constraint(INSTANCE_OF, Op.EQ, entity_id=other.entity.id))
        elif related := [p for p in scene.lexicon.incoming_predicates(other.entity.id) if p in options]:
            found.append(Constraint(related[0], Op.EQ, entity_id=other.entity.id))
    return tuple(found)


def _lacking(constraint: Constraint, before: str) -> Constraint:
    """没500万买得了吗: who has less than an amount asks whether less is enough."""
    lacks = constraint.op is Op.LE and _LACKS.search(before) is not None
    return replace(constraint, op=Op.LT) if lacks else constraint


def _asks_something_else(scene: Scene, thing: Thing, constraints: Sequence[Constraint]) -> bool:
    """附近还有其他餐馆吗: an attribute is named, and what looks like a demand is a text of another one."""
    asked = asked_of(thing.entity.id, scene.analysis, scene.lexicon)
    texts = all(c.value is not None and c.value.kind is Kind.TEXT for c in constraints)
    loose = not any(scene.lexicon.ontology.get(p).declared for p in asked.predicates)
    named = asked.predicates and asked.support >= ALIASED
    return bool(named and loose and texts and not {c.predicate for c in constraints} & set(asked.predicates))


def _leaves_out(scene: Scene, thing: Thing, constraints: Sequence[Constraint]) -> bool:
    """信用卡逾期一天会上征信吗: a term is named that neither the thing nor what is checked says anything of, and what
    is checked is a figure that took the nearest attribute."""
    said = "".join(
        (thing.entity.name, *(c.predicate for c in constraints), *(c.value.text for c in constraints if c.value))
    )
    named = {p.start for p in scene.analysis.predicates}
    terms = (m for m in scene.analysis.mentions if m.best.kind is EntityKind.TERM and m.start >= thing.end)
    figures = all(c.value is not None and c.value.kind is not Kind.TEXT for c in constraints)
    return figures and any(m.surface not in said for m in terms if m.start not in named)


def _said_to_be(cls: Thing, scene: Scene) -> bool:
    """X是不是一家餐馆: only what is said to be something is asked to be of a class."""
    return bool(_COPULA.search(scene.analysis.text[: max(cls.start, 0)]))


def _qualifiers(scene: Scene, thing: Thing) -> tuple[Qualifier, ...]:
    asked = asked_of(thing.entity.id, scene.analysis, scene.lexicon)
    return qualifiers_of(scene.analysis, asked.predicates, scene.lexicon)
