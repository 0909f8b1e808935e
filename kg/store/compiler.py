"""Query → Cypher: parameterised statements, each readable on its own and each measured on both engines.

Nothing of a customer's or an editor's text ever stands in a statement: names, figures and ids are
parameters; labels and relationship types come from the fixed schema.

How a constraint compares with a fact's value:
- a plain figure, and one that names a bound (≥18岁, 最高50万元), by that figure;
- a range (2.10%-3.60%) by its interval: ≥x and >x look at its lower end, ≤x and <x at its upper end,
  =x holds when x lies inside, ≠x when it does not; a range asked for holds when the fact lies inside it;
- units must agree where both sides have one; a text is equal in any width or case, `∋` is contains.
Ordering takes the lower ends ascending and the upper ends descending.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from kg.fact_key import canonical_qualifiers
from kg.facts import Qualifier
from kg.query import Constraint
from kg.store.records import relationship_type
from kg.store.sort_key import number_key, numbers_span, text_key, texts_span
from kg.values import Op, Value


@dataclass(frozen=True, slots=True)
class Statement:
    """One Cypher statement and its parameters; `$revision` and `$cap` are added by the snapshot that runs it."""

    text: str
    params: Mapping[str, Any] = field(default_factory=dict)


_STANDS = "l.rev_from <= $revision AND l.rev_to > $revision"
_ON_DAY = "(l.valid_from IS NULL OR l.valid_from <= $day) AND (l.valid_to IS NULL OR l.valid_to >= $day)"
_NEXT = "\x01"
"""Less than any character of a key: `key + _NEXT` is the least key greater than `key`."""
_GATHERED = "LIMIT $cap RETURN collect(id)"
"""Ids as one list in one row: a fifth of the time that as many rows take through Bolt."""
_ABOUT = Decimal("0.1")
"""左右 takes in what differs by a tenth."""


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What every literal read by a statement must meet besides its figure."""

    day: date | None = None
    qualifiers: tuple[Qualifier, ...] = ()

    def where(self, unit: str = "") -> tuple[str, dict[str, Any]]:
        """Conditions joined by AND, and their parameters."""
        parts, params = [_STANDS], dict[str, Any]()
        if unit:
            parts.append("(l.unit = $unit OR l.unit = '')")
            params["unit"] = unit
        if self.day is not None:
            parts.append(_ON_DAY)
            params["day"] = self.day.isoformat()
        if self.qualifiers:
            parts.append("ALL(q IN $qualifiers WHERE l.qualifiers CONTAINS q)")
            params["qualifiers"] = [f";{canonical_qualifiers((q,))};" for q in self.qualifiers]
        return " AND ".join(parts), params


ALWAYS = Narrowing()


def matching(predicate: str, constraint: Constraint, narrowing: Narrowing = ALWAYS) -> tuple[Statement, ...]:
    """Statements that each give one row with a list of ids; together, the subjects that meet the constraint."""
    if constraint.entity_id:
        return (related(predicate, constraint.entity_id, narrowing.day, constraint.op),)
    value = constraint.value
    if value is None:
        return (_literals("sort_key", (f"{predicate}|", f"{predicate}|\x7f"), "", {}, narrowing=narrowing),)
    if value.alternatives and constraint.op is Op.EQ:
        parts = (Constraint(predicate, Op.EQ, alternative) for alternative in value.alternatives)
        return tuple(s for part in parts for s in matching(predicate, part, narrowing))
    if value.number is None or constraint.op is Op.HAS:
        return (_text(predicate, constraint.op, value.text, narrowing),)
    op = value.op if constraint.op is Op.EQ else constraint.op
    return _numbers(predicate, op, value, narrowing)


def counted(name: str, span: tuple[str, str], most: int, narrowing: Narrowing = ALWAYS) -> Statement:
    """How many literals lie in a half-open span of one index, counted as far as `most`: one row with a number."""
    where, params = narrowing.where()
    return Statement(
        f"MATCH (l:Literal) WHERE l.{name} >= $low AND l.{name} < $high WITH l WHERE {where} "
        "WITH l LIMIT $count RETURN count(l)",
        {**params, "low": span[0], "high": span[1], "count": most},
    )


def ordered(
    name: str, span: tuple[str, str], *, descending: bool, count: int, narrowing: Narrowing = ALWAYS
) -> Statement:
    """One list of (subject, key): the first `count` literals by key in a half-open span of one index."""
    where, params = narrowing.where()
    direction = "DESC" if descending else "ASC"
    return Statement(
        f"MATCH (l:Literal) WHERE l.{name} >= $low AND l.{name} < $high WITH l WHERE {where} "
        f"WITH l.subject AS id, l.{name} AS key ORDER BY key {direction} LIMIT $count RETURN collect([id, key])",
        {**params, "low": span[0], "high": span[1], "count": count},
    )


def _numbers(predicate: str, op: Op, value: Value, narrowing: Narrowing) -> tuple[Statement, ...]:
    number = value.number if value.number is not None else Decimal(0)
    first, last = numbers_span(predicate)
    if op is Op.ABOUT:
        margin = abs(number) * _ABOUT
        number, upper = number - margin, number + margin
    else:
        upper = value.number_to if value.number_to is not None else number
    key, top = f"{predicate}|{number_key(number)}", f"{predicate}|{number_key(upper)}{_NEXT}"
    below = "(l.range_high IS NULL OR l.range_high < $top)"

    def one(name: str, span: tuple[str, str], condition: str = "", **params: str) -> Statement:
        return _literals(name, span, condition, params, narrowing=narrowing, unit=value.unit)

    if op is Op.SAME:
        end = "l.range_high IS NULL" if value.number_to is None else "l.range_high = $end"
        ends = {} if value.number_to is None else {"end": f"{predicate}|{number_key(upper)}"}
        return (one("sort_key", (key, key + _NEXT), end, **ends),)
    if op is Op.EQ:
        holding = one("range_high", (key, last), "l.sort_key <= $key", key=key)
        return one("sort_key", (key, key + _NEXT)), holding
    if op is Op.NE:
        outside = "(l.sort_key <> $key AND (l.range_high IS NULL OR l.range_high < $key OR l.sort_key > $key))"
        return (one("sort_key", (first, last), outside, key=key),)
    spans = {
        Op.GE: one("sort_key", (key, last)),
        Op.GT: one("sort_key", (key + _NEXT, last)),
        Op.LE: one("sort_key", (first, key + _NEXT), below, top=key + _NEXT),
        Op.LT: one("sort_key", (first, key), below, top=key),
    }
    return (spans.get(op) or one("sort_key", (key, top), below, top=top),)


def _text(predicate: str, op: Op, text: str, narrowing: Narrowing) -> Statement:
    key = f"{predicate}|{text_key(text)}"
    if op is Op.HAS:
        span = (f"{predicate}|", f"{predicate}|\x7f")
        contains = "toLower(l.text) CONTAINS toLower($text)"
        return _literals("sort_key", span, contains, {"text": text}, narrowing=narrowing)
    if op is Op.NE:
        return _literals("sort_key", texts_span(predicate), "l.sort_key <> $key", {"key": key}, narrowing=narrowing)
    return _literals("sort_key", (key, key + _NEXT), "", {}, narrowing=narrowing)


def _literals(
    name: str,
    span: tuple[str, str],
    condition: str,
    params: Mapping[str, Any],
    *,
    narrowing: Narrowing,
    unit: str = "",
) -> Statement:
    """Subjects of literals in a half-open span of one index; nothing is joined, so both planners use it. Other
    conditions wait behind a WITH: ArcadeDB would take the other index for one on `sort_key` and read most of it."""
    where, more = narrowing.where(unit)
    also = f" AND {condition}" if condition else ""
    return Statement(
        f"MATCH (l:Literal) WHERE l.{name} >= $low AND l.{name} < $high WITH l WHERE {where}{also} "
        f"WITH DISTINCT l.subject AS id {_GATHERED}",
        {**params, **more, "low": span[0], "high": span[1]},
    )


def related(predicate: str, entity_id: str, day: date | None = None, op: Op = Op.EQ) -> Statement:
    """Subjects with a fact on the predicate to an entity; with `≠`, to another one."""
    on_day = f" AND {_ON_DAY.replace('l.', 'r.')}" if day else ""
    kind = relationship_type(predicate)
    if op is Op.NE:
        pattern = f"MATCH (s:Entity)-[r:{kind}]->(o:Entity) WHERE o.id <> $object"
    else:
        pattern = f"MATCH (o:Entity {{id: $object}})<-[r:{kind}]-(s:Entity) WHERE true"
    return Statement(
        f"{pattern} AND r.predicate = $predicate AND r.rev_from <= $revision AND r.rev_to > $revision"
        f"{on_day} WITH DISTINCT s.id AS id {_GATHERED}",
        {"object": entity_id, "predicate": predicate, **({"day": day.isoformat()} if day else {})},
    )
