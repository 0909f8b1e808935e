"""Comparison of named things."""

from __future__ import annotations

from kg.query import Ask, Query
from nlu.constraints import hinted
from nlu.parsing.evidence import RANKED_SUPPORT, reading_of
from nlu.parsing.scene import Scene
from nlu.readings import Reading
from nlu.things import asked_of


def comparison(scene: Scene) -> Reading | None:
    """Two or more named things side by side: 稳盈1号和稳盈2号有什么区别."""
    named = scene.named
    joined = scene.analysis.has("compare") or _compares_with(scene)
    if len({t.entity.id for t in named}) < 2 or not joined:
        return None
    focus = tuple({t.entity.id: t.entity for t in named}.values())
    asked = asked_of(named[0].entity.id, scene.analysis, scene.lexicon)
    predicates = asked.predicates if asked.support > RANKED_SUPPORT else ()
    if not predicates:
        hint = hinted(scene.analysis.unnamed_text(), "adjectives", scene.lexicon.predicates_of(named[0].entity.id))
        predicates = (hint[0],) if hint else ()
    query = Query(Ask.COMPARE, focus=focus, predicates=predicates)
    return reading_of(query, named, 1.0, scene)


def _compares_with(scene: Scene) -> bool:
    """比 between two names: 稳盈1号比稳盈2号收益高吗."""
    named = scene.named
    return len(named) >= 2 and "比" in scene.analysis.text[named[0].end : named[1].start]
