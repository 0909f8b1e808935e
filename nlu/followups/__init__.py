"""Follow-ups: a turn that leaves something out is an edit of the last Query.

Pointing words (它, 第二个, 这家公司) are filled in and the turn read as if it had named the things; a turn that names
something and asks nothing asks the last question of it; one that names nothing changes the last question.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from kg.answer import Assumed, Assumption
from kg.facts import EntityKind
from kg.query import Ask, Query
from nlu.coreference import joined, states
from nlu.followups.asking import HOPPED, same_focus
from nlu.followups.correcting import corrected, takes_back
from nlu.followups.definite import definite, of_the_talk
from nlu.followups.edits import another_of_its_name, case_kept, edited
from nlu.followups.naming import asked_of_sibling, done_by_the_last, of_named, sibling_asked, with_a_side
from nlu.followups.paging import more
from nlu.followups.parts import part_called
from nlu.followups.pointing import Pointing, pointers
from nlu.followups.referents import Pointed, pointed
from nlu.followups.scenes import SET_ASKS, about, edit_of, is_bare, leans, shorn
from nlu.followups.siblings import like_named, sibling
from nlu.followups.sourcing import sourced
from nlu.followups.switching import switched
from nlu.followups.whole import without_the_whole
from nlu.parser import LEANING, bare, parse
from nlu.parsing.calculation import recalculation
from nlu.parsing.eligibility import more_of_oneself
from nlu.parsing.scene import Scene
from nlu.parsing.strangers import numbered_stranger
from nlu.readings import Reading

CARRIED_MARKED, CARRIED_BARE = 0.93, 0.82
PASSED_BY = 0.5
"""What is left of a reading that passes by pointing words which have a meaning."""
_LEGAL = frozenset({EntityKind.TERM, EntityKind.REGULATION})
_CONCRETE = frozenset({EntityKind.PRODUCT, EntityKind.ORGANISATION, EntityKind.PERSON})


def readings_of(scene: Scene) -> list[Reading]:
    """All readings of a turn, with and without what the talk was about, best first."""
    return [_of_owners(r, scene) for r in _readings(joined(scene))]


def _of_owners(reading: Reading, scene: Scene) -> Reading:
    """他那部星尘驿站几分: of things of several kinds only those are asked that have such an attribute."""
    query, lexicon = reading.query, scene.lexicon
    if (
        query.ask is not Ask.VALUE
        or len(query.focus) < 2
        or len(query.predicates) != 1
        or not _undeclared(reading, scene)
    ):
        return reading
    own = tuple(e for e in query.focus if query.predicates[0] in lexicon.predicates_of(e.id))
    kinds = {c for e in own for c in lexicon.classes_of(e.id)}
    others = (e for e in query.focus if e not in own)
    if not own or any(kinds & set(lexicon.classes_of(e.id)) for e in others):
        return reading
    return replace(reading, query=replace(query, focus=own))


def _readings(scene: Scene) -> list[Reading]:
    last = scene.memory.last
    if last is None or states(scene):
        return parse(scene)
    said = scene.analysis.text
    loose = corrected(scene)
    settled = definite(loose)
    settled = part_called(settled) if settled is loose else settled
    settled = of_the_talk(settled) if settled is loose else settled
    scene = without_the_whole(settled)
    alone = parse(scene)
    again = recalculation(scene) or more_of_oneself(scene)
    if again is not None:
        return sorted((*alone, again), key=lambda r: -r.score)
    done = done_by_the_last(scene, last)
    if done is not None:
        return [_marked(edit_of(done, scene), scene), *(replace(r, entity=r.entity * PASSED_BY) for r in alone)]
    ways = [] if numbered_stranger(scene) or settled is not loose else pointed(scene)
    carried = [*_pointing(scene, ways)] if ways else _eliding(scene)
    recalled = any(p.recalled for p in pointers(scene.analysis.text))
    earlier = recalculation(scene, back=True) if recalled or (leans(scene) and not carried) else None
    if earlier is not None:
        return sorted((*alone, earlier), key=lambda r: -r.score)
    if takes_back(said) and carried:
        alone = [r for r in alone if not r.by_topic]  # what takes the place of what was said is asked of the same thing
    demoted = (_demoted(r, scene, ways, carried) for r in alone)
    return sorted((*demoted, *(_marked(r, scene) for r in carried)), key=lambda r: -r.score)


def _demoted(reading: Reading, scene: Scene, ways: list[Pointed], carried: list[Reading]) -> Reading:
    if reading.by_topic and (_of_a_kind_with_last(reading, scene) or (carried and _of_its_class(reading, scene))):
        return replace(reading, entity=reading.entity * PASSED_BY)
    if reading.by_topic and _undeclared(reading, scene) and any(not r.absent for r in carried):
        return replace(reading, entity=reading.entity * PASSED_BY)  # what is talked about has it, some other has it too
    if reading.by_topic and _of_law_amid_business(reading, scene):
        return replace(reading, entity=reading.entity * PASSED_BY)
    if ways:
        return replace(reading, entity=reading.entity * (PASSED_BY if carried else LEANING))
    weak = (leans(scene) or carried) and bare(reading, scene)
    return replace(reading, entity=reading.entity * LEANING) if weak else reading


def _of_law_amid_business(reading: Reading, scene: Scene) -> bool:
    """起点多少钱, amid talk of a product or a service: a matter of law that is not named is not meant."""
    last = scene.memory.last
    infos = [scene.lexicon.entity(e.id) for e in (*reading.query.focus[:1], *(last.focus[:1] if last else ()))]
    kinds = [i.kind for i in infos if i is not None]
    return len(kinds) == 2 and kinds[0] in _LEGAL and kinds[1] not in _LEGAL


def _undeclared(reading: Reading, scene: Scene) -> bool:
    return not any(scene.lexicon.ontology.get(p).declared for p in reading.query.predicates)


def _of_a_kind_with_last(reading: Reading, scene: Scene) -> bool:
    """A thing that is not named is not meant while another one of its kind is talked about."""
    last = scene.memory.last
    infos = [scene.lexicon.entity(e.id) for e in (*reading.query.focus[:1], *(last.focus[:1] if last else ()))]
    kinds = {i.kind for i in infos if i is not None and not i.is_class}
    concrete = kinds <= _CONCRETE or (_undeclared(reading, scene) and bool(reading.query.predicates))
    return len(infos) == 2 and len(kinds) == 1 and concrete and all(i is not None and not i.is_class for i in infos)


def _of_its_class(reading: Reading, scene: Scene) -> bool:
    """The whole class of what is talked about is not meant where that has what is asked."""
    last = scene.memory.last
    above = {c for e in (last.focus if last else ()) for c in scene.lexicon.classes_of(e.id)}
    return bool(above & {e.id for e in reading.query.focus})


def _marked(reading: Reading, scene: Scene) -> Reading:
    support = CARRIED_MARKED if leans(scene) else CARRIED_BARE
    said = _said(reading.query)
    return replace(reading, entity=reading.entity * support, carried=True, assumptions=(*reading.assumptions, *said))


def _said(query: Query) -> tuple[Assumption, ...]:
    names = "、".join(e.name for e in about(query)[:3])
    return (Assumption(Assumed.CARRIED, "", names),) if names else ()


def _pointing(scene: Scene, ways: list[Pointed]) -> Iterable[Reading]:
    for place, way in enumerate(ways):
        support = HOPPED**place
        for reading in _of_pointed(way, scene):
            yield replace(reading, entity=min(1.0, reading.entity * support))


def _of_pointed(way: Pointed, scene: Scene) -> list[Reading]:
    last = scene.memory.last
    assert last is not None
    house = any(p.kind is Pointing.HOUSE for p in pointers(scene.analysis.text))  # 他家还有什么险 wants no other house
    paged = more(way.scene) if not house else None
    if paged is not None:
        return [edit_of(paged, scene)]
    named = way.scene.named
    if is_bare(way.scene.analysis) and len(named) == len(way.things) and last.ask not in (*SET_ASKS, Ask.DESCRIBE):
        query = switched(way.scene, last)
        if query is not None:
            return [edit_of(query, scene)]
    pointed_ids = {t.entity.id for t in way.things}
    found = [r for r in parse(way.scene, unnamed=False) if _uses(r, pointed_ids)]
    return [replace(r, query=case_kept(r.query, last, scene) if _goes_on(r, last) else r.query) for r in found]


def _uses(reading: Reading, ids: set[str]) -> bool:
    query = reading.query
    used = {*(e.id for e in about(query)), *(c.entity_id for c in query.constraints)}
    return bool(used & ids)


def _goes_on(reading: Reading, last: Query) -> bool:
    """Whether the reading is about the same things as the last question."""
    return {e.id for e in reading.query.focus} == {e.id for e in last.focus}


def _eliding(scene: Scene) -> list[Reading]:
    last = scene.memory.last
    assert last is not None
    whole = more(scene) or sourced(scene, last) or with_a_side(scene, last)
    if whole is not None:
        return [edit_of(whole, scene)]
    if scene.named:
        return of_named(scene, last)
    if scene.memory.pending:
        return []  # which one is not known yet
    beside = asked_of_sibling(scene, last)
    if beside:
        return beside
    if any(p.kind is Pointing.PLACES for p in pointers(scene.analysis.text)):
        return []  # the second of what is not on display
    named_in_part = another_of_its_name(scene, last) or sibling_asked(scene, last, like_named)
    query = named_in_part or edited(shorn(scene), last) or sibling_asked(scene, last, sibling)
    return [*([edit_of(query, scene)] if query is not None else ()), *same_focus(scene, last)]
