"""Follow-ups: a turn that leaves something out is an edit of the last Query.

Pointing words (它, 第二个, 这家公司) are filled in and the turn read as if it had named the things; a turn that names
something and asks nothing asks the last question of it; one that names nothing changes the last question.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from kg.answer import Assumed, Assumption
from kg.facts import DEFINITION, EntityKind
from kg.query import Ask, Query
from nlu.followups.correcting import corrected
from nlu.followups.edits import case_kept, columns, edited, merged
from nlu.followups.paging import more
from nlu.followups.pointing import pointers
from nlu.followups.referents import Pointed, alike, pointed
from nlu.followups.scenes import SET_ASKS, about, as_thing, is_bare, only_things
from nlu.followups.siblings import sibling
from nlu.followups.sourcing import sourced
from nlu.followups.switching import as_case, switched
from nlu.followups.wording import by_case, completed
from nlu.parser import LEANING, bare, parse
from nlu.parsing.calculation import recalculation
from nlu.parsing.evidence import RANKED_SUPPORT
from nlu.parsing.scene import Scene
from nlu.parsing.values import numbered_stranger
from nlu.readings import Reading
from nlu.things import Thing, asked_of, assumptions_of

_ELLIPSIS = re.compile(r"^(那么?|那个|换成?|改成|如果是|要是|还是|只看|只要|回到)|(呢|呐)[？?。!！\s]*$")
CARRIED_MARKED, CARRIED_BARE = 0.93, 0.82
PASSED_BY = 0.5
"""What is left of a reading that passes by pointing words which have a meaning."""
_CONCRETE = frozenset({EntityKind.PRODUCT, EntityKind.ORGANISATION, EntityKind.PERSON})
HOPPED = 0.95
"""Support of a reading about what the last answer led to, beside one about what was asked."""
WHOLE = 0.95


def readings_of(scene: Scene) -> list[Reading]:
    """All readings of a turn, with and without what the talk was about, best first."""
    if scene.memory.last is None:
        return parse(scene)
    scene = corrected(scene)
    alone = parse(scene)
    again = recalculation(scene)
    if again is not None:
        return sorted((*alone, again), key=lambda r: -r.score)
    ways = [] if numbered_stranger(scene) else pointed(scene)
    carried = [*_pointing(scene, ways), *_eliding(scene, ways)]
    recalled = any(p.recalled for p in pointers(scene.analysis.text))
    earlier = recalculation(scene, back=True) if recalled or (marked(scene) and not carried) else None
    if earlier is not None:
        return sorted((*alone, earlier), key=lambda r: -r.score)
    demoted = (_demoted(r, scene, ways, carried) for r in alone)
    return sorted((*demoted, *(_marked(r, scene) for r in carried)), key=lambda r: -r.score)


def marked(scene: Scene) -> bool:
    """Whether the words themselves say that they lean on what went before."""
    leans = scene.leans or bool(_ELLIPSIS.search(scene.analysis.text) or scene.memory.pending)
    return leans or scene.analysis.has("also", "pronoun", "pronoun_many", "former", "latter", "more", "correction")


def _demoted(reading: Reading, scene: Scene, ways: list[Pointed], carried: list[Reading]) -> Reading:
    if reading.by_topic and _of_a_kind_with_last(reading, scene):
        return replace(reading, entity=reading.entity * PASSED_BY)
    if ways and carried:
        return replace(reading, entity=reading.entity * PASSED_BY)
    leans = marked(scene) or bool(carried)
    return replace(reading, entity=reading.entity * LEANING) if leans and bare(reading, scene) else reading


def _of_a_kind_with_last(reading: Reading, scene: Scene) -> bool:
    """A thing that is not named is not meant while another one of its kind is talked about."""
    last = scene.memory.last
    infos = [scene.lexicon.entity(e.id) for e in (*reading.query.focus[:1], *(last.focus[:1] if last else ()))]
    kinds = {i.kind for i in infos if i is not None and not i.is_class}
    return len(infos) == 2 and len(kinds) == 1 and kinds <= _CONCRETE and None not in infos


def _marked(reading: Reading, scene: Scene) -> Reading:
    support = CARRIED_MARKED if marked(scene) else CARRIED_BARE
    said = _said(reading.query)
    return replace(reading, entity=reading.entity * support, carried=True, assumptions=(*reading.assumptions, *said))


def _edit(query: Query, scene: Scene, support: float = 1.0) -> Reading:
    """A reading that completes the turn from memory."""
    return Reading(query, entity=support, predicate=WHOLE, explained=scene.analysis.explained)


def _said(query: Query) -> tuple[Assumption, ...]:
    names = "、".join(e.name for e in about(query)[:3])
    return (Assumption(Assumed.CARRIED, "", names),) if names else ()


# Pointing words.


def _pointing(scene: Scene, ways: list[Pointed]) -> Iterable[Reading]:
    for place, way in enumerate(ways):
        support = HOPPED**place
        for reading in _of_pointed(way, scene):
            yield replace(reading, entity=min(1.0, reading.entity * support))


def _of_pointed(way: Pointed, scene: Scene) -> list[Reading]:
    last = scene.memory.last
    assert last is not None
    paged = more(way.scene)
    if paged is not None:
        return [_edit(paged, scene)]
    named = way.scene.named
    if is_bare(way.scene.analysis) and len(named) == len(way.things) and last.ask not in (*SET_ASKS, Ask.DESCRIBE):
        query = switched(way.scene, last)
        if query is not None:
            return [_edit(query, scene)]
    pointed_ids = {t.entity.id for t in way.things}
    found = [r for r in parse(way.scene) if _uses(r, pointed_ids) and not r.by_topic]
    return [replace(r, query=case_kept(r.query, last, scene) if _goes_on(r, last) else r.query) for r in found]


def _uses(reading: Reading, ids: set[str]) -> bool:
    query = reading.query
    used = {*(e.id for e in about(query)), *(c.entity_id for c in query.constraints)}
    return bool(used & ids)


def _goes_on(reading: Reading, last: Query) -> bool:
    """Whether the reading is about the same things as the last question."""
    return {e.id for e in reading.query.focus} == {e.id for e in last.focus}


# Nothing points.


def _eliding(scene: Scene, ways: list[Pointed]) -> Iterable[Reading]:
    last = scene.memory.last
    assert last is not None
    if ways:
        return []
    whole = more(scene) or sourced(scene, last)
    if whole is not None:
        return [_edit(whole, scene)]
    if scene.named:
        return _of_named(scene, last)
    query = _sibling(scene, last) or edited(scene, last)
    return [*([_edit(query, scene)] if query is not None else ()), *_same_focus(scene, last)]


def _sibling(scene: Scene, last: Query) -> Query | None:
    """海贝湾的呢: a part of the name of another thing of the same class."""
    asks = scene.analysis.has("how", "how_much", "how_long", "who", "where", "when", "why", "yes_no", "list", "count")
    if asks or not scene.analysis.rest or scene.analysis.predicates:
        return None
    other = sibling(scene.analysis.rest_text(), last.focus, scene.lexicon)
    if other is None:
        return None
    named = only_things(scene, [as_thing(other, scene.lexicon, how="alias")])
    return switched(named, last) or Query(Ask.DESCRIBE, focus=(other,))


def _of_named(scene: Scene, last: Query) -> list[Reading]:
    """那大额存单呢, 装修贷: the last question about what is named, where nothing is asked of it."""
    if _lacks_a_side(scene, last):
        sides = [*(as_thing(e, scene.lexicon) for e in last.focus[:1]), *scene.named]
        return parse(only_things(scene, sides))
    case = as_case(scene, last) if _asks_nothing(scene) else None
    if case is not None and not _alike(scene.named[0], last, scene):
        return [_edit(case, scene)]
    words = _same_focus(replace(scene, things=(), classes=()), last) if _words_for_attribute(scene) else []
    if not _asks_nothing(scene) or not (marked(scene) or _alike(scene.named[0], last, scene)):
        return words
    query = switched(scene, last)
    if query is None:
        return words
    reading = _edit(query, scene, min(t.support for t in scene.named))
    return [replace(reading, assumptions=assumptions_of(scene.named)), *words]


def _asks_nothing(scene: Scene) -> bool:
    """Whether what is named is only named; how much and how long only repeat what was asked."""
    asks = scene.analysis.has("list", "count", "most", "least", "best", "define", "compare", "source", "how", "why")
    asks = asks or (scene.analysis.has("yes_no") and not scene.analysis.has("also"))
    asked = asked_of(scene.named[0].entity.id, scene.analysis, scene.lexicon)
    named = asked.predicates and asked.support > RANKED_SUPPORT
    return not (asks or named or asked.absent) and (marked(scene) or not scene.analysis.rest)


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
    return all(t.kind is EntityKind.TERM and t.entity.id not in known for t in scene.named) or (
        marked(scene) and len(scene.named) == 1 and not scene.named[0].is_class
    )


def _same_focus(scene: Scene, last: Query) -> list[Reading]:
    """Something else is asked of what the talk was about: parse again with that filled in."""
    found = []
    for filled, support in _filled(scene, last):
        whole = completed(filled, last) or by_case(filled, last)
        readings = [_edit(whole, scene)] if whole is not None else parse(filled)
        for reading in readings:
            if reading.by_topic or (reading.query.ask is Ask.DESCRIBE and not _asks_description(scene)):
                continue
            if support < 1.0 and (reading.absent or reading.predicate < RANKED_SUPPORT):
                continue
            query = _with_demands(reading.query, last)
            query = case_kept(query, last, scene) if support == 1.0 else query
            found.append(replace(reading, query=query, entity=reading.entity * support))
    return found


def _with_demands(query: Query, last: Query) -> Query:
    if query.ask not in SET_ASKS or query.cls is None or last.cls is None or query.cls.id != last.cls.id:
        return query
    constraints = merged(last.constraints, query.constraints)
    return replace(query, constraints=constraints, predicates=columns(query, constraints))


def _asks_description(scene: Scene) -> bool:
    return scene.analysis.has("define", "pronoun") or DEFINITION in {
        p for m in scene.analysis.predicates for p in m.predicates
    }


def _filled(scene: Scene, last: Query) -> list[tuple[Scene, float]]:
    """The scene about what was talked about; failing that, about what the last answer led to."""
    analysis = scene.analysis
    ends = analysis.has("most", "least", "best")
    if last.cls is not None and (analysis.has("list", "count") or ends or analysis.has("compare")):
        return [(only_things(scene, [as_thing(last.cls, scene.lexicon)]), 1.0)]
    focus = scene.memory.shown if last.ask in SET_ASKS else last.focus
    if (analysis.has("compare") or ends) and len(focus) < 2:
        compared = tuple(reversed(alike(scene)))
        focus = compared if len(compared) > 1 else focus
    if not focus:
        return [(only_things(scene, [as_thing(last.cls, scene.lexicon)]), 1.0)] if last.cls else []
    ways = [(only_things(scene, [as_thing(e, scene.lexicon) for e in focus]), 1.0)]
    known = {e.id for e in focus}
    led = [m.entity for m in scene.memory.met if m.role and m.entity.id not in known]
    return [*ways, *((only_things(scene, [as_thing(e, scene.lexicon)]), HOPPED) for e in led[:1])]
