"""What a code, number or serial stands for: 860301是哪只基金, YSLC031是什么产品."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kg.lexicon.linker import PredicateMention
from kg.query import Ask, Constraint, Entity, Query
from kg.values import Kind, Op, Value
from nlu.asked import asked_of
from nlu.parsing.evidence import explained_by
from nlu.parsing.scene import Scene
from nlu.parsing.sets import PAGE
from nlu.readings import Reading

_CODE = re.compile(r"(?=.*\d)[A-Za-z0-9-]{5,}")
SUPPORT = 0.95


def identified(scene: Scene) -> Reading | None:
    """The thing that has a code, with what is asked of it; None when the turn names another thing or no code."""
    if scene.things:
        return None
    mention = next((m for m in scene.analysis.predicates if m.value and _CODE.fullmatch(m.value)), None)
    cls = _class_of(mention, scene) if mention is not None else None
    if mention is None or cls is None:
        return None
    predicate = mention.predicates[0]
    asked = [p for p in asked_of(cls.id, scene.analysis, scene.lexicon).predicates if p != predicate]
    query = Query(
        Ask.LIST,
        cls=cls,
        predicates=(*asked, predicate),
        constraints=(Constraint(predicate, Op.EQ, Value(mention.value, Kind.TEXT)),),
        limit=PAGE,
    )
    return Reading(query, entity=SUPPORT, predicate=SUPPORT, explained=max(SUPPORT, explained_by(query, scene)))


def _class_of(mention: PredicateMention, scene: Scene) -> Entity | None:
    """The named class whose members carry such codes, else the widest that does."""
    lexicon = scene.lexicon
    named = [c.entity.id for c in scene.classes]
    carrying: Sequence[str] = [c for c in (*named, *lexicon.class_ids) if _carries(c, mention, scene)]
    if not carrying:
        return None
    chosen = carrying[0] if carrying[0] in named else max(carrying, key=lexicon.member_count)
    return Entity(chosen, lexicon.name_of(chosen))


def _carries(class_id: str, mention: PredicateMention, scene: Scene) -> bool:
    return mention.predicates[0] in scene.lexicon.member_predicates(class_id)
