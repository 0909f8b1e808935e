"""Qualifiers in a cell or a reference: 期限=3年;金额≥20万元;渠道=手机银行."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from kg.cells import ValueFault
from kg.conditions import compared, split_comparison, typed_value
from kg.facts import Qualifier
from kg.numerals import fold
from kg.ontology import Ontology
from kg.quantities import atoms
from kg.values import Kind, Op, Value

_SEPARATOR = re.compile(r"[;；]")
_SIGNS = {Op.RANGE: "=", Op.ABOUT: "="}


def parts(text: str) -> Iterator[str]:
    """The single qualifiers of a cell, as written."""
    return (part.strip() for part in _SEPARATOR.split(text) if part.strip())


def written(qualifiers: Iterable[Qualifier]) -> str:
    """Qualifiers as an editor writes them; a range has the sign of equality (期限=6个月-1年)."""
    return ";".join(f"{q.name}{_SIGNS.get(q.op, q.op.value)}{q.value.text}" for q in qualifiers)


def parse_qualifiers(text: str, ontology: Ontology) -> tuple[Qualifier, ...]:
    """All qualifiers of a cell, by name. Raises ValueFault for the first that is not `name op value`."""
    return tuple(sorted((parse_qualifier(part, ontology) for part in parts(text)), key=lambda q: q.name))


def parse_qualifier(text: str, ontology: Ontology) -> Qualifier:
    """`期限=3年` as a Qualifier whose op is its value's op. Raises ValueFault."""
    name, op, words = split_comparison(text)
    try:
        value = typed_value(name, words, ontology)
    except ValueFault:
        if op is not Op.EQ or any(True for _ in atoms(fold(words))):
            raise
        value = Value(words, Kind.TEXT)  # 期限=活期 and 规格=大号 are names of a case, not figures
    value = compared(op, value, text)
    return Qualifier(name, value.op, value)
