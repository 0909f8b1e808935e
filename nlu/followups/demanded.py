"""Demands of a turn on what was listed before: further ones, or others in the place of the old."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kg.answering.comparing import interval
from kg.facts import INSTANCE_OF, UNSPOKEN
from kg.lexicon.text import fold
from kg.query import Ask, Constraint, Entity, Query
from kg.values import Op
from nlu.constraints import constraint_of, text_constraint
from nlu.followups.siblings import ENOUGH
from nlu.parsing.scene import Scene
from nlu.parsing.sets import PAGE

_UPPER, _LOWER = frozenset({Op.LE, Op.LT}), frozenset({Op.GE, Op.GT})


def narrowed(scene: Scene, members: Query) -> Query | None:
    """R2以下的呢, 年费200元以下的: further demands on the members that were listed, or others in their place."""
    assert members.cls is not None
    if scene.analysis.has("yes_no") and members is not scene.memory.last:
        return None  # 有健身房吗, of the one that was picked
    fresh = new_constraints(scene, members.cls) or _of_kind(scene, members.cls)
    changed = merged(members.constraints, fresh)
    if changed == members.constraints or _asks_for_more(scene, fresh):
        return None
    return replace(members, constraints=changed, predicates=columns(members, changed), offset=0)


def _of_kind(scene: Scene, cls: Entity) -> tuple[Constraint, ...]:
    """去掉混合类的, 只看混合类的: a kind of the listed class, told by a part of its name."""
    words = fold(scene.analysis.rest_text()).text.strip().removeprefix("再").strip()
    if len(words) < ENOUGH:
        return ()
    infos = (scene.lexicon.entity(c) for c in scene.lexicon.descendants(cls.id))
    found = [i.id for i in infos if i is not None and any(words in fold(n).text for n in (i.name, *i.aliases))]
    op = Op.NE if scene.analysis.has("exclude") else Op.EQ
    return (Constraint(INSTANCE_OF, op, entity_id=found[0]),) if len(found) == 1 else ()


def members_of(scene: Scene, last: Query) -> Query | None:
    """R2的呢, after the minimum amounts of all products: those of the members that meet the demand."""
    thing = last.focus[0] if len(last.focus) == 1 and last.ask in (Ask.VALUE, Ask.DESCRIBE) else None
    if thing is None or not scene.lexicon.member_count(thing.id):
        return None
    fresh = new_constraints(scene, thing)
    if not fresh or _asks_for_more(scene, fresh):
        return None
    query = Query(Ask.LIST, cls=thing, predicates=last.predicates, constraints=fresh, limit=PAGE)
    return replace(query, predicates=columns(query, fresh))


def columns(members: Query, constraints: tuple[Constraint, ...]) -> tuple[str, ...]:
    """A list shows what its members were chosen by."""
    if members.ask is not Ask.LIST:
        return members.predicates
    chosen_by = (c.predicate for c in constraints if c.predicate != INSTANCE_OF)
    return tuple(dict.fromkeys((*members.predicates, *chosen_by)))


def new_constraints(scene: Scene, cls: Entity) -> tuple[Constraint, ...]:
    """What the values and texts of the turn demand of the members of a class."""
    members = scene.lexicon.member_predicates(cls.id)
    options = [p for p in (*members, *scene.lexicon.predicates_of(cls.id)) if p not in UNSPOKEN]
    found = [constraint_of(s, scene.analysis, options, scene.lexicon) for s in scene.analysis.values]
    found += [text_constraint(m, options, scene.analysis) for m in scene.analysis.predicates if m.value]
    return tuple(c for c in found if c is not None)


def merged(old: tuple[Constraint, ...], fresh: tuple[Constraint, ...]) -> tuple[Constraint, ...]:
    """Old demands and fresh ones. A fresh one takes the place of an old one on the same attribute, unless both can
    stand together: an exclusion, or a bound on the other side."""
    kept = (c for c in old if not any(_replaces(f, c) for f in fresh))
    return tuple(dict.fromkeys((*kept, *fresh)))


def _replaces(fresh: Constraint, old: Constraint) -> bool:
    if fresh.predicate != old.predicate or fresh.predicate == INSTANCE_OF:
        return False
    if fresh.op is Op.NE:
        return old.op is Op.EQ and (old.value, old.entity_id) == (fresh.value, fresh.entity_id)
    return not _together(fresh, old)


def _together(one: Constraint, other: Constraint) -> bool:
    """Bounds on both sides with room between them."""
    upper, lower = (one, other) if one.op in _UPPER else (other, one)
    if upper.op not in _UPPER or lower.op not in _LOWER or upper.value is None or lower.value is None:
        return False
    return interval(lower.value)[0] < interval(upper.value)[1]


def predicates_said(scene: Scene) -> set[str]:
    """Every predicate that the turn names."""
    return {p for m in scene.analysis.predicates if not m.value for p in m.predicates}


def _asks_for_more(scene: Scene, demands: Sequence[Constraint]) -> bool:
    """Whether an attribute is named that no demand is made on; 额度 names several, one of which is demanded."""
    demanded = {c.predicate for c in demands}
    return any(not demanded & set(m.predicates) for m in scene.analysis.predicates if not m.value)
