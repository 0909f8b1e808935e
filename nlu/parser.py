"""Parser: the words of a turn, and what the talk was about, become Query readings.

Each kind of question has one function that returns a Reading or None; `parse` asks them in the order in
which the more specific one comes first and adds the readings by topic. No function knows a product.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from kg.answer import Choice
from kg.facts import DEFINITION, INSTANCE_OF, EntityKind, Qualifier
from kg.lexicon.lexicon import Lexicon
from kg.lexicon.text import fold
from kg.query import Ask, Constraint, Entity, Order, Query
from kg.values import Kind, Op
from nlu.analysis import PUNCTUATION, Analysis
from nlu.constraints import constraint_of, hinted, qualifiers_of, text_constraint
from nlu.memory import Memory
from nlu.predicates import ALIASED, of_kind, rank
from nlu.readings import Reading
from nlu.things import STRUCTURAL, Asked, Thing, asked_of, assumptions_of, things_of
from nlu.topics import TopicIndex
from nlu.words import features

ORDERED = (Kind.MONEY, Kind.PERCENT, Kind.TERM, Kind.COUNT, Kind.NUMBER, Kind.AGE, Kind.LEVEL, Kind.DATE)
PAGE = 10
TOPIC_FLOOR = 0.3
DESCRIBE_SUPPORT = 0.9
BARE_SUPPORT = 0.8
UNKNOWN_SUPPORT = 0.9
LEFT_OVER = 2
LEANING = 0.7
"""What is left of a bare name's reading as list or description when the turn leans on what went before."""
RANKED_SUPPORT = 0.9
"""Above it a predicate was named, below it was ranked by wording."""
RANKED_OWN = 0.7
"""Support from which a ranked predicate that the class itself has is asked of the class, not of its members."""
MAX_CHOICES = 6
NAMED_FIRMLY = 0.9
FIRM_KINDS = frozenset({EntityKind.PRODUCT, EntityKind.REGULATION, EntityKind.PERSON})
FEW_OWNERS = 3
OWNER_SUPPORT, OWNER_BONUS = 0.45, 0.25
BESIDE_A_NAME = 0.7
"""What is left of a topic's support when the turn names a product, law or person outright."""
SURE = 0.9


@dataclass(frozen=True, slots=True)
class Scene:
    """All that the readings are made from."""

    analysis: Analysis
    lexicon: Lexicon
    memory: Memory
    things: tuple[Thing, ...]
    classes: tuple[Thing, ...]
    topics: TopicIndex

    @property
    def named(self) -> tuple[Thing, ...]:
        """Instances and classes in order of place."""
        return tuple(sorted((*self.things, *self.classes), key=lambda t: t.start))


def scene_of(analysis: Analysis, lexicon: Lexicon, memory: Memory, topics: TopicIndex) -> Scene:
    """Decide which named things stand for themselves and which are names of predicates or mere apposition."""
    named = things_of(analysis, lexicon)
    plain = [t for t in named if not t.as_predicate]
    asks_predicate = bool(plain or memory.last or analysis.values)
    meant = plain if asks_predicate and not _defines(analysis, plain) else named
    instances = [t for t in meant if not t.is_class]
    classes = [t for t in meant if t.is_class and not _apposed(t, instances, lexicon, analysis)]
    return Scene(analysis, lexicon, memory, tuple(instances), tuple(classes), topics)


def _defines(analysis: Analysis, plain: Sequence[Thing]) -> bool:
    return not plain and _wants_definition(analysis)


def _wants_definition(analysis: Analysis) -> bool:
    return analysis.has("define") or any(DEFINITION in p.predicates for p in analysis.predicates)


def _apposed(cls: Thing, instances: Sequence[Thing], lexicon: Lexicon, analysis: Analysis) -> bool:
    """稳盈1号理财: the class only says what the named member is. Not so where membership is asked."""
    if analysis.has("yes_no", "list", "count"):
        return False
    return any(cls.entity.id in lexicon.classes_of(t.entity.id) and abs(cls.start - t.end) <= 2 for t in instances)


def parse(scene: Scene) -> list[Reading]:
    """Readings of a turn that stands for itself (follow-ups are nlu.followups), best first."""
    makers: tuple[Callable[[Scene], Reading | None], ...] = (
        _comparison, _best, _count, _source, _eligible, _list, _check, _value, _describe,
    )
    found: list[Reading] = []
    stranger = _stranger(scene)
    if stranger is not None:
        return sorted((stranger, *_by_topic(scene)), key=lambda r: -r.score)
    for maker in makers:
        reading = maker(scene)
        if reading is not None:
            found.append(reading)
            if not reading.absent:
                break
    if not found or found[0].score < SURE:
        found.extend(_by_topic(scene))
        found.extend(_by_predicate(scene))
    return sorted(found, key=lambda r: -r.score)


def _stranger(scene: Scene) -> Reading | None:
    """A class with words right before it that nothing explains (飞天信用卡): a member that the graph does not know."""
    for cls in scene.classes:
        before = next(((a, b) for a, b in scene.analysis.rest if b == cls.start and b - a >= LEFT_OVER), None)
        if before is not None and not scene.things:
            name = scene.analysis.text[before[0] : cls.end]
            unknown = Entity(cls.entity.id, name, name, cls.entity.how)
            reading = _reading(Query(Ask.VALUE, focus=(unknown,)), [cls], UNKNOWN_SUPPORT, scene)
            return replace(reading, absent=True)
    return None


def bare(reading: Reading, scene: Scene) -> bool:
    """A list or description that nothing but a name asks for."""
    asks_set = scene.analysis.has("list", "count", "most", "least", "best") or _wants_definition(scene.analysis)
    return reading.query.ask in (Ask.LIST, Ask.DESCRIBE) and not asks_set


def _comparison(scene: Scene) -> Reading | None:
    named = scene.named
    joined = scene.analysis.has("compare") or _compares_with(scene)
    if len({t.entity.id for t in named}) < 2 or not joined:
        return None
    focus = tuple({t.entity.id: t.entity for t in named}.values())
    asked = asked_of(named[0].entity.id, scene.analysis, scene.lexicon)
    predicates = asked.predicates if asked.support > RANKED_SUPPORT else ()
    if not predicates:
        hint = hinted(scene.analysis.unnamed_text(), "adjectives", scene.lexicon.predicates_of(named[0].entity.id))
        predicates = (hint[0],) if hint else ()
    query = Query(Ask.COMPARE, focus=focus, predicates=predicates)
    return _reading(query, named, 1.0, scene)


def _compares_with(scene: Scene) -> bool:
    """比 between two names: 稳盈1号比稳盈2号收益高吗."""
    named = scene.named
    return len(named) >= 2 and "比" in scene.analysis.text[named[0].end : named[1].start]


def _class_options(scene: Scene, cls: Thing) -> list[str]:
    predicates = (*scene.lexicon.member_predicates(cls.entity.id), *scene.lexicon.predicates_of(cls.entity.id))
    return [p for p in dict.fromkeys(predicates) if p not in STRUCTURAL]


def _members_of(scene: Scene) -> Thing | None:
    """The class whose members are asked for; the most special of several nested ones."""
    classes = [c for c in scene.classes if scene.lexicon.member_count(c.entity.id)]
    if not classes:
        return None
    return max(classes, key=lambda c: (len(scene.lexicon.ancestors(c.entity.id)), c.support, c.start))


def _best(scene: Scene) -> Reading | None:
    cue = scene.analysis.first("most", "least", "best")
    cls = _members_of(scene)
    adjective = hinted(scene.analysis.unnamed_text(), "adjectives", _class_options(scene, cls)) if cls else None
    if cls is None or (cue is None and not (adjective and scene.analysis.has("list", "compare"))):
        return None
    if scene.analysis.has("how_much", "how_long") and not scene.analysis.has("list", "compare"):
        asked = asked_of(cls.entity.id, scene.analysis, scene.lexicon)
        if asked.predicates and _own_fact_suits(scene, cls, asked):
            return None
    order = _order(scene, cls, cue.label if cue else "", adjective)
    if order is None:
        return None
    constraints = _constraints(scene, cls, skip=order.predicate)
    qualifiers = qualifiers_of(scene.analysis, (order.predicate,), scene.lexicon)
    taken = {q.value for q in qualifiers}
    query = Query(
        Ask.BEST,
        cls=cls.entity,
        predicates=(order.predicate,),
        constraints=tuple(c for c in constraints if c.value not in taken),
        qualifiers=qualifiers,
        order=order,
        limit=_wanted_number(scene) or 1,
    )
    return _reading(query, [cls], 0.95, scene)


def _order(scene: Scene, cls: Thing, cue: str, adjective: tuple[str, str] | None) -> Order | None:
    ontology = scene.lexicon.ontology
    options = of_kind(_class_options(scene, cls), ORDERED, ontology)
    named = [p for m in scene.analysis.predicates if not m.value for p in m.predicates if p in options]
    if named:
        descending = cue == "most" or (cue in ("", "best") and ontology.get(named[0]).better_is != "low")
        return Order(named[0], descending)
    if any(not m.value for m in scene.analysis.predicates):
        return None
    if adjective is not None and adjective[0] in options:
        return Order(adjective[0], adjective[1] == "high")
    preferred = [p for p in options if ontology.get(p).better_is]
    if cue == "best" and preferred:
        return Order(preferred[0], ontology.get(preferred[0]).better_is == "high")
    asked = asked_of(cls.entity.id, scene.analysis, scene.lexicon)
    typed = [p for p in asked.predicates if p in options]
    return Order(typed[0], cue == "most") if typed and cue != "best" else None


def _wanted_number(scene: Scene) -> int | None:
    """三张, 前五, top3: how many are wanted; counts used elsewhere are constraints."""
    for span in scene.analysis.values:
        if span.value.kind in (Kind.COUNT, Kind.NUMBER) and span.value.number is not None:
            number = int(span.value.number)
            if 1 <= number <= 50:
                return number
    return None


def _constraints(scene: Scene, cls: Thing, skip: str = "") -> tuple[Constraint, ...]:
    """What the turn demands of members: values, texts, and named things they must be related to."""
    options = [p for p in _class_options(scene, cls) if p != skip]
    found: list[Constraint] = []
    for span in scene.analysis.values:
        if span.value.kind in (Kind.COUNT, Kind.NUMBER) and scene.analysis.has("most", "least", "best"):
            continue
        constraint = constraint_of(span, scene.analysis, options, scene.lexicon)
        if constraint is not None and all(c.predicate != constraint.predicate for c in found):
            found.append(constraint)
    for mention in scene.analysis.predicates:
        constraint = text_constraint(mention, options, scene.analysis) if mention.value else None
        if constraint is not None and mention.start not in {t.start for t in scene.named}:
            found.append(constraint)
    found.extend(_related(scene, options))
    found.extend(_excluded_classes(scene, cls))
    return tuple(found)


def _related(scene: Scene, options: Sequence[str]) -> list[Constraint]:
    """Members that point to a named thing: 云杉理财公司管理的产品."""
    found = []
    for thing in scene.things:
        incoming = [p for p in scene.lexicon.incoming_predicates(thing.entity.id) if p in options]
        named = [p for m in scene.analysis.predicates for p in m.predicates if p in incoming]
        if incoming and thing.kind is not EntityKind.TERM:
            found.append(Constraint((named or _likeliest(incoming, scene))[0], Op.EQ, entity_id=thing.entity.id))
    return found


def _likeliest(predicates: Sequence[str], scene: Scene) -> list[str]:
    """Predicates by how well they go with the words around the names (由甲公司管理 → 管理人)."""
    ranked = rank(scene.analysis.unnamed_text(), predicates, scene.lexicon.ontology, scene.analysis)
    return [r.predicate for r in ranked]


def _excluded_classes(scene: Scene, cls: Thing) -> list[Constraint]:
    excluded = [p for p in scene.analysis.phrases if p.label == "exclude"]
    return [
        Constraint(INSTANCE_OF, Op.NE, entity_id=c.entity.id)
        for c in scene.classes
        if c != cls and any(p.start <= c.start < p.end or 0 <= c.start - p.end <= 1 for p in excluded)
    ]


def _count(scene: Scene) -> Reading | None:
    cls = _members_of(scene)
    if cls is None or not scene.analysis.has("count"):
        return None
    query = Query(Ask.COUNT, cls=cls.entity, constraints=_constraints(scene, cls))
    return _reading(query, [cls], 0.95, scene)


def _source(scene: Scene) -> Reading | None:
    if not scene.analysis.has("source") or not scene.named:
        return None
    thing = _with_predicate(scene)[0]
    asked = asked_of(thing.entity.id, scene.analysis, scene.lexicon)
    predicates = asked.predicates if asked.support >= 0.6 else ()
    typed = tuple(p for p in predicates if scene.lexicon.ontology.get(p).datatype not in (Kind.TEXT, Kind.ENTITY))
    predicates = typed or _predicate_of_value(scene, thing) or predicates
    plain = tuple(p for p in predicates if p not in scene.lexicon.relations)
    if predicates and not plain:
        return _reading(Query(Ask.VALUE, focus=(thing.entity,), predicates=predicates), [thing], 0.95, scene)
    predicates = plain
    return _reading(Query(Ask.SOURCE, focus=(thing.entity,), predicates=predicates), [thing], 0.95, scene)


def _predicate_of_value(scene: Scene, thing: Thing) -> tuple[str, ...]:
    """存款保险50万的依据: the figure in the question says which predicate is meant."""
    options = [p for p in scene.lexicon.predicates_of(thing.entity.id) if p not in STRUCTURAL]
    found = (constraint_of(s, scene.analysis, options, scene.lexicon) for s in scene.analysis.values)
    return tuple(dict.fromkeys(c.predicate for c in found if c is not None))


def _list(scene: Scene) -> Reading | None:
    cls = _members_of(scene)
    if cls is None:
        return _reverse(scene)
    constraints = _constraints(scene, cls)
    other = scene.analysis.has("yes_no", "how_much", "how", "why", "how_long", "when")
    options = _class_options(scene, cls)
    strange = any(not m.value and not set(m.predicates) & set(options) for m in scene.analysis.predicates)
    wants_list = scene.analysis.has("list") or bool(constraints and not other and not strange)
    asked = _numeric_or_text(scene, cls, constraints)
    by_value = [c for c in constraints if c.predicate != INSTANCE_OF]
    of_members = bool(asked.predicates) and not _own_fact_suits(scene, cls, asked) and bool(by_value)
    if asked.predicates and not (scene.analysis.has("list") or of_members):
        return None
    wants_list = wants_list or of_members
    bare = not asked.predicates and not _wants_definition(scene.analysis) and not scene.analysis.rest
    if not (wants_list or (bare and not scene.things and not scene.analysis.has("how", "why"))):
        return None
    if asked.predicates and _own_fact_suits(scene, cls, asked):
        return None
    shown = tuple(c.predicate for c in constraints if c.predicate != INSTANCE_OF)
    columns = tuple(dict.fromkeys((*asked.predicates, *shown)))
    query = Query(Ask.LIST, cls=cls.entity, predicates=columns, constraints=constraints, limit=PAGE)
    return _reading(query, [cls], 0.95 if wants_list else BARE_SUPPORT, scene)


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
            if named and (scene.analysis.has("list", "count") or named[0] not in own):
                query = Query(Ask.REVERSE, focus=(thing.entity,), predicates=(named[0],), limit=PAGE)
                return _reading(query, [thing], 0.9, scene)
    return None


def _eligible(scene: Scene) -> Reading | None:
    """我能办白金卡吗: the conditions of the thing, own and inherited."""
    if not scene.analysis.has("eligible") or not scene.analysis.has("yes_no", "how"):
        return None
    for thing in scene.named:
        has = scene.lexicon.predicates_of(thing.entity.id)
        conditions = of_kind(has, (Kind.CONDITION,), scene.lexicon.ontology)
        money = any(s.value.kind is Kind.MONEY for s in scene.analysis.values)
        if conditions and not money:
            return _reading(Query(Ask.VALUE, focus=(thing.entity,), predicates=tuple(conditions)), [thing], 0.9, scene)
    return None


def _check(scene: Scene) -> Reading | None:
    if not scene.analysis.has("yes_no") or not scene.named:
        return None
    thing = _with_predicate(scene)[0]
    constraints = _demands(scene, thing)
    if not constraints:
        return None
    query = Query(Ask.CHECK, focus=(thing.entity,), constraints=constraints)
    return _reading(query, [thing], 0.95, scene)


def _demands(scene: Scene, thing: Thing) -> tuple[Constraint, ...]:
    """What is asked to be true of one thing: its value, its class, its relation."""
    options = [p for p in scene.lexicon.predicates_of(thing.entity.id) if p not in STRUCTURAL]
    qualified = {q.name for q in _qualifiers(scene, thing)}
    found: list[Constraint] = []
    for span in scene.analysis.values:
        constraint = constraint_of(span, scene.analysis, options, scene.lexicon)
        if constraint is not None and constraint.predicate not in qualified:
            found.append(constraint)
    named_at = {t.start for t in scene.named}
    for mention in scene.analysis.predicates:
        constraint = text_constraint(mention, options, scene.analysis) if mention.value else None
        if constraint is not None and mention.start not in named_at:
            found.append(constraint)
    for other in scene.named:
        if other.entity.id == thing.entity.id or other.start < thing.start:
            continue
        if other.is_class and not thing.is_class:
            found.append(Constraint(INSTANCE_OF, Op.EQ, entity_id=other.entity.id))
        elif related := [p for p in scene.lexicon.incoming_predicates(other.entity.id) if p in options]:
            found.append(Constraint(related[0], Op.EQ, entity_id=other.entity.id))
    return tuple(found)


def _qualifiers(scene: Scene, thing: Thing) -> tuple[Qualifier, ...]:
    asked = asked_of(thing.entity.id, scene.analysis, scene.lexicon)
    return qualifiers_of(scene.analysis, asked.predicates, scene.lexicon)


def _with_predicate(scene: Scene) -> list[Thing]:
    """The named things, those first that have what is asked, products and matters before the bank itself."""

    def rank(thing: Thing) -> tuple[float, bool, bool, int]:
        asked = asked_of(thing.entity.id, scene.analysis, scene.lexicon)
        support = asked.support if asked.predicates else 0.0
        return (-support, thing.kind is EntityKind.ORGANISATION, thing.is_class, thing.start)

    return sorted(scene.named, key=rank)


def _value(scene: Scene) -> Reading | None:
    if not scene.named:
        return None
    ordered = _with_predicate(scene)
    thing = ordered[0]
    asked = asked_of(thing.entity.id, scene.analysis, scene.lexicon)
    if asked.predicates == (DEFINITION,) or not (asked.predicates or asked.absent):
        return None
    joined = scene.analysis.has("or") or thing.entity.how == "carried"
    focus = [thing, *(t for t in ordered[1:] if _same_rank(t, thing) and joined)]
    predicates = asked.predicates or asked.absent
    query = Query(
        Ask.VALUE,
        focus=tuple(t.entity for t in focus),
        predicates=predicates,
        qualifiers=qualifiers_of(scene.analysis, predicates, scene.lexicon),
        period=scene.analysis.periods[0].period if scene.analysis.periods else None,
    )
    reading = _reading(query, focus, asked.support or 0.9, scene)
    return replace(reading, absent=not asked.predicates)


def _same_rank(one: Thing, other: Thing) -> bool:
    return one.is_class == other.is_class and one.kind is other.kind


def _describe(scene: Scene) -> Reading | None:
    if not scene.named:
        return None
    thing = next((t for t in scene.named if t.kind is not EntityKind.ORGANISATION), scene.named[0])
    if not _wants_definition(scene.analysis) and _asks_something(scene):
        unknown = _reading(Query(Ask.VALUE, focus=(thing.entity,)), [thing], UNKNOWN_SUPPORT, scene)
        return replace(unknown, absent=True)
    support = DESCRIBE_SUPPORT if _wants_definition(scene.analysis) else 0.55
    asks_more = any(not p.value and DEFINITION not in p.predicates for p in scene.analysis.predicates)
    if not (asks_more or scene.analysis.rest or scene.analysis.has("how", "why", "yes_no", "how_much")):
        support = max(support, BARE_SUPPORT)
    return _reading(Query(Ask.DESCRIBE, focus=(thing.entity,)), [thing], support, scene)


def _asks_something(scene: Scene) -> bool:
    """The turn has a question word or words left over: it wants something of the thing that was not understood."""
    left = sum(end - start for start, end in scene.analysis.rest)
    asking = scene.analysis.has("how_much", "how_long", "how_old", "who", "where", "when", "why", "how", "list", "count")
    return asking or left >= LEFT_OVER


def _by_topic(scene: Scene) -> list[Reading]:
    """Readings about a matter that is not named, found by situation or by a predicate that only it has."""
    analysis, lexicon = scene.analysis, scene.lexicon
    support = {t.entity_id: t.support for t in scene.topics.find(analysis.text) if t.support >= TOPIC_FLOOR}
    for mention in analysis.predicates:
        for predicate in () if mention.value else mention.predicates:
            owners = lexicon.owners_of(predicate)
            for owner in owners:
                if len(owners) <= FEW_OWNERS or owner in support:
                    support[owner] = max(support.get(owner, 0.0), OWNER_SUPPORT) + OWNER_BONUS
    named = {t.entity.id for t in scene.named}
    readings = []
    for entity_id, strength in support.items():
        if entity_id not in named:
            reading = _topic_reading(scene, entity_id, min(strength, 0.95))
            if reading is not None:
                readings.append(reading)
    return sorted(readings, key=lambda r: -r.score)[:3]


def _topic_reading(scene: Scene, entity_id: str, strength: float) -> Reading | None:
    asked = asked_of(entity_id, scene.analysis, scene.lexicon)
    if not asked.predicates:
        return None
    if any(_stands_firm(t, scene) for t in scene.named):
        strength *= BESIDE_A_NAME
    entity = Entity(entity_id, scene.lexicon.name_of(entity_id), how="topic")
    qualifiers = qualifiers_of(scene.analysis, asked.predicates, scene.lexicon)
    period = scene.analysis.periods[0].period if scene.analysis.periods else None
    query = Query(Ask.VALUE, (entity,), predicates=asked.predicates, qualifiers=qualifiers, period=period)
    return Reading(
        query,
        entity=strength,
        predicate=max(asked.support, 0.6),
        explained=max(scene.analysis.explained, strength),
        by_topic=True,
    )


def _stands_firm(thing: Thing, scene: Scene) -> bool:
    """Whether a named thing leaves little room for a topic: a product, law or person, or a class that has what is
    asked. A mere class (存款) beside a predicate it lacks (最多赔多少) does not."""
    if thing.support <= NAMED_FIRMLY or thing.kind not in FIRM_KINDS:
        return False
    asked = asked_of(thing.entity.id, scene.analysis, scene.lexicon)
    return not thing.is_class or (bool(asked.predicates) and asked.support > RANKED_SUPPORT)


def _by_predicate(scene: Scene) -> list[Reading]:
    """三年期利率多少 with nothing named: the kinds of things that have it become choices, one is taken at once."""
    named = next((m for m in scene.analysis.predicates if not m.value), None)
    if named is None or (scene.memory.last is not None and not scene.named):
        return []
    cases = {fold(t).text for p, _, t in scene.lexicon.qualifier_values if p in named.predicates}
    if any(fold(t.entity.name).text not in cases for t in scene.named):
        return []
    found = _kinds_having(named.predicates, scene)
    queries = [_of_kind(scene, entity_id, predicate) for entity_id, predicate in found[:MAX_CHOICES]]
    if not queries:
        return []
    choices = tuple(Choice(q.focus[0].name, q) for q in queries) if len(queries) > 1 else ()
    explained = _explained_by(queries[0], scene)
    return [Reading(queries[0], entity=0.8, predicate=ALIASED, explained=explained, choices=choices)]


def _kinds_having(predicates: Sequence[str], scene: Scene) -> list[tuple[str, str]]:
    """(id, predicate) of the kinds of things that have one of the predicates, in the case asked, general ones first."""
    lexicon = scene.lexicon
    with_case = [p for p in predicates if qualifiers_of(scene.analysis, (p,), lexicon)]
    found: dict[str, str] = {}
    for predicate in with_case or predicates:
        kinds = [c for c in lexicon.class_ids if predicate in lexicon.own_predicates(c)]
        kinds = kinds or [c for c in lexicon.class_ids if predicate in lexicon.member_predicates(c)]
        for entity_id in (*kinds, *lexicon.owners_of(predicate)):
            found.setdefault(entity_id, predicate)
    if with_case:
        kinds_first = sorted(found.items(), key=lambda i: (i[0] not in lexicon.class_ids, len(lexicon.classes_of(i[0]))))
        return kinds_first
    words = frozenset(features(scene.analysis.text))

    def far(entity_id: str) -> tuple[int, int]:
        shared = words & frozenset(features(lexicon.name_of(entity_id)))
        return -sum(1 for f in shared if not f.startswith("c:")), len(lexicon.classes_of(entity_id))

    nearest = sorted(found.items(), key=lambda item: far(item[0]))
    sharing = [item for item in nearest if far(item[0])[0] < 0]
    return sharing or nearest


def _of_kind(scene: Scene, entity_id: str, predicate: str) -> Query:
    entity = Entity(entity_id, scene.lexicon.name_of(entity_id), how="topic")
    qualifiers = qualifiers_of(scene.analysis, (predicate,), scene.lexicon)
    period = scene.analysis.periods[0].period if scene.analysis.periods else None
    return Query(Ask.VALUE, (entity,), predicates=(predicate,), qualifiers=qualifiers, period=period)


def _reading(query: Query, things: Sequence[Thing], predicate: float, scene: Scene) -> Reading:
    choices = _same_names(query, things, scene.lexicon)
    return Reading(
        query,
        entity=min(t.support for t in things),
        predicate=predicate,
        explained=_explained_by(query, scene),
        assumptions=assumptions_of(things),
        choices=choices,
    )


def _explained_by(query: Query, scene: Scene) -> float:
    """Share of the text that this reading accounts for: names, predicates and values that it leaves unused count
    as unexplained, so that a reading that ignores half of the question loses to one that does not."""
    used_predicates = {*query.predicates, *(c.predicate for c in query.constraints), *(q.name for q in query.qualifiers)}
    used_predicates |= {query.order.predicate} if query.order else set()
    used_ids = {e.id for e in query.focus} | {c.entity_id for c in query.constraints}
    used_ids |= {query.cls.id} if query.cls else set()
    cues = [(p.start, p.end) for p in scene.analysis.phrases]
    spent = {t.start for t in scene.named if t.entity.id in used_ids}
    unused = 0
    for mention in scene.analysis.predicates:
        is_cue = any(a <= mention.start and mention.end <= b for a, b in cues)
        ignored = not mention.value and not is_cue and mention.start not in spent
        if ignored and not used_predicates & set(mention.predicates):
            unused += mention.end - mention.start
    if query.ask is not Ask.DESCRIBE or scene.analysis.values:
        used_values = {*(c.value for c in query.constraints), *(q.value for q in query.qualifiers)}
        counts = query.limit is not None and query.order is not None
        unused += sum(s.end - s.start for s in scene.analysis.values if s.value not in used_values and not counts)
    classes = {c for e in query.focus for c in scene.lexicon.classes_of(e.id)}
    for thing in scene.named:
        if thing.entity.id not in used_ids and thing.entity.id not in classes and not thing.as_predicate:
            unused += thing.end - thing.start
    content = sum(1 for c in scene.analysis.text if c not in PUNCTUATION) or 1
    return max(0.0, scene.analysis.explained - unused / content)


def _same_names(query: Query, things: Sequence[Thing], lexicon: Lexicon) -> tuple[Choice, ...]:
    """Several entities answer to the words: each becomes a choice, told apart by its class."""
    thing = next((t for t in things if t.others), None)
    if thing is None:
        return ()
    found = []
    asked = set(query.predicates)
    for candidate in (Entity(thing.entity.id, thing.entity.name), *(Entity(o.id, o.name) for o in thing.others)):
        if asked and not asked & set(lexicon.predicates_of(candidate.id)):
            continue
        focus = tuple(candidate if e.id == thing.entity.id else e for e in query.focus)
        classes = "、".join(lexicon.name_of(c) for c in lexicon.classes_of(candidate.id)[:1])
        label = f"{candidate.name}（{classes}）" if classes else candidate.name
        found.append(Choice(label, replace(query, focus=focus)))
    return tuple(found) if len(found) > 1 else ()
