"""Questions about members of a class: lists and counts, and what points to a thing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from kg.facts import DEFINITION, INSTANCE_OF
from kg.lexicon.linker import PredicateMention
from kg.query import Ask, Constraint, Query
from nlu.asked import Asked, asked_of, asked_text
from nlu.cases_said import period_stated
from nlu.parsing.demands import Demands, demands_on, ends_in_class
from nlu.parsing.evidence import BARE_SUPPORT, RANKED_SUPPORT, reading_of
from nlu.parsing.scene import Scene, class_options, members_of, wants_definition
from nlu.readings import Reading
from nlu.things import Thing
from nlu.wording import is_content

PAGE = 10
REQUESTED = re.compile(
    r"(?:[找挑选]|介绍|安排|推荐|看看|来)(?:到|上|出)?[一几两俩]?[个家间款处座种只张份部本首条]|[帮替为给](?:我们?|忙)"
)
"""Words that want some member of a class, also in the form of a question (可以帮我安排一个…吗)."""
_ASKS_A_VALUE = frozenset({"how_much", "how_long", "how_old", "when", "who", "where", "yes_no"})
"""Cues with which a class alone is no wish to see its members."""
_WHICH = re.compile(r"(?:什么|啥子?|哪些|哪几[只款种个张家])样?的?$")
"""What stands before a class of which some are asked for: 管什么基金."""
_HOW_MANY = re.compile(r"有多少\W*$")
RANKED_OWN = 0.7
"""Support from which a ranked predicate that the class itself has is asked of the class, not of its members."""


def heard(reading: Reading, demands: Demands, scene: Scene) -> Reading:
    """A list that leaves out a condition which was said is no answer: the condition is named as unknown instead."""
    taken = {q.value.text for q in reading.query.qualifiers}
    unheard = [words for words in demands.unheard if words not in taken]
    in_passing = not set(unheard) & set(demands.figures) and _said_in_passing(reading.query, scene)
    if not unheard or reading.query.cls is None or in_passing:
        return reading
    unknown = Query(Ask.VALUE, focus=(reading.query.cls,), predicates=tuple(unheard[:2]))
    return replace(reading, query=unknown, absent=True)


def _said_in_passing(query: Query, scene: Scene) -> bool:
    """Where nobody declared the attributes and some demand was heard, further words are taken for small talk: there the
    alternative is not to say that they are unknown, but the figures of the whole class."""
    demands = [c.predicate for c in query.constraints if c.predicate != INSTANCE_OF]
    return bool(demands) and not any(scene.lexicon.ontology.get(p).declared for p in demands)


def count(scene: Scene) -> Reading | None:
    """How many members meet the demands: R2以下的理财有几款."""
    cls = members_of(scene)
    if cls is None or not scene.analysis.has("count"):
        return None
    demands = demands_on(scene, cls)
    period = period_stated(scene.analysis, [c.predicate for c in demands.constraints], scene.lexicon)
    query = Query(Ask.COUNT, cls=cls.entity, constraints=demands.constraints, period=period)
    return heard(reading_of(query, [cls], 0.95, scene), demands, scene)


def listing(scene: Scene) -> Reading | None:
    """The members of a class that meet the demands; without a class, what points to the named thing."""
    cls = members_of(scene)
    if cls is None:
        return _reverse(scene)
    if _beside_a_thing(scene, cls):
        return None
    demands = demands_on(scene, cls)
    constraints = demands.constraints
    requested = REQUESTED.search(scene.analysis.text) is not None or _loose(constraints, scene)
    other = not requested and bool(scene.analysis.cues & {"yes_no", "how_much", "how", "why", "how_long", "when"})
    options = class_options(scene, cls)
    strange = any(not set(m.predicates) & set(options) for m in scene.analysis.predicates if not _bounds(m, scene))
    which = _WHICH.search(scene.analysis.text[: max(cls.start, 0)]) is not None and bool(constraints)
    wants_list = scene.analysis.has("list") or which or bool(constraints and not other and not strange)
    asked = _numeric_or_text(scene, cls, constraints)
    by_value = [c for c in constraints if c.predicate != INSTANCE_OF]
    noun_phrase = ends_in_class(scene, cls)
    guessed = asked.support <= RANKED_SUPPORT
    only_lists = scene.analysis.has("list", "count") and not is_content(
        asked_text(cls.entity.id, scene.analysis, scene.lexicon)
    )
    if noun_phrase or (guessed and (by_value or only_lists)):
        asked = Asked()  # 5万能买的理财: what conditions explain asks for nothing
    of_members = bool(asked.predicates) and not own_fact_suits(scene, cls, asked) and bool(by_value)
    if asked.predicates and not (scene.analysis.has("list") or of_members):
        return None
    wants_list = wants_list or of_members or noun_phrase
    bare = not asked.predicates and not wants_definition(scene.analysis) and not scene.analysis.rest
    bare = bare and not strange and not _asks_a_value(scene, by_value)
    if not (wants_list or (bare and not scene.things and not scene.analysis.has("how", "why"))):
        return None
    if asked.predicates and own_fact_suits(scene, cls, asked):
        return None
    shown = tuple(c.predicate for c in constraints if c.predicate != INSTANCE_OF)
    columns = tuple(dict.fromkeys((*asked.predicates, *shown)))
    period = period_stated(scene.analysis, columns, scene.lexicon)
    query = Query(Ask.LIST, cls=cls.entity, predicates=columns, constraints=constraints, limit=PAGE, period=period)
    return heard(reading_of(query, [cls], 0.95 if wants_list else BARE_SUPPORT, scene), demands, scene)


def _bounds(mention: PredicateMention, scene: Scene) -> bool:
    """Whether a mention is a value itself or stands right before one: 价格 in 价格在50元以下."""
    return bool(mention.value) or any(0 <= v.start - mention.end <= 1 for v in scene.analysis.values)


def _loose(constraints: Sequence[Constraint], scene: Scene) -> bool:
    """有没有4.5分以上的景点: whether members exist, where nobody declared what is demanded: they are shown."""
    demanded = [c.predicate for c in constraints if c.predicate != INSTANCE_OF]
    exists = "有没有" in scene.analysis.text and bool(demanded)
    return exists and not any(scene.lexicon.ontology.get(p).declared for p in demanded)


def _asks_a_value(scene: Scene, demands: Sequence[Constraint]) -> bool:
    """Whether a class is named for something of it to be asked. With demands 有…吗 and 有多少 ask for members."""
    cues = scene.analysis.cues & _ASKS_A_VALUE
    return bool(cues - {"yes_no"} if demands else cues) and not (demands and _HOW_MANY.search(scene.analysis.text))


def _beside_a_thing(scene: Scene, cls: Thing) -> bool:
    """某酒店附近有什么景点: the thing itself has a list of such things (周边景点) under a name nobody declared."""
    name = cls.entity.name
    for thing in scene.things:
        asked = asked_of(thing.entity.id, scene.analysis, scene.lexicon).predicates
        if any(name in p and not scene.lexicon.ontology.get(p).declared for p in asked):
            return True
    return False


def own_fact_suits(scene: Scene, cls: Thing, asked: Asked) -> bool:
    """信用卡有哪些还款方式: the class itself has what is listed, so it is a question of value, not of members."""
    above = (cls.entity.id, *scene.lexicon.ancestors(cls.entity.id))
    own = {p for c in above for p in scene.lexicon.own_predicates(c)}
    return all(p in own for p in asked.predicates)


def _numeric_or_text(scene: Scene, cls: Thing, constraints: Sequence[Constraint]) -> Asked:
    """Predicates named as columns, those used by a constraint left out."""
    used = {c.predicate for c in constraints}
    asked = asked_of(cls.entity.id, scene.analysis, scene.lexicon)
    kept = tuple(p for p in asked.predicates if p not in used and p != DEFINITION)
    ranked_own = asked.support >= RANKED_OWN and own_fact_suits(scene, cls, asked)
    return replace(asked, predicates=kept if asked.support > RANKED_SUPPORT or ranked_own else ())


def _had_by_its_kind(thing: Thing, scene: Scene) -> set[str]:
    """What a thing or others of its classes can be asked for."""
    lexicon = scene.lexicon
    members = (p for c in lexicon.classes_of(thing.entity.id) for p in lexicon.member_predicates(c))
    return {*lexicon.own_predicates(thing.entity.id), *members}


def _reverse(scene: Scene) -> Reading | None:
    """哪些产品由甲公司管理 without a class that is known: what points to the named thing by a named predicate."""
    for thing in scene.things:
        incoming = scene.lexicon.incoming_predicates(thing.entity.id)
        inverse = {scene.lexicon.ontology.get(p).inverse: p for p in incoming}
        for mention in scene.analysis.predicates:
            named = [p for p in mention.predicates if p in incoming] or [
                inverse[p] for p in mention.predicates if p in inverse
            ]
            own = scene.lexicon.own_predicates(thing.entity.id)
            if named and scene.analysis.has("yes_no") and len(scene.things) > 1:
                continue  # X的导演是Y吗 asks about X
            if named and mention.start >= thing.end and named[0] in _had_by_its_kind(thing, scene):
                continue  # X的周边景点有哪些 asks about X
            if named and (scene.analysis.has("list", "count") or named[0] not in own):
                query = Query(Ask.REVERSE, focus=(thing.entity,), predicates=(named[0],), limit=PAGE)
                return reading_of(query, [thing], 0.9, scene)
    return None
