"""What undeclared predicates hold, seen from their facts: figures of one kind, names of things, or text.

Without it a foreign graph has neither superlatives nor ranges, and 谁 could not tell a person from a sentence.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from kg.ontology import Ontology, Predicate
from kg.values import Kind

MOST = 0.6
"""Share of a predicate's facts that must be of one kind."""
_BARE = (
    (Kind.AGE, ("年龄", "岁数")),
    (Kind.PERCENT, ("率", "占比", "比例", "百分比")),
    (Kind.MONEY, ("价", "费", "额", "钱", "票", "薪", "工资", "收入", "利润", "资产", "成本", "市值", "负债", "消费")),
)
"""Words at the end of a predicate's name by which figures without a unit are read."""

KindCount = tuple[str, str, str, int]
"""(predicate, kind, unit, number of literals)."""


def inferred(counts: Iterable[KindCount], relations: Mapping[str, int], declared: Ontology) -> tuple[Predicate, ...]:
    """Declarations for predicates that nobody declared; `relations` are facts between entities by predicate."""
    literals: dict[str, dict[tuple[str, str], int]] = defaultdict(lambda: defaultdict(int))
    for predicate, kind, unit, number in counts:
        literals[predicate][kind, unit] += number
    names = dict.fromkeys((*literals, *relations))
    return tuple(
        _declaration(name, literals.get(name, {}), relations.get(name, 0))
        for name in sorted(names)
        if name not in declared.predicates
    )


def _declaration(name: str, literals: Mapping[tuple[str, str], int], related: int) -> Predicate:
    total = sum(literals.values()) + related
    if related >= MOST * total:
        return Predicate(name, datatype=Kind.ENTITY, declared=False)
    by_kind: dict[str, int] = defaultdict(int)
    for (kind, _unit), number in literals.items():
        by_kind[kind] += number
    kind = max(by_kind, key=lambda k: (by_kind[k], k))
    if by_kind[kind] < MOST * total:
        return Predicate(name, declared=False)
    units = {unit: number for (k, unit), number in literals.items() if k == kind}
    unit = max(units, key=lambda u: (units[u], u))
    read_as = _by_name(name) if kind in (Kind.NUMBER, Kind.COUNT) and not unit else Kind(kind)
    return Predicate(name, datatype=read_as, unit=unit, declared=False)


def _by_name(name: str) -> Kind:
    return next((kind for kind, words in _BARE if name.endswith(words)), Kind.NUMBER)
