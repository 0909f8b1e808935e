"""Questions about members of a class: lists, counts, the best of them, and what points to a thing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from kg.facts import DEFINITION, INSTANCE_OF
from kg.lexicon.linker import PredicateMention
from kg.query import Ask, Constraint, Order, Query
from kg.values import Kind
from nlu.analysis import ENDS
from nlu.constraints import hinted, period_stated, qualifiers_of
from nlu.parsing.demands import Demands, demands_on, ends_in_class, is_part
from nlu.parsing.evidence import BARE_SUPPORT, RANKED_SUPPORT, reading_of
from nlu.parsing.scene import Scene, class_options, members_of, wants_definition
from nlu.predicates import of_kind
from nlu.readings import Reading
from nlu.things import Asked, Thing, asked_of, asked_text
from nlu.wording import is_content, wordings_of

ORDERED = (Kind.MONEY, Kind.PERCENT, Kind.TERM, Kind.COUNT, Kind.NUMBER, Kind.AGE, Kind.LEVEL, Kind.DATE)
PAGE = 10
_ASCENDS = re.compile(r"[从由](?:[低小少短早]|便宜)|升序|正序")
COUNTS = (Kind.COUNT, Kind.NUMBER)
REQUESTED = re.compile(
    r"(?:[找挑选]|介绍|安排|推荐|看看|来)(?:到|上|出)?[一几两俩]?[个家间款处座种只张份部本首条]|[帮替为给](?:我们?|忙)"
)
"""Words that want some member of a class, also in the form of a question (可以帮我安排一个…吗)."""
_ASKS_A_VALUE = frozenset({"how_much", "how_long", "how_old", "when", "who", "where", "yes_no"})
"""Cues with which a class alone is no wish to see its members."""
_WHICH = re.compile(r"(?:什么|啥子?|哪些|哪几[只款种个张家])样?的?$")
"""What stands before a class of which some are asked for: 管什么基金."""
_HOW_MANY = re.compile(r"有多少\W*$")
_FIRST = re.compile(r"前\s*[0-9一二两三四五六七八九十]+\s*(?:名|个|只|款|位|张|家|种|大)?")
ORDER_NAMED = 0.5
"""Share of the words beside a superlative that the predicate ordered by has to explain."""
LEAST_MORE = 2
"""Signs of an attribute's name behind the superlative with which it begins, from which that name is meant."""
RANKED_OWN = 0.7
"""Support from which a ranked predicate that the class itself has is asked of the class, not of its members."""


def best(scene: Scene) -> Reading | None:
    """The first of a class by a figure, or all in its order: 哪张信用卡年费最低, 信用卡按年费排序."""
    cls = members_of(scene)
    cue = _end(scene, cls)
    sorting = scene.analysis.has("sort") and (not cue or _names_a_column(scene, cls))
    adjective = hinted(scene.analysis.unnamed_text(), "adjectives", class_options(scene, cls)) if cls else None
    if cls is None or (not cue and not sorting and not (adjective and scene.analysis.has("list", "compare"))):
        return None
    if scene.analysis.has("how_much", "how_long") and not scene.analysis.has("list", "compare"):
        asked = asked_of(cls.entity.id, scene.analysis, scene.lexicon)
        if asked.predicates and _own_fact_suits(scene, cls, asked):
            return None
    order = _order(scene, cls, cue, adjective)
    if order is None or (not sorting and (_bounded(scene, cls, order) or _names_a_bound(scene, cls, order))):
        return None
    if sorting:
        order = replace(order, descending=not ascends(scene))
    demands = demands_on(scene, cls, skip="" if sorting else order.predicate)
    if sorting:
        demands = replace(demands, unheard=tuple(w for w in demands.unheard if not is_part(order.predicate, w, scene)))
    qualifiers = qualifiers_of(scene.analysis, (order.predicate,), scene.lexicon)
    taken = {q.value for q in qualifiers}
    query = Query(
        Ask.BEST,
        cls=cls.entity,
        predicates=(order.predicate,),
        constraints=tuple(c for c in demands.constraints if c.value not in taken),
        qualifiers=qualifiers,
        order=order,
        limit=wanted_number(scene) or (PAGE if sorting else 1),
        period=period_stated(scene.analysis, (order.predicate,), scene.lexicon),
    )
    return _heard(reading_of(query, [cls], 0.95, scene), demands, scene)


def _end(scene: Scene, cls: Thing | None) -> str:
    """Label of the superlative in the turn, or empty. One within the name of an attribute that is asked of the class
    (信用卡的最低还款比例) makes none of it, unless members are asked for (哪张卡最长几天免息)."""
    analysis = scene.analysis
    options = set(class_options(scene, cls)) if cls is not None else set()
    named = any(not m.value and options & set(m.predicates) for m in analysis.predicates)
    within = named and not analysis.has("list", "compare")
    spoken = {p.label for p in analysis.phrases} if within else analysis.cues
    end = next((label for label in ("most", "least", "best") if label in spoken & analysis.cues), "")
    return end or ("best" if named and _FIRST.search(analysis.unnamed_text()) else "")


def ascends(scene: Scene) -> bool:
    """Whether the turn wants the lowest first: 从低到高. Nothing said of it, the highest come first."""
    return _ASCENDS.search(scene.analysis.text) is not None


def _bounded(scene: Scene, cls: Thing, order: Order) -> bool:
    """最低价格是1000元以上: what looks like a superlative is part of the name of what is bounded, in a graph that tells
    no lowest from other ones."""
    if scene.lexicon.ontology.get(order.predicate).declared:
        return False
    bounded = {c.predicate for c in demands_on(scene, cls).constraints}
    ends = {p.end for p in scene.analysis.phrases if p.label in ("most", "least")}
    named = {p for m in scene.analysis.predicates if m.start in ends for p in m.predicates}
    return bool(bounded & (named or {order.predicate}))


def _names_a_column(scene: Scene, cls: Thing | None) -> bool:
    """按最高年化从高到低: the superlative is how the name of an attribute begins."""
    options = class_options(scene, cls) if cls is not None else []
    return any(_begins(p.start, p.surface, options, scene) for p in scene.analysis.phrases if p.label in ENDS)


def _names_a_bound(scene: Scene, cls: Thing, order: Order) -> bool:
    """最短持有超过3天: the superlative is how the name of an attribute begins that is bounded, and not ordered by."""
    bounded = [c.predicate for c in demands_on(scene, cls).constraints if c.value is not None]
    ends = [p for p in scene.analysis.phrases if p.label in ENDS]
    return bool(ends) and all(_begins(p.start, p.surface, bounded, scene) for p in ends)


def _begins(start: int, word: str, predicates: Sequence[str], scene: Scene) -> bool:
    """Whether the text from `start` on is how one of the predicates is called, beyond the word itself."""
    more = scene.analysis.text[start : start + len(word) + LEAST_MORE]
    return len(more) == len(word) + LEAST_MORE and any(p.startswith(more) for p in predicates)


def _heard(reading: Reading, demands: Demands, scene: Scene) -> Reading:
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


def _order(scene: Scene, cls: Thing, cue: str, adjective: tuple[str, str] | None) -> Order | None:
    ontology = scene.lexicon.ontology
    options = of_kind(class_options(scene, cls), ORDERED, ontology)
    named = [p for m in scene.analysis.predicates if not m.value for p in m.predicates if p in options]
    if named:
        descending = cue == "most" or (cue in ("", "best") and ontology.get(named[0]).better_is != "low")
        return Order(named[0], descending)
    spent = {t.start for t in scene.named}
    if any(not m.value and m.start not in spent for m in scene.analysis.predicates):
        return None
    said = _ordered_by(scene, cls, options)
    if said and cue != "best":
        return Order(said, cue == "most" or (cue == "" and ontology.get(said).better_is != "low"))
    if adjective is not None and adjective[0] in options:
        return Order(adjective[0], adjective[1] == "high")
    preferred = [p for p in options if ontology.get(p).better_is]
    if cue == "best" and preferred:
        return Order(preferred[0], ontology.get(preferred[0]).better_is == "high")
    asked = asked_of(cls.entity.id, scene.analysis, scene.lexicon)
    typed = [p for p in asked.predicates if p in options]
    return Order(typed[0], cue == "most") if typed and cue != "best" else None


def _ordered_by(scene: Scene, cls: Thing, options: Sequence[str]) -> str:
    """The predicate that the words beside the superlative name in part: ATM in 哪个网点ATM最多."""
    wordings = wordings_of(scene.lexicon)
    ends = [(p.start, p.end) for p in scene.analysis.phrases]
    ends += [(t.start, t.end) for t in scene.named if t.start >= 0] + [(v.start, v.end) for v in scene.analysis.values]
    chars = list(asked_text(cls.entity.id, scene.analysis, scene.lexicon))
    for start, end in ends:
        chars[start:end] = " " * (end - start)
    text = "".join(chars)
    matches = ((wordings.match(text, p), p) for p in options) if is_content(text) else ()
    good = [(m.wording, p) for m, p in matches if m and m.coverage >= ORDER_NAMED]
    return max(good)[1] if good else ""


def wanted_number(scene: Scene) -> int | None:
    """三张, 前五, top3: how many are wanted; counts used elsewhere are constraints."""
    for span in scene.analysis.values:
        if span.value.kind in COUNTS and span.value.number is not None:
            number = int(span.value.number)
            if 1 <= number <= 50:
                return number
    return None


def count(scene: Scene) -> Reading | None:
    """How many members meet the demands: R2以下的理财有几款."""
    cls = members_of(scene)
    if cls is None or not scene.analysis.has("count"):
        return None
    demands = demands_on(scene, cls)
    period = period_stated(scene.analysis, [c.predicate for c in demands.constraints], scene.lexicon)
    query = Query(Ask.COUNT, cls=cls.entity, constraints=demands.constraints, period=period)
    return _heard(reading_of(query, [cls], 0.95, scene), demands, scene)


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
    of_members = bool(asked.predicates) and not _own_fact_suits(scene, cls, asked) and bool(by_value)
    if asked.predicates and not (scene.analysis.has("list") or of_members):
        return None
    wants_list = wants_list or of_members or noun_phrase
    bare = not asked.predicates and not wants_definition(scene.analysis) and not scene.analysis.rest
    bare = bare and not strange and not _asks_a_value(scene, by_value)
    if not (wants_list or (bare and not scene.things and not scene.analysis.has("how", "why"))):
        return None
    if asked.predicates and _own_fact_suits(scene, cls, asked):
        return None
    shown = tuple(c.predicate for c in constraints if c.predicate != INSTANCE_OF)
    columns = tuple(dict.fromkeys((*asked.predicates, *shown)))
    period = period_stated(scene.analysis, columns, scene.lexicon)
    query = Query(Ask.LIST, cls=cls.entity, predicates=columns, constraints=constraints, limit=PAGE, period=period)
    return _heard(reading_of(query, [cls], 0.95 if wants_list else BARE_SUPPORT, scene), demands, scene)


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


def _own_fact_suits(scene: Scene, cls: Thing, asked: Asked) -> bool:
    """信用卡有哪些还款方式: the class itself has what is listed, so it is a question of value, not of members."""
    above = (cls.entity.id, *scene.lexicon.ancestors(cls.entity.id))
    own = {p for c in above for p in scene.lexicon.own_predicates(c)}
    return all(p in own for p in asked.predicates)


def _numeric_or_text(scene: Scene, cls: Thing, constraints: Sequence[Constraint]) -> Asked:
    """Predicates named as columns, those used by a constraint left out."""
    used = {c.predicate for c in constraints}
    asked = asked_of(cls.entity.id, scene.analysis, scene.lexicon)
    kept = tuple(p for p in asked.predicates if p not in used and p != DEFINITION)
    ranked_own = asked.support >= RANKED_OWN and _own_fact_suits(scene, cls, asked)
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
