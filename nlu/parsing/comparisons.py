"""Comparison of named things."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kg.facts import EntityKind
from kg.query import Ask, Order, Query
from kg.values import Kind
from nlu.analysis import Analysis
from nlu.asked import asked_of
from nlu.cases_said import period_stated, qualifiers_of
from nlu.hints import hinted
from nlu.parsing.evidence import RANKED_SUPPORT, reading_of
from nlu.parsing.scene import Scene
from nlu.predicates import of_kind
from nlu.readings import Reading
from nlu.things import Thing
from nlu.words import pieces

_MORE = frozenset("高大长多贵久厚")
_MEASURE = "高大长多贵久厚低小短少便宜快薄"
_NOUN = re.compile(rf"(?!便宜)[^最更较]\S*[{_MEASURE}]")
_WHICH = re.compile(
    rf"(?:哪|谁).*?([{_MEASURE}])(?:一点|一些|些|点)?的?[呢啊呀吗?？。]*$"
    rf"|([{_MEASURE}])(?:一点|一些|些|点)?的?(?:那?一?[个款种只张家位])?(?:是|算)?(?:哪|谁)"
)
_ASKED_FOR = re.compile(r"(?:[哪几]\S?|什么|啥)$")
"""What stands right before the kind of thing that is asked for."""
FIGURES = (Kind.MONEY, Kind.PERCENT, Kind.TERM, Kind.COUNT, Kind.NUMBER, Kind.AGE, Kind.LEVEL)
RANKED_ENOUGH = 0.78
"""Support from which a predicate that was not named is compared: 付息有什么不同, 基准高的是哪只."""


def which_more(analysis: Analysis) -> bool | None:
    """Whether the words ask which one has more (哪个高, 谁等得久, 贵的是哪个: True) or less; None where they do not.
    The end of a longer word (馆长) says neither."""
    found = _WHICH.search("".join(w[:-1] + "·" if _NOUN.fullmatch(w) else w for w in pieces(analysis.text)))
    return (found.group(1) or found.group(2)) in _MORE if found else None


def comparison(scene: Scene) -> Reading | None:
    """Two or more named things side by side: 稳盈1号和稳盈2号有什么区别."""
    named = _compared(scene)
    joined = scene.analysis.has("compare") or _compares_with(scene) or which_more(scene.analysis) is not None
    if len({t.entity.id for t in named}) < 2 or not joined:
        return None
    focus = tuple({t.entity.id: t.entity for t in named}.values())
    asked = asked_of(named[0].entity.id, scene.analysis, scene.lexicon)
    hint = hinted(scene.analysis.unnamed_text(), "adjectives", scene.lexicon.predicates_of(named[0].entity.id))
    more = which_more(scene.analysis)
    enough = RANKED_ENOUGH if more is not None and hint is None else RANKED_SUPPORT
    predicates = asked.predicates if asked.support > enough else ()
    if not predicates:
        predicates = (hint[0],) if hint else ()
    if more is not None:
        predicates = _figure_named(scene, focus[0].id) or predicates
    if not predicates and more is not None and not scene.analysis.predicates:
        return None  # 谁保得多: of what, is not said
    qualifiers = qualifiers_of(scene.analysis, predicates, scene.lexicon)
    order = _order(predicates, hint, scene)
    period = period_stated(scene.analysis, predicates, scene.lexicon)
    query = Query(Ask.COMPARE, focus=focus, predicates=predicates, qualifiers=qualifiers, order=order, period=period)
    return reading_of(query, named, 1.0, scene)


def _figure_named(scene: Scene, entity_id: str) -> tuple[str, ...]:
    """The named attribute that has figures, where it is asked who has more: 谁的门槛更高 compares no conditions."""
    has = scene.lexicon.predicates_of(entity_id)
    named = [p for m in scene.analysis.predicates if not m.value for p in m.predicates if p in has]
    return tuple(of_kind(named, FIGURES, scene.lexicon.ontology)[:1])


def _order(predicates: Sequence[str], hint: tuple[str, str] | None, scene: Scene) -> Order | None:
    """Which one is asked for: the highest or the lowest; None where only the figures are."""
    if len(predicates) != 1 or scene.analysis.has("yes_no"):
        return None
    ends = scene.analysis.first("most", "least")
    if ends is not None:
        return Order(predicates[0], ends.label == "most")
    if hint is not None and hint[0] == predicates[0]:
        return Order(predicates[0], hint[1] == "high")
    more = which_more(scene.analysis)
    return Order(predicates[0], more) if more is not None else None


def _compared(scene: Scene) -> Sequence[Thing]:
    """What is compared: a term beside two things that are none is a word for what they are compared by (首付, 基准), a
    class that a question word stands before is what is asked for (在哪个城市)."""
    named = [t for t in scene.named if not (t.is_class and _ASKED_FOR.search(scene.analysis.text, 0, t.start))]
    things = [t for t in named if t.kind is not EntityKind.TERM]
    return things if len({t.entity.id for t in things}) > 1 else named


def _compares_with(scene: Scene) -> bool:
    """比 between two names: 稳盈1号比稳盈2号收益高吗."""
    named = scene.named
    return len(named) >= 2 and "比" in scene.analysis.text[named[0].end : named[1].start]
