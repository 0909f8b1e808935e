"""Nothing is named and something is asked: of what was talked about, else of what the last answer led to."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import replace

from kg.facts import DEFINITION, UNSPOKEN
from kg.query import Ask, Entity, Query
from nlu.analysis import PUNCTUATION
from nlu.asked import asked_of
from nlu.cases_said import qualifiers_of
from nlu.followups.definite import SURELY
from nlu.followups.demanded import columns, merged, new_constraints
from nlu.followups.edits import case_kept
from nlu.followups.referents import alike
from nlu.followups.scenes import SET_ASKS, as_thing, edit_of, latest, only_things
from nlu.followups.wording import by_case, completed
from nlu.meant import meant
from nlu.memory import OFFERED_ROLE, SOURCE_ROLE
from nlu.parser import parse
from nlu.parsing.demands import unexplained
from nlu.parsing.scene import Scene
from nlu.parsing.sets import PAGE
from nlu.predicates import ALIASED
from nlu.readings import Reading
from nlu.wording import wordings_of

HOPPED = 0.95
"""What is left of a reading about what the last answer led to, beside one about what was asked, and of the latter
where the former goes better with the words."""
BESIDE = 6
"""Members of a list that are compared side by side when it is asked which one is higher."""
_SOME_OF_THEM = re.compile("的(?:有吗|有没有|有哪几?[些个家款]|是?哪几[个家款]|有几[个家款]|呢)?$")
_EACH = re.compile("各自|分别|各是|各有")
ENDS = ("most", "least", "best", "compare", "count")
ABOUT_AS_MUCH = 0.1
"""How much less of the words an attribute may explain to be meant for the case that was asked about."""
LED_TO = 0.6
"""Support of an attribute from which it may be one of what the last answer led to."""


def same_focus(scene: Scene, last: Query) -> list[Reading]:
    """The turn read again with what was talked about filled in."""
    picked = _of_members_picked(scene, last)
    if picked is not None:
        return [edit_of(picked, scene)]
    about, led_to = _filled(scene, last)
    found = [r for filled in about for r in _asked(filled, scene, last)]
    fitting = max((r.predicate for r in found), default=0.0)
    for filled in led_to:
        hops = [r for r in _asked(filled, scene, last) if not r.absent and r.predicate >= LED_TO]
        if hops and hops[0].predicate > fitting:
            found = [replace(r, entity=r.entity * HOPPED) for r in found]
        else:
            hops = [replace(r, entity=r.entity * HOPPED) for r in hops]
        found.extend(hops)
    if all(r.absent for r in found):
        found.extend(replace(r, entity=r.entity * HOPPED) for r in _of_earlier(scene, last))
    return found


def _of_members_picked(scene: Scene, last: Query) -> Query | None:
    """三年的利率, after a list: a figure that is an attribute of its members and no case of what is asked picks those
    that have it."""
    values, shown = scene.analysis.values, scene.memory.shown
    if {e.id for e in last.focus} == {e.id for e in shown}:
        last = latest(scene, SET_ASKS) or last  # what was asked of all of them is asked of the list
    if last.ask not in SET_ASKS or last.cls is None or not values or len(shown) < 2 or scene.analysis.has(*ENDS):
        return None
    asked = asked_of(shown[0].id, scene.analysis, scene.lexicon)
    fresh = new_constraints(scene, last.cls)
    demanded = {c.predicate for c in fresh}
    cases = {q.name for q in qualifiers_of(scene.analysis, asked.predicates, scene.lexicon)}
    if asked.support < ALIASED or len(fresh) < len(values) or demanded & {*asked.predicates} or not cases <= demanded:
        return None
    constraints = merged(last.constraints, fresh)
    query = replace(last, ask=Ask.LIST, constraints=constraints, predicates=asked.predicates, order=None, offset=0)
    return replace(query, predicates=columns(query, constraints), limit=PAGE)


def _of_earlier(scene: Scene, last: Query) -> list[Reading]:
    """那基金代码呢, after a question about the fund's manager: what is named is had by a thing that came up before."""
    named = {p for m in scene.analysis.predicates if not m.value for p in m.predicates}
    now = {e.id for e in last.focus}
    kinds = {c for i in now for c in scene.lexicon.classes_of(i)}
    loose = not any(scene.lexicon.ontology.get(p).declared for p in named)
    earlier = (m.entity for m in scene.memory.spoken_of if m.role != SOURCE_ROLE and m.entity.id not in now)
    if named & _had_by_its_kind(last, scene):
        return []
    if loose:  # another one of its kind, which has it, is no answer for one that lacks it
        earlier = (e for e in earlier if not kinds & set(scene.lexicon.classes_of(e.id)))
    having = (e for e in earlier if named & set(scene.lexicon.predicates_of(e.id)) or (not named and _surely(e, scene)))
    for entity in having:
        filled = only_things(scene, [as_thing(entity, scene.lexicon)])
        least = ALIASED if named else LED_TO
        return [r for r in _asked(filled, scene, last) if not r.absent and r.predicate >= least]
    return []


def _surely(entity: Entity, scene: Scene) -> bool:
    """男主角是谁, after a question about the film's director: what nobody declared and the words surely ask for."""
    ontology = scene.lexicon.ontology
    has = [p for p in scene.lexicon.predicates_of(entity.id) if p not in UNSPOKEN and not ontology.get(p).declared]
    found = meant(scene.analysis.text, has, ontology, scene.analysis) if has else None
    return found is not None and found.probability >= SURELY


def _had_by_its_kind(last: Query, scene: Scene) -> set[str]:
    """What things of the kind that is talked about have: of them it is asked, whether this one has it or not."""
    lexicon = scene.lexicon
    nearest = {c for e in last.focus for level in lexicon.class_levels(e.id)[:1] for c in level}
    return {p for c in nearest for p in lexicon.member_predicates(c)}


def _asked(filled: Scene, scene: Scene, last: Query) -> list[Reading]:
    whole = completed(filled, last) or by_case(filled, last)
    readings = [edit_of(whole, scene)] if whole is not None else parse(filled, unnamed=False)
    known = (r for r in readings if r.query.ask is not Ask.DESCRIBE or _asks_description(scene))
    kept = [r for r in known if not _demands_unheard(r, scene, last)]
    fitted = (replace(r, query=_of_the_case(r.query, last, scene)) for r in kept)
    return [replace(r, query=case_kept(_with_demands(r.query, last), last, scene)) for r in fitted]


def _of_the_case(query: Query, last: Query, scene: Scene) -> Query:
    """折成年化是多少, of a fee by instalments: of several attributes of one name the one that has the case that was
    asked about."""
    names = {q.name for q in last.qualifiers}
    if query.ask is not Ask.VALUE or len(query.focus) != 1 or len(query.predicates) != 1 or not names:
        return query
    has = set(scene.lexicon.predicates_of(query.focus[0].id))
    mentions = (m for m in scene.analysis.predicates if query.predicates[0] in m.predicates)
    options = {p for m in mentions for p in m.predicates if p in has} or _told_as_well(query.predicates[0], has, scene)
    taking = [p for p in options if names <= {name for name, _ in scene.lexicon.cases_of((p,))}]
    return query if query.predicates[0] in taking or len(taking) != 1 else replace(query, predicates=tuple(taking))


def _with_demands(query: Query, last: Query) -> Query:
    if query.ask not in SET_ASKS or query.cls is None or last.cls is None or query.cls.id != last.cls.id:
        return query
    constraints = merged(last.constraints, query.constraints)
    return replace(query, constraints=constraints, predicates=columns(query, constraints))


def _demands_unheard(reading: Reading, scene: Scene, last: Query) -> bool:
    """挂黄金的, 周末不开的有吗, after a list: some of its members are wanted; an attribute of them all is no answer."""
    many = last.ask in SET_ASKS and len(reading.query.focus) > 1 and reading.query.ask is Ask.VALUE
    unheard = many and unexplained(scene)
    return bool(unheard) and _SOME_OF_THEM.search(scene.analysis.text.rstrip("".join(PUNCTUATION))) is not None


def _told_as_well(predicate: str, has: Collection[str], scene: Scene) -> set[str]:
    """Attributes of the kind of one that is not named, of which the words say no less."""
    ontology, wordings = scene.lexicon.ontology, wordings_of(scene.lexicon)
    told = {p: wordings.match(scene.analysis.text, p) for p in has}
    found = told.get(predicate)
    least = found.coverage - ABOUT_AS_MUCH if found is not None else 1.0
    kind = ontology.get(predicate).datatype
    return {p for p, m in told.items() if m is not None and m.coverage >= least and ontology.get(p).datatype is kind}


def _asks_description(scene: Scene) -> bool:
    """Whether the turn wants to be told what a thing is, and speaks of nothing else: 什么叫R5 does."""
    named = {p for m in scene.analysis.predicates if not m.value for p in m.predicates} - {DEFINITION}
    if scene.analysis.values or unexplained(scene) or named:
        return False  # 票房怎么样, of a film of which that is not known
    return scene.analysis.has("define", "pronoun") or DEFINITION in {
        p for m in scene.analysis.predicates for p in m.predicates
    }


def _filled(scene: Scene, last: Query) -> tuple[list[Scene], list[Scene]]:
    """The scene about what was talked about, and about what the last answer led to."""
    analysis = scene.analysis
    how = analysis.has("how_much", "how_long", "how_old", "when")  # 最长几年 asks for a figure, not for the longest
    ends = analysis.has("most", "least", "best") and not how
    beside = analysis.has("compare") and not ends and 2 <= len(scene.memory.shown) <= BESIDE
    if last.cls is not None and not beside and (analysis.has("list", "count", "compare") or ends):
        return [only_things(scene, [as_thing(last.cls, scene.lexicon)])], []
    each = _EACH.search(analysis.text) and {e.id for e in last.focus} < {e.id for e in scene.memory.shown}
    focus = scene.memory.shown if last.ask in SET_ASKS or each else last.focus
    if (analysis.has("compare") or ends) and len(focus) < 2:
        compared = tuple(reversed(alike(scene)))
        focus = compared if len(compared) > 1 else focus
    if not focus:
        return [only_things(scene, [as_thing(last.cls, scene.lexicon)])] if last.cls else [], []
    known = {e.id for e in focus}
    led = list(_led_to(scene, known))
    about = only_things(scene, [as_thing(e, scene.lexicon) for e in focus])
    return [about], [only_things(scene, [as_thing(e, scene.lexicon)]) for e in led[:1]]


def _led_to(scene: Scene, known: Collection[str]) -> Iterator[Entity]:
    """What the last answer led to, its documents too; not what one before it led to."""
    for met in scene.memory.met:
        if met.entity.id in known or met.role == OFFERED_ROLE:
            continue
        if not met.role:
            return
        yield met.entity
