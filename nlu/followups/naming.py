"""Something is named and nothing is asked of it: the last question about it, a demand, a case, a side to compare."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from kg.facts import EntityKind
from kg.lexicon.lexicon import Lexicon
from kg.query import Ask, Entity, Query
from nlu.followups.asking import same_focus
from nlu.followups.scenes import about, as_thing, edit_of, leans, only_things
from nlu.followups.siblings import like_named
from nlu.followups.switching import as_case, demanded, switched
from nlu.parser import parse
from nlu.parsing.evidence import RANKED_SUPPORT
from nlu.parsing.scene import Scene
from nlu.readings import Reading
from nlu.things import Thing, asked_of, assumptions_of

_DEMANDS = re.compile(r"^(?:那就|就|那)?(?:只|仅)?(?:看|要|留|列)|不要|去掉|除了|的$")


def sibling_asked(
    scene: Scene, last: Query, find: Callable[[str, Sequence[Entity], Lexicon], Entity | None]
) -> Query | None:
    """海贝湾的呢: a part of the name of another thing of the same class."""
    asks = scene.analysis.has("how", "how_much", "how_long", "who", "where", "when", "why", "yes_no", "list", "count")
    words = scene.analysis.rest_text() + "".join(m.surface for m in scene.analysis.predicates if m.value)
    if find is like_named:  # a figure singles out only a name that is else the same
        words = words or "".join(scene.analysis.text[v.start : v.end] for v in scene.analysis.values[:1])
    if asks or any(not m.value for m in scene.analysis.predicates):
        return None
    other = find(words, last.focus, scene.lexicon)
    if other is None:
        return None
    named = only_things(scene, [as_thing(other, scene.lexicon, how="alias")])
    return switched(named, last) or Query(Ask.DESCRIBE, focus=(other,))


def of_named(scene: Scene, last: Query) -> list[Reading]:
    """那大额存单呢, 装修贷: the last question about what is named, where nothing is asked of it."""
    if _lacks_a_side(scene, last):
        sides = [*(as_thing(e, scene.lexicon) for e in last.focus[:1]), *scene.named]
        return parse(only_things(scene, sides), unnamed=False)
    demands = last.cls is not None and _DEMANDS.search(scene.analysis.text)
    further = demanded(last, scene.named[0], scene) if demands else None
    if further is not None:
        return [edit_of(further, scene)]
    case = as_case(scene, last) if _asks_nothing(scene) else None
    if case is not None and not _alike(scene.named[0], last, scene):
        return [edit_of(case, scene)]
    part = _ends_an_attribute(scene, last)
    if part:
        return part
    words = same_focus(replace(scene, things=(), classes=()), last) if _words_for_attribute(scene) else []
    if not _asks_nothing(scene) or not (leans(scene) or _alike(scene.named[0], last, scene)):
        return words
    query = switched(scene, last)
    if query is None:
        return words
    reading = edit_of(query, scene, min(t.support for t in scene.named))
    return [replace(reading, assumptions=assumptions_of(scene.named)), *words]


def _ends_an_attribute(scene: Scene, last: Query) -> list[Reading]:
    """周边有什么酒店: the class that is named only ends the name of an attribute (周边酒店) of what is talked about."""
    if len(scene.classes) != 1 or scene.things or not last.focus or not scene.analysis.rest:
        return []
    surface = scene.classes[0].entity.surface
    ending = {p for p in scene.lexicon.predicates_of(last.focus[0].id) if p.endswith(surface) and p != surface}
    if not ending:
        return []
    read = same_focus(replace(scene, things=(), classes=()), last)
    return [r for r in read if set(r.query.predicates) & ending]


def _asks_nothing(scene: Scene) -> bool:
    """Whether what is named is only named; how much and how long only repeat what was asked."""
    asks = scene.analysis.has("list", "count", "most", "least", "best", "define", "compare", "source", "how", "why")
    asks = asks or (scene.analysis.has("yes_no") and not scene.analysis.has("also"))
    asked = asked_of(scene.named[0].entity.id, scene.analysis, scene.lexicon)
    named = asked.predicates and asked.support > RANKED_SUPPORT
    return not (asks or named or asked.absent) and (leans(scene) or not scene.analysis.rest)


def _lacks_a_side(scene: Scene, last: Query) -> bool:
    """和稳盈2号比哪个收益高: of two that are compared only the other one is named."""
    compares = scene.analysis.has("compare") or "比" in scene.analysis.text
    one = len({t.entity.id for t in scene.named}) == 1 and not scene.named[0].is_class
    return compares and one and len(last.focus) == 1 and _alike(scene.named[0], last, scene)


def _alike(thing: Thing, last: Query, scene: Scene) -> bool:
    """Whether a thing is of one kind with what the last question was about, so that it can take its place: of one
    class next above, or one of the two a kind of the other."""
    lexicon = scene.lexicon
    if any(e.id == thing.entity.id for e in last.focus):
        return False
    above = _next_above(thing.entity.id, scene)
    for entity in about(last):
        if _next_above(entity.id, scene) & above or entity.id in lexicon.classes_of(thing.entity.id):
            return True
        if thing.entity.id in lexicon.classes_of(entity.id):
            return True
    return False


def _next_above(entity_id: str, scene: Scene) -> set[str]:
    levels = scene.lexicon.class_levels(entity_id)
    return set(levels[0]) if levels else set()


def _words_for_attribute(scene: Scene) -> bool:
    """Whether what is named may be words for an attribute of what is talked about: 附属卡呢, 哪个首付最低."""
    known = {e.id for q in scene.memory.frames for e in q.focus}
    terms = all(t.kind is EntityKind.TERM and t.entity.id not in known for t in scene.named)
    thing, last = scene.named[0], scene.memory.last
    alone = leans(scene) and len(scene.named) == 1 and not thing.is_class
    return terms or (alone and last is not None and not _alike(thing, last, scene))
