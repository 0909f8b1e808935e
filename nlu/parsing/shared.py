"""Questions by what joins things: what else has the same relation (管理稳盈1号的公司还有哪些产品), and how two things
are related (顾南舟跟云麓成长混合是什么关系)."""

from __future__ import annotations

import re
from dataclasses import replace

from kg.answering.reverse import STEP
from kg.query import Ask, Query
from nlu.parsing.evidence import reading_of
from nlu.parsing.scene import Scene, class_options, members_of
from nlu.parsing.sets import PAGE
from nlu.predicates import rank
from nlu.readings import Reading
from nlu.things import Thing

SUPPORT = 0.95
TOLD = 0.3
"""Share of the words beside the names that the relation has to explain."""
_OTHERS = re.compile(r"还|别的|其[他它余]|另外")
_RELATED = re.compile(r"(?:关系|关联|联系|瓜葛|渊源)(?![人方企交电])")


def sharing(scene: Scene) -> Reading | None:
    """The others of a class that have the same relation to what the named thing is related to."""
    cls = members_of(scene)
    things = [t for t in scene.things if t.start >= 0]
    asks = scene.analysis.has("list", "count") and _OTHERS.search(scene.analysis.unnamed_text())
    if cls is None or len(things) != 1 or not asks or cls.start < things[0].end:
        return None
    thing = things[0]
    has = set(class_options(scene, cls)) & scene.lexicon.relations
    relations = [p for p in scene.lexicon.own_predicates(thing.entity.id) if p in has]
    text = scene.analysis.text
    said = text[: thing.start] + " " + text[thing.end : cls.start]
    named = [p for m in scene.analysis.predicates if not m.value for p in m.predicates if p in relations]
    told = rank(said, relations, scene.lexicon, replace(scene.analysis, cues=frozenset()))[:1]
    predicate = named[0] if named else next((r.predicate for r in told if r.match.coverage >= TOLD), "")
    if not predicate:
        return None
    query = Query(Ask.REVERSE, focus=(thing.entity,), predicates=(f"{predicate}{STEP}{predicate}",), limit=PAGE)
    return replace(reading_of(query, [thing], SUPPORT, scene), explained=SUPPORT)


def related(scene: Scene) -> Reading | None:
    """The relations that lead from one of two named things to the other."""
    if len(scene.things) != 2 or not _RELATED.search(scene.analysis.unnamed_text()):
        return None
    first, second = scene.things
    for start, end in ((first, second), (second, first)):
        predicates = _leading(start, end, scene)
        if predicates:
            query = Query(Ask.VALUE, focus=(start.entity,), predicates=predicates)
            return replace(reading_of(query, [first, second], SUPPORT, scene), explained=SUPPORT)
    return None


def _leading(start: Thing, end: Thing, scene: Scene) -> tuple[str, ...]:
    incoming = scene.lexicon.incoming_predicates(end.entity.id)
    return tuple(p for p in scene.lexicon.own_predicates(start.entity.id) if p in incoming)
