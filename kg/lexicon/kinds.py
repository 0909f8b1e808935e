"""Into which of the six kinds the names of its classes put an entity."""

from __future__ import annotations

from kg.facts import EntityKind
from kg.lexicon.collected import Collected

KIND_CLASSES: tuple[tuple[EntityKind, tuple[str, ...]], ...] = (
    (EntityKind.PRODUCT, ("产品", "商品", "服务", "金融产品")),
    (EntityKind.ORGANISATION, ("机构", "公司", "企业", "银行", "组织", "网点", "上市公司")),
    (EntityKind.PERSON, ("人", "人物", "人员", "高管", "基金经理")),
    (EntityKind.REGULATION, ("法规", "法律", "法律法规", "监管规定")),
    (EntityKind.TERM, ("术语", "概念", "监管事项", "名词")),
)
"""Class names (own or inherited) that put an entity into one of the six kinds; anything else is 其他."""


def kinds_of(collected: Collected) -> list[int]:
    """Index into EntityKind of each entity, from its own name if it is a class and the names of its classes."""
    kinds = list(EntityKind)
    by_name = {name: kinds.index(kind) for kind, names in KIND_CLASSES for name in names}
    other = kinds.index(EntityKind.OTHER)
    known: dict[int, int] = {}

    def of_class(cls: int, seen: frozenset[int]) -> int:
        if cls in known:
            return known[cls]
        kind = by_name.get(collected.names[cls], other)
        if kind == other:
            above = (of_class(p, seen | {cls}) for p in collected.parents.get(cls, ()) if p not in seen)
            kind = next((k for k in above if k != other), other)
        known[cls] = kind
        return kind

    def of(entity: int) -> int:
        if entity in collected.parents:
            return of_class(entity, frozenset())
        found = (of_class(c, frozenset()) for c in collected.classes.get(entity, ()))
        return next((k for k in found if k != other), by_name.get(collected.names[entity], other))

    return [of(i) for i in range(len(collected.ids))]
