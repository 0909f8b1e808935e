"""Comparison of named things."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kg.query import Ask, Order, Query
from nlu.constraints import hinted, period_stated, qualifiers_of
from nlu.parsing.evidence import RANKED_SUPPORT, reading_of
from nlu.parsing.scene import Scene
from nlu.readings import Reading
from nlu.things import asked_of

_MORE = frozenset("高大长多贵久")
_END = re.compile(r"(?:哪|谁).*?([高大长多贵久低小短少])(?:一点|一些|些)?[呢啊呀?？。]*$")


def comparison(scene: Scene) -> Reading | None:
    """Two or more named things side by side: 稳盈1号和稳盈2号有什么区别."""
    named = scene.named
    joined = scene.analysis.has("compare") or _compares_with(scene)
    if len({t.entity.id for t in named}) < 2 or not joined:
        return None
    focus = tuple({t.entity.id: t.entity for t in named}.values())
    asked = asked_of(named[0].entity.id, scene.analysis, scene.lexicon)
    predicates = asked.predicates if asked.support > RANKED_SUPPORT else ()
    hint = hinted(scene.analysis.unnamed_text(), "adjectives", scene.lexicon.predicates_of(named[0].entity.id))
    if not predicates:
        predicates = (hint[0],) if hint else ()
    qualifiers = qualifiers_of(scene.analysis, predicates, scene.lexicon)
    order = _order(predicates, hint, scene)
    period = period_stated(scene.analysis, predicates, scene.lexicon)
    query = Query(Ask.COMPARE, focus=focus, predicates=predicates, qualifiers=qualifiers, order=order, period=period)
    return reading_of(query, named, 1.0, scene)


def _order(predicates: Sequence[str], hint: tuple[str, str] | None, scene: Scene) -> Order | None:
    """Which one is asked for: the highest or the lowest; None where only the figures are."""
    if len(predicates) != 1 or scene.analysis.has("yes_no"):
        return None
    ends = scene.analysis.first("most", "least")
    if ends is not None:
        return Order(predicates[0], ends.label == "most")
    if hint is not None and hint[0] == predicates[0]:
        return Order(predicates[0], hint[1] == "high")
    ends_in = _END.search(scene.analysis.text)
    return Order(predicates[0], ends_in.group(1) in _MORE) if ends_in else None


def _compares_with(scene: Scene) -> bool:
    """比 between two names: 稳盈1号比稳盈2号收益高吗."""
    named = scene.named
    return len(named) >= 2 and "比" in scene.analysis.text[named[0].end : named[1].start]
