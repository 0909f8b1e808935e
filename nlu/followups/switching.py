"""Something else is named and nothing is asked: the last question about it. 那大额存单呢, 稳盈2号呢, 不是，是信用卡."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from kg.facts import INSTANCE_OF, UNSPOKEN, Qualifier
from kg.lexicon.lexicon import Lexicon
from kg.lexicon.text import fold
from kg.query import Ask, Constraint, Entity, Query
from kg.values import Kind, Op, Value
from nlu.cases_said import qualifiers_of
from nlu.followups.scenes import SET_ASKS
from nlu.parsing.scene import Scene
from nlu.things import Thing

_NOW = re.compile(r"现在|目前|当前|如今|眼下|这会儿|今天|当下|此刻")


def switched(scene: Scene, last: Query) -> Query | None:
    """The last Query about what is named now, if it can be asked of it."""
    named = scene.named
    if last.ask in SET_ASKS and last.cls is not None:
        further = demanded(last, named[0], scene)
        if further is not None:
            return further
        if all(t.is_class for t in named):
            return _of_class(scene, last, named[0])
        return _with_relation(last, named[0], scene.lexicon)
    if last.ask is Ask.CHECK:
        return _checked(last, named, scene)
    if last.ask is Ask.COMPARE and not last.predicates:
        return None
    return _of_thing(scene, last, named)


def as_case(scene: Scene, last: Query) -> Query | None:
    """What is named is a case of the last question (手机银行呢): the case changes, the thing stays."""
    if last.ask not in (Ask.VALUE, Ask.CHECK, Ask.BEST, Ask.SOURCE) or not last.predicates:
        return None
    fresh = [q for t in scene.named for q in _cases_called(t, last, scene.lexicon)]
    if not fresh or len(fresh) < len({t.entity.id for t in scene.named}):
        return None
    return replace(last, qualifiers=merged_qualifiers(last.qualifiers, fresh))


def _cases_called(thing: Thing, last: Query, lexicon: Lexicon) -> list[Qualifier]:
    """The case of the last predicates that is called as the thing is (网银 → 渠道=网上银行)."""
    info = lexicon.entity(thing.entity.id)
    called = {fold(n).text for n in (thing.entity.surface, thing.entity.name, *(info.aliases if info else ()))}
    for name, text in lexicon.cases_of(last.predicates):
        plain = lexicon.ontology.get(name).datatype in (Kind.TEXT, Kind.ENTITY)
        if plain and fold(text).text in called:
            return [Qualifier(name, Op.EQ, Value(text, Kind.TEXT))]
    surface = fold(thing.entity.surface).text
    ending = {(n, t) for n, t in lexicon.cases_of(last.predicates) if surface and fold(t).text.endswith(surface)}
    return [Qualifier(n, Op.EQ, Value(t, Kind.TEXT)) for n, t in ending] if len(ending) == 1 else []


def merged_qualifiers(old: Sequence[Qualifier], fresh: Sequence[Qualifier]) -> tuple[Qualifier, ...]:
    """Old cases, each replaced by the fresh one of its name."""
    names = {q.name for q in fresh}
    return (*(q for q in old if q.name not in names), *fresh)


def _of_thing(scene: Scene, last: Query, named: Sequence[Thing]) -> Query | None:
    if last.ask is Ask.VALUE and not last.predicates:
        return Query(Ask.VALUE, focus=tuple(t.entity for t in named))  # what was asked was not understood before
    has = scene.lexicon.predicates_of(named[0].entity.id)
    kept = tuple(p for p in last.predicates if p in has) or _called_alike(last.predicates, has, scene.lexicon)
    if not kept:
        return None
    ask = Ask.SOURCE if last.ask is Ask.SOURCE else Ask.VALUE
    fresh = qualifiers_of(scene.analysis, kept, scene.lexicon)
    period = scene.analysis.periods[0].period if scene.analysis.periods else None if of_now(scene) else last.period
    focus = tuple({t.entity.id: t.entity for t in named}.values())
    return Query(ask, focus=focus, predicates=kept, qualifiers=merged_qualifiers(last.qualifiers, fresh), period=period)


def _called_alike(asked: Sequence[str], has: Sequence[str], lexicon: Lexicon) -> tuple[str, ...]:
    """The attribute of another kind of thing that people call as they call the one asked, which it lacks: 起存金额 of a
    deposit where 起购金额 of a fund was asked (门槛, 起点金额)."""
    if len(asked) != 1:
        return ()
    wanted = lexicon.ontology.get(asked[0])
    options = (lexicon.ontology.get(p) for p in has)
    shared = {o.name: len({*o.aliases} & {*wanted.aliases}) for o in options if o.datatype is wanted.datatype}
    best = max(shared, key=lambda name: shared[name], default="")
    return (best,) if best and shared[best] else ()


def of_now(scene: Scene) -> bool:
    """Whether the turn goes back to the present: 现在呢, 回到今天."""
    return bool(_NOW.search(scene.analysis.text))


def _checked(last: Query, named: Sequence[Thing], scene: Scene) -> Query | None:
    """5万能买稳盈5号吗, 稳盈2号呢: the same demand on another thing."""
    wanted = {c.predicate for c in last.constraints} | set(last.predicates)
    if wanted - {INSTANCE_OF} - set(scene.lexicon.predicates_of(named[0].entity.id)):
        return None
    return replace(last, focus=tuple(t.entity for t in named))


def _of_class(scene: Scene, last: Query, thing: Thing) -> Query:
    """The same demands on the members of another class, as far as they can be made of them."""
    options = set(scene.lexicon.member_predicates(thing.entity.id))
    options |= set(scene.lexicon.predicates_of(thing.entity.id))
    kept = tuple(c for c in last.constraints if c.predicate in options)
    columns = tuple(p for p in last.predicates if p in options)
    order = last.order if last.order and last.order.predicate in options else None
    ask = Ask.LIST if last.ask is Ask.BEST and order is None else last.ask
    limit = last.limit if ask is last.ask else None
    return replace(
        last, ask=ask, cls=thing.entity, constraints=kept, predicates=columns, order=order, limit=limit, offset=0
    )


def _with_relation(last: Query, thing: Thing, lexicon: Lexicon) -> Query | None:
    """上海有哪些网点, 北京呢: another thing in the place of the one that members were related to."""
    incoming = lexicon.incoming_predicates(thing.entity.id)
    for constraint in last.constraints:
        fits = constraint.predicate in incoming or _stands_as_value(constraint.predicate, thing.entity, lexicon)
        if fits and constraint.predicate != INSTANCE_OF and (constraint.entity_id or _is_text(constraint)):
            fresh = (
                Constraint(constraint.predicate, constraint.op, entity_id=thing.entity.id)
                if constraint.predicate in incoming
                else replace(constraint, value=Value(thing.entity.name, Kind.TEXT), entity_id="")
            )
            kept = tuple(fresh if c is constraint else c for c in last.constraints)
            return replace(last, constraints=kept, offset=0)
    return None


def demanded(last: Query, thing: Thing, scene: Scene) -> Query | None:
    """云麓的也不要, 只看金卡级别的: what is named is a further demand on the members that were listed."""
    assert last.cls is not None
    lexicon = scene.lexicon
    options = [p for p in lexicon.member_predicates(last.cls.id) if p not in UNSPOKEN]
    said = {p for m in scene.analysis.predicates if not m.value for p in m.predicates}
    op = Op.NE if scene.analysis.has("exclude") else Op.EQ
    related = [p for p in lexicon.incoming_predicates(thing.entity.id) if p in options and (op is Op.NE or p in said)]
    loose = bool(scene.analysis.rest)  # 金卡级别的: the name of the attribute is there in part
    valued = [p for p in options if (p in said or loose) and _stands_as_value(p, _called(thing), lexicon)]
    if related:
        fresh = tuple(Constraint(p, op, entity_id=thing.entity.id) for p in related[:1])
    elif op is Op.NE and thing.is_class and last.cls.id in lexicon.ancestors(thing.entity.id):
        fresh = (Constraint(INSTANCE_OF, op, entity_id=thing.entity.id),)
    elif valued:
        fresh = (Constraint(valued[0], op, Value(_called(thing).name, Kind.TEXT)),)
    else:
        return None
    kept = tuple(c for c in last.constraints if op is Op.NE or c.predicate != fresh[0].predicate)
    return replace(last, constraints=(*kept, *fresh), offset=0)


def _called(thing: Thing) -> Entity:
    return Entity(thing.entity.id, thing.entity.surface or thing.entity.name)


def _is_text(constraint: Constraint) -> bool:
    return constraint.value is not None and constraint.value.kind is Kind.TEXT


def _stands_as_value(predicate: str, entity: Entity, lexicon: Lexicon) -> bool:
    rows = lexicon.value_trie.get(fold(entity.name).text) or []
    return any(lexicon.predicates[number] == predicate for (number,) in rows)
