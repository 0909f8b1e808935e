"""Follow-ups: a turn that leaves something out is an edit of the last Query.

"那起购金额呢" changes what is asked, "那大额存单呢" of what, "R2以下的呢" the constraints, "三年的呢" the
qualifiers, "去年呢" the period, "第二个" picks a shown id, "还有呢" turns the page.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from kg.answer import Assumed, Assumption
from kg.facts import DEFINITION, INSTANCE_OF, UNSPOKEN, EntityKind, Qualifier
from kg.numerals import parse_number
from kg.query import Ask, Constraint, Entity, Query
from kg.values import Value
from nlu.constraints import constraint_of, qualifiers_of, text_constraint
from nlu.parser import parse
from nlu.parsing.calculation import recalculation
from nlu.parsing.scene import Scene
from nlu.parsing.sets import PAGE
from nlu.readings import Reading
from nlu.things import Thing, asked_of, assumptions_of

SET_ASKS = frozenset({Ask.LIST, Ask.BEST, Ask.COUNT, Ask.REVERSE})
_ORDINAL = re.compile(r"(倒数)?第([0-9一二两三四五六七八九十]+)[个款种只张家条项位名]?")
_FIRST_N = re.compile(r"前([0-9一二两三四五六七八九十]+)[个款种只张家条项位名]?")
_LAST_ONE = re.compile(r"最后(?:一|1)?[个款种只张家条项位名]")
_ELLIPSIS = re.compile(r"^(那么?|那个|换成|换|改成|如果是|要是)|(呢|呐)[？?。!！\s]*$")
CARRIED_MARKED, CARRIED_BARE = 0.93, 0.82


def follow(scene: Scene) -> list[Reading]:
    """Readings that complete the turn from memory, best first; none without something to carry."""
    last = scene.memory.last
    if last is None:
        return []
    again = recalculation(scene)
    if again is not None:
        return [again]
    picked = picked_from(scene.analysis.text, scene.memory.shown)
    if picked:
        return _on_picked(scene, last, picked)
    listed = _latest(scene, (Ask.LIST, Ask.REVERSE))
    if scene.analysis.has("more") and not scene.named and listed is not None:
        step = listed.limit or PAGE
        return [_carried(replace(listed, offset=listed.offset + step), 1.0, scene, marked=True)]
    if scene.named:
        reading = _new_focus(scene, last)
        words = _same_focus(replace(scene, things=(), classes=()), last) if _only_terms(scene) else []
        return [reading, *words] if reading is not None else words
    readings = [*_edited(scene, last), *_same_focus(scene, last)]
    earlier = recalculation(scene, back=True) if marked(scene) and not readings else None
    if earlier is not None:
        return [earlier]
    return sorted(readings, key=lambda r: -r.score)


def picked_from(text: str, shown: Sequence[Entity]) -> tuple[Entity, ...]:
    """The shown entities that 第二个, 倒数第一个, 前两个 or 最后一个 point to; none when out of reach."""
    if not shown:
        return ()
    if match := _FIRST_N.search(text):
        return tuple(shown[: _integer(match.group(1))])
    if _LAST_ONE.search(text) or "后者" in text:
        return (shown[-1],)
    if "前者" in text:
        return (shown[0],)
    picked = []
    for match in _ORDINAL.finditer(text):
        place = _integer(match.group(2))
        if 1 <= place <= len(shown):
            picked.append(shown[-place] if match.group(1) else shown[place - 1])
    return tuple(dict.fromkeys(picked))


def _latest(scene: Scene, asks: Collection[Ask]) -> Query | None:
    """The newest remembered Query of some kinds."""
    return next((q for q in scene.memory.frames if q.ask in asks), None)


def _only_terms(scene: Scene) -> bool:
    """Whether what is named are only terms of the trade, which may be words for an attribute: 附属卡呢."""
    return marked(scene) and all(t.kind is EntityKind.TERM and t.entity.id not in _ids(scene) for t in scene.named)


def _ids(scene: Scene) -> set[str]:
    return {e.id for q in scene.memory.frames for e in q.focus}


def _integer(text: str) -> int:
    number = parse_number(text)
    return int(number) if number is not None else 0


def marked(scene: Scene) -> bool:
    """Whether the words themselves say that they lean on what went before."""
    return bool(_ELLIPSIS.search(scene.analysis.text) or scene.memory.pending) or scene.analysis.has(
        "also", "pronoun", "pronoun_many", "former", "latter", "more", "correction"
    )


def _on_picked(scene: Scene, last: Query, picked: tuple[Entity, ...]) -> list[Reading]:
    focus = tuple(replace(e, how="ordinal") for e in picked)
    if scene.analysis.has("compare") or "比" in scene.analysis.text:
        return [_carried(Query(Ask.COMPARE, focus=focus), 1.0, scene, marked=True)]
    asked = asked_of(focus[0].id, scene.analysis, scene.lexicon)
    predicates = asked.predicates
    if not predicates and last.ask is Ask.VALUE and not asked.absent:
        predicates = tuple(p for p in last.predicates if p in scene.lexicon.predicates_of(focus[0].id))
    if predicates and predicates != (DEFINITION,):
        query = Query(Ask.VALUE, focus=focus, predicates=predicates, qualifiers=_qualifiers(scene, predicates))
        return [_carried(query, asked.support or 0.95, scene, marked=True)]
    return [_carried(Query(Ask.DESCRIBE, focus=focus), 0.95, scene, marked=True)]


def _new_focus(scene: Scene, last: Query) -> Reading | None:
    """那大额存单呢: the last question about something else, if it can be asked of it."""
    if not marked(scene) and scene.analysis.rest:
        return None
    thing = scene.named[0]
    asked = asked_of(thing.entity.id, scene.analysis, scene.lexicon)
    others = scene.analysis.has("list", "count", "most", "least", "best", "define", "compare", "source")
    others = others or (scene.analysis.has("yes_no") and not scene.analysis.has("also"))
    if asked.predicates or asked.absent or others or not marked(scene):
        return None
    if last.ask in SET_ASKS and last.cls is not None and thing.is_class:
        return _carried(_for_class(scene, last, thing), 0.95, scene, marked=True)
    has = scene.lexicon.predicates_of(thing.entity.id)
    kept = tuple(p for p in last.predicates if p in has)
    if not kept:
        return None
    ask = Ask.VALUE if last.ask in (Ask.COMPARE, Ask.DESCRIBE) else last.ask
    focus = tuple(t.entity for t in scene.named)
    fresh = _qualifiers(scene, kept)
    same = tuple(q for q in last.qualifiers if all(q.name != f.name for f in fresh))
    query = replace(
        last, ask=ask, focus=focus, predicates=kept, qualifiers=(*same, *fresh), cls=None, order=None, offset=0
    )
    reading = _carried(query, 0.95, scene, marked=True, support=thing.support)
    return replace(reading, assumptions=(*assumptions_of(scene.named), *reading.assumptions))


def _for_class(scene: Scene, last: Query, thing: Thing) -> Query:
    options = scene.lexicon.member_predicates(thing.entity.id)
    kept = tuple(c for c in last.constraints if c.predicate in options)
    columns = tuple(p for p in last.predicates if p in options)
    order = last.order if last.order and last.order.predicate in options else None
    ask = Ask.LIST if last.ask is Ask.BEST and order is None else last.ask
    return replace(
        last, ask=ask, cls=thing.entity, focus=(), constraints=kept, predicates=columns, order=order, offset=0
    )


def _edited(scene: Scene, last: Query) -> list[Reading]:
    """Only values, texts or a time: they replace those of the last Query."""
    analysis = scene.analysis
    named = [p for p in analysis.predicates if not p.value]
    if named or analysis.has("list", "count", "most", "least", "best", "define", "source", "how", "why"):
        return []
    if analysis.periods and last.ask in (Ask.VALUE, Ask.COMPARE) and not analysis.values:
        return [_carried(replace(last, period=analysis.periods[0].period), 0.95, scene, marked(scene))]
    if last.ask is Ask.VALUE:
        fresh = _qualifiers(scene, last.predicates)
        if fresh:
            kept = tuple(q for q in last.qualifiers if all(q.name != f.name for f in fresh))
            return [_carried(replace(last, qualifiers=(*kept, *fresh)), 0.95, scene, marked(scene))]
    if last.ask is Ask.CHECK and analysis.values and last.constraints:
        value = analysis.values[0].value
        renewed = tuple(replace(c, value=value) if _same_kind(c, value) else c for c in last.constraints)
        if renewed != last.constraints:
            return [_carried(replace(last, constraints=renewed), 0.95, scene, marked(scene))]
    members = _latest(scene, SET_ASKS)
    if members is not None and members.cls is not None:
        changed = _merged(members.constraints, _new_constraints(scene, members.cls))
        if changed != members.constraints:
            narrowed = replace(members, constraints=changed, predicates=_columns(members, changed), offset=0)
            return [_carried(narrowed, 0.95, scene, marked(scene))]
    return []


def _columns(members: Query, constraints: tuple[Constraint, ...]) -> tuple[str, ...]:
    """A list shows what its members were chosen by."""
    if members.ask is not Ask.LIST:
        return members.predicates
    chosen_by = (c.predicate for c in constraints if c.predicate != INSTANCE_OF)
    return tuple(dict.fromkeys((*members.predicates, *chosen_by)))


def _same_kind(constraint: Constraint, value: Value) -> bool:
    return constraint.value is not None and constraint.value.kind is value.kind


def _new_constraints(scene: Scene, cls: Entity) -> tuple[Constraint, ...]:
    members = scene.lexicon.member_predicates(cls.id)
    options = [p for p in (*members, *scene.lexicon.predicates_of(cls.id)) if p not in UNSPOKEN]
    found = [constraint_of(s, scene.analysis, options, scene.lexicon) for s in scene.analysis.values]
    found += [text_constraint(m, options, scene.analysis) for m in scene.analysis.predicates if m.value]
    return tuple(c for c in found if c is not None)


def _merged(old: tuple[Constraint, ...], new: tuple[Constraint, ...]) -> tuple[Constraint, ...]:
    replaced = {c.predicate for c in new}
    return (*(c for c in old if c.predicate not in replaced), *new)


def _same_focus(scene: Scene, last: Query) -> list[Reading]:
    """Something else is asked of what the talk was about: parse again with the focus filled in."""
    filled = _filled(scene, last)
    if filled is None:
        return []
    readings = []
    for reading in parse(filled):
        keeps = reading.query.cls is not None and last.cls is not None
        query = reading.query
        if keeps and query.ask in SET_ASKS:
            query = replace(query, constraints=_merged(last.constraints, query.constraints))
        if reading.by_topic or (query.ask is Ask.DESCRIBE and not _asks_description(scene)):
            continue
        readings.append(_mark(replace(reading, query=query), scene))
    return readings


def _asks_description(scene: Scene) -> bool:
    return scene.analysis.has("define", "pronoun")


def _filled(scene: Scene, last: Query) -> Scene | None:
    about_set = scene.analysis.has("list", "count", "most", "least", "best") and not scene.analysis.has("pronoun")
    if about_set and last.cls is not None:
        return replace(scene, things=(), classes=(_as_thing(last.cls, scene),))
    many = scene.analysis.has("pronoun_many", "compare")
    focus = last.focus
    if last.ask in SET_ASKS or (many and len(focus) < 2):
        focus = scene.memory.shown
    if scene.analysis.has("pronoun") and not many:
        focus = focus[:1] if last.ask in SET_ASKS else focus
    if not focus:
        return replace(scene, classes=(_as_thing(last.cls, scene),)) if last.cls is not None else None
    things = tuple(_as_thing(e, scene) for e in focus)
    if len(things) > 1 and not many:
        return _table_scene(scene, things)
    return replace(
        scene,
        things=tuple(t for t in things if not t.is_class),
        classes=tuple(t for t in things if t.is_class),
    )


def _table_scene(scene: Scene, things: tuple[Thing, ...]) -> Scene:
    """Several are in focus and one attribute is asked: it is asked of each."""
    return replace(scene, things=things, classes=())


def _as_thing(entity: Entity, scene: Scene) -> Thing:
    info = scene.lexicon.entity(entity.id)
    kind = info.kind if info else EntityKind.OTHER
    carried = replace(entity, how="carried", surface="")
    return Thing(carried, kind, bool(info and info.is_class), 1.0, -1, -1)


def _qualifiers(scene: Scene, predicates: Sequence[str]) -> tuple[Qualifier, ...]:
    return qualifiers_of(scene.analysis, predicates, scene.lexicon)


def _carried(query: Query, predicate: float, scene: Scene, marked: bool, support: float = 1.0) -> Reading:
    return Reading(
        query,
        entity=support * (CARRIED_MARKED if marked else CARRIED_BARE),
        predicate=predicate,
        explained=scene.analysis.explained,
        carried=True,
        assumptions=_said(query),
    )


def _mark(reading: Reading, scene: Scene) -> Reading:
    support = CARRIED_MARKED if marked(scene) else CARRIED_BARE
    said = (*reading.assumptions, *_said(reading.query))
    return replace(reading, entity=reading.entity * support, carried=True, assumptions=said)


def _said(query: Query) -> tuple[Assumption, ...]:
    about = query.focus or ((query.cls,) if query.cls else ())
    return (Assumption(Assumed.CARRIED, "", "、".join(e.name for e in about[:3])),) if about else ()
