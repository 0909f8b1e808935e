"""Figures that are off by an order of magnitude: from what they were, or from those of their class."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from kg.doubts.scene import Scene, doubt
from kg.facts import Fact
from kg.problems import Problem
from kg.values import Kind

JUMP = Decimal(10)
"""A point or a zero too many, or 元 in place of 万元, is at least that."""
FEWEST = 4
"""Of so many others at least a class has figures that one can be compared with."""
_ASKED_GROUPS, _ASKED_MEMBERS = 100, 200
_Group = tuple[str, str, str, tuple[str, ...]]
_Figure = tuple[Decimal, str]


def jumps(changed: Iterable[tuple[Fact, Fact]]) -> Iterator[Problem]:
    """A warning for every figure that changes by an order of magnitude."""
    for old, new in changed:
        factor = _factor(old, new)
        if factor is None or 1 / JUMP < factor < JUMP:
            continue
        bigger = "大" if factor > 1 else "小"
        what = f"和现在的值「{old.text}」相差十倍以上，{bigger}了很多"
        yield doubt(new, "object", new.text, what, "检查单位和小数点；确实如此就不用改")


def strays(scene: Scene) -> Iterator[Problem]:
    """A warning for every new figure that is ten times away from the nearest one of its class."""
    replaced = {f.id for f in scene.delta.closed}
    groups: dict[_Group, list[Fact]] = defaultdict(list)
    for fact in scene.delta.added:
        if _comparable(fact):
            for cls in scene.classes.get(fact.subject_id, ()):
                groups[_group(cls, fact)].append(fact)
    told: set[str] = set()
    for number, (group, facts) in enumerate(groups.items()):
        known = _standing(group, scene) if number < _ASKED_GROUPS else []
        figures = sorted(_figure(f) for f in (*facts, *known))
        if len({subject for _number, subject in figures}) <= FEWEST:
            continue
        for fact in facts:
            if fact.id not in told and fact.id not in replaced and (other := _far_from_all(fact, figures)):
                told.add(fact.id)
                what = f"和同类的「{fact.predicate}」相差十倍以上，最接近的是「{_name(other, facts, known)}」"
                yield doubt(fact, "object", fact.text, what, "检查单位和小数点；确实如此就不用改")


def _comparable(fact: Fact) -> bool:
    value = fact.value
    if value is None or value.number is None or value.kind is Kind.CONDITION:
        return False
    return value.number > 0 and value.date is None


def _group(cls: str, fact: Fact) -> _Group:
    unit = f"{fact.value.op.value}{fact.value.unit}" if fact.value else ""
    return cls, fact.predicate, unit, tuple(q.name for q in fact.qualifiers)


def _figure(fact: Fact) -> _Figure:
    assert fact.value is not None and fact.value.number is not None  # _comparable
    return fact.value.number, fact.subject_id


def _standing(group: _Group, scene: Scene) -> list[Fact]:
    """Figures of other members of the class in the graph, a sample of them."""
    if not scene.head.revision:
        return []
    changed = {f.id for f in (*scene.delta.added, *scene.delta.closed)}
    members = [i for i, _name in scene.head.members([group[0]], _ASKED_MEMBERS)]
    found = scene.head.facts_of(members, [group[1]])
    return [f for f in found if f.id not in changed and _comparable(f) and _group(group[0], f) == group]


def _far_from_all(fact: Fact, figures: Sequence[_Figure]) -> _Figure | None:
    """The nearest figure of another thing when even that is ten times away."""
    own, subject = _figure(fact)
    place = bisect_left(figures, (own, subject))
    below = next((f for f in reversed(figures[:place]) if f[1] != subject), None)
    above = next((figures[i] for i in range(place, len(figures)) if figures[i][1] != subject), None)
    near = [f for f in (below, above) if f is not None]
    nearest = min(near, key=lambda f: max(f[0] / own, own / f[0]), default=None)
    if nearest is None or 1 / JUMP < nearest[0] / own < JUMP:
        return None
    return nearest


def _name(figure: _Figure, *parts: Iterable[Fact]) -> str:
    fact = next(f for part in parts for f in part if _figure(f) == figure)
    return f"{fact.subject_name} {fact.text}"


def _factor(old: Fact, new: Fact) -> Decimal | None:
    """How many times the old figure the new one is; None where they can't be compared."""
    before, after = old.value, new.value
    if before is None or after is None or before.unit != after.unit or before.date or after.date:
        return None
    if not before.number or not after.number or before.number * after.number < 0:
        return None
    return after.number / before.number
