"""Attributes told in part: 附属卡呢 after the annual fee is the annual fee of the second card, 放款呢 after the time of
approval the time of payment."""

from __future__ import annotations

import re

from kg.facts import UNSPOKEN
from kg.lexicon.text import fold
from kg.query import Ask, Query
from kg.values import Kind
from nlu.analysis import PUNCTUATION
from nlu.asked import asked_of
from nlu.cases_said import qualifiers_of
from nlu.parsing.scene import Scene

_LEAD = re.compile(r"^(?:那么?|还有|以及|换成?|要是|如果是|也)+")
_END = re.compile(r"(?:的|呢|呐|吗|吧|是|多少|怎么样|如何|啊|呀)+$")
SHORTEST, LONGEST = 2, 8
MOST = 3
"""Attributes that are given together where the words fit each of them as well."""


def completed(scene: Scene, last: Query) -> Query | None:
    """The question for the attribute that begins with the words of the turn and ends as the last one asked does; for
    the few that begin so where none does."""
    words = _words(fold(scene.analysis.text).text)
    focus = (*scene.things, *scene.classes)
    if last.ask not in (Ask.VALUE, Ask.COMPARE) or not SHORTEST <= len(words) <= LONGEST:
        return None
    has = [p for p in scene.lexicon.predicates_of(focus[0].entity.id) if p not in UNSPOKEN] if focus else []
    if words in has:
        return None
    begun = [p for p in has if p.startswith(words) and p not in last.predicates]
    rated = {p: max((_alike(p, asked, scene) for asked in last.predicates), default=0) for p in begun}
    best = [p for p, score in rated.items() if score == max(rated.values())]
    if not 1 <= len(best) <= MOST:
        return None
    return Query(last.ask, focus=tuple(t.entity for t in focus), predicates=tuple(best), period=last.period)


def by_case(scene: Scene, last: Query) -> Query | None:
    """周末开吗 of a branch: nothing is asked by name, but only one attribute speaks of such a case."""
    focus = (*scene.things, *scene.classes)
    asked = asked_of(focus[0].entity.id, scene.analysis, scene.lexicon) if len(focus) == 1 else None
    if asked is None or asked.predicates or asked.absent:
        return None
    said = fold(scene.analysis.text).text
    has = scene.lexicon.own_predicates(focus[0].entity.id)
    found = {p for p in has if any(fold(text).text in said for _, text in scene.lexicon.cases_of((p,)))}
    if len(found) != 1:
        return None
    predicates = tuple(found)
    cases = qualifiers_of(scene.analysis, predicates, scene.lexicon)
    return Query(Ask.VALUE, focus=(focus[0].entity,), predicates=predicates, qualifiers=cases) if cases else None


def _words(text: str) -> str:
    plain = "".join(c for c in text if c not in PUNCTUATION)
    return _END.sub("", _LEAD.sub("", plain))


def _alike(one: str, other: str, scene: Scene) -> int:
    """Characters that two names of attributes end with in common; one more where their values are of one kind."""
    shared = 0
    while shared < min(len(one), len(other)) and one[-1 - shared] == other[-1 - shared]:
        shared += 1
    kinds = {scene.lexicon.ontology.get(p).datatype for p in (one, other)}
    return shared + (len(kinds) == 1 and kinds != {Kind.TEXT})
