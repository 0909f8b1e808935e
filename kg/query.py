"""Query: the small typed logical form between language and graph.

The parser writes it, memory keeps and edits it, the compiler turns it into Cypher. It is immutable,
printable, and goes to versioned JSON and back.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Any

from kg.facts import Qualifier
from kg.values import Kind, Op, Value

VERSION = 1
MASK = "***"


class Ask(StrEnum):
    """What is wanted of the things the query describes."""

    VALUE = "value"
    """The values of `predicates` for each of `focus`."""
    DESCRIBE = "describe"
    """Definition and main facts of each of `focus`."""
    LIST = "list"
    """Members of `cls` (or of the focus classes) that meet `constraints`."""
    COUNT = "count"
    BEST = "best"
    """The first `limit` members by `order`."""
    COMPARE = "compare"
    """`focus` side by side, on `predicates` or on what they share."""
    CHECK = "check"
    """Yes or no: whether each of `focus` meets `constraints`; without constraints, whether it has `predicates`."""
    REVERSE = "reverse"
    """Which subjects have `predicates` pointing to the focus, or a value as in `constraints`."""
    SOURCE = "source"
    """Which document says so: sources of `predicates` of `focus`."""
    SUM = "sum"
    """The figures of the first predicate of all members that meet `constraints`, added up."""
    AVERAGE = "average"
    """Their arithmetic mean."""
    SHARE = "share"
    """How many of the members of `cls` meet `constraints`, in percent."""
    HISTORY = "history"
    """What `predicates` of the focus were, are and will be, with the days; `order` asks when they last rose or fell."""
    CALCULATE = "calculate"
    """A figure worked out for the customer's `inputs`; `predicates` are calculators, likeliest first. Without focus,
    for all things that have one."""
    GROWTH = "growth"
    """By how much the first predicate of the focus changed between the first and the last year of `period`; one year is
    compared with the year before."""
    RATIO = "ratio"
    """One figure of the focus as a share of another: `predicates` are the two, or the name of a declared formula."""
    DIFFERENCE = "difference"
    """How far two things lie apart in the one predicate."""
    ELIGIBLE = "eligible"
    """Whether the customer, as he described himself in `inputs`, meets the conditions (`predicates`) of the focus."""


@dataclass(frozen=True, slots=True)
class Entity:
    """A thing the query is about: its id, its name, and how the words led to it.

    `how` is one of exact, alias, simplified, typo, pinyin, homophone, initials, carried, ordinal, id.
    """

    id: str
    name: str
    surface: str = ""
    how: str = "exact"


@dataclass(frozen=True, slots=True)
class Constraint:
    """`predicate op value` that a member must meet; `entity_id` is set in place of `value` for relations."""

    predicate: str
    op: Op
    value: Value | None = None
    entity_id: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """Sort key of BEST and of ordered lists."""

    predicate: str
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Period:
    """The days asked about, both inclusive; `text` as the customer said it (去年). Where several times are asked about
    that do not follow one another (2019年和2021年), `parts` are these."""

    start: date
    end: date
    text: str = ""
    parts: tuple[tuple[date, date], ...] = ()

    def touches(self, start: date, end: date) -> bool:
        """Whether any day from `start` to `end` is asked about."""
        return any(a <= end and start <= b for a, b in self.parts or ((self.start, self.end),))


@dataclass(frozen=True, slots=True)
class Query:
    """One question in logical form. `predicates` are asked side by side; a predicate may be a path `a/b`."""

    ask: Ask
    focus: tuple[Entity, ...] = ()
    cls: Entity | None = None
    predicates: tuple[str, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    qualifiers: tuple[Qualifier, ...] = ()
    order: Order | None = None
    limit: int | None = None
    offset: int = 0
    period: Period | None = None
    inputs: tuple[Qualifier, ...] = ()
    """What the customer said of himself or of his case (金额=10万): operands, not conditions on facts."""

    def to_json(self) -> dict[str, Any]:
        """Plain JSON with the version of the form; empty fields are left out."""
        body = {name: to_plain(getattr(self, name)) for name in _field_names(Query) or ()}
        return {"version": VERSION, **{k: v for k, v in body.items() if v not in (None, [], 0)}}

    @staticmethod
    def from_json(data: dict[str, Any]) -> Query:
        """The Query that `to_json` wrote. Raises ValueError on another version or an unknown field."""
        if data.get("version") != VERSION:
            raise ValueError(f"query version {data.get('version')!r}: this program reads version {VERSION}")
        unknown = set(data) - {f.name for f in fields(Query)} - {"version"}
        if unknown:
            raise ValueError(f"query fields {sorted(unknown)} are not known in version {VERSION}")
        period = data.get("period")
        return Query(
            ask=Ask(data["ask"]),
            focus=tuple(Entity(**e) for e in data.get("focus", ())),
            cls=Entity(**data["cls"]) if data.get("cls") else None,
            predicates=tuple(data.get("predicates", ())),
            constraints=tuple(_constraint(c) for c in data.get("constraints", ())),
            qualifiers=tuple(qualifier_from_json(q) for q in data.get("qualifiers", ())),
            order=Order(**data["order"]) if data.get("order") else None,
            limit=data.get("limit"),
            offset=data.get("offset", 0),
            period=_period(period) if period else None,
            inputs=tuple(qualifier_from_json(q) for q in data.get("inputs", ())),
        )

    def masked(self) -> Query:
        """The query without what the customer said of himself: for records and logs."""
        if self.ask is not Ask.ELIGIBLE:
            return self
        hidden = Value(MASK, Kind.TEXT)
        return replace(self, inputs=tuple(replace(i, op=Op.EQ, value=hidden) for i in self.inputs))

    def __str__(self) -> str:
        return json.dumps(self.to_json(), ensure_ascii=False, separators=(",", ":"))


def value_from_json(data: dict[str, Any]) -> Value:
    """The Value that `to_json` wrote."""
    return Value(
        text=data["text"],
        kind=Kind(data["kind"]),
        number=_decimal(data.get("number")),
        number_to=_decimal(data.get("number_to")),
        op=Op(data.get("op", Op.EQ)),
        unit=data.get("unit", ""),
        date=date.fromisoformat(data["date"]) if data.get("date") else None,
        months=data.get("months"),
        alternatives=tuple(value_from_json(a) for a in data.get("alternatives", ())),
    )


def qualifier_from_json(data: dict[str, Any]) -> Qualifier:
    """The Qualifier that `to_json` wrote."""
    return Qualifier(data["name"], Op(data["op"]), value_from_json(data["value"]))


_PLAIN = frozenset({str, int, float, bool, type(None)})
_EMPTY: tuple[Any, ...] = (None, (), [], "")


@lru_cache(maxsize=256)
def _field_names(kind: type) -> tuple[str, ...] | None:
    """The fields of a dataclass, None for anything else."""
    return tuple(f.name for f in fields(kind)) if is_dataclass(kind) else None


def to_plain(item: Any) -> Any:
    """Dataclasses, tuples, dates and Decimals as plain JSON values; empty dataclass fields are left out."""
    kind: type = type(item)
    if kind in _PLAIN:
        return item
    if kind is tuple:
        return [to_plain(x) for x in item]
    names = _field_names(kind)
    if names is not None:
        held = ((name, getattr(item, name)) for name in names)
        pairs = ((name, to_plain(value)) for name, value in held if value not in _EMPTY)
        return {name: value for name, value in pairs if value not in _EMPTY}
    if isinstance(item, StrEnum):
        return item.value
    if isinstance(item, Decimal):
        return format(item, "f")
    return item.isoformat() if isinstance(item, date) else item


def _constraint(data: dict[str, Any]) -> Constraint:
    value = value_from_json(data["value"]) if data.get("value") else None
    return Constraint(data["predicate"], Op(data["op"]), value, data.get("entity_id", ""))


def _period(data: dict[str, Any]) -> Period:
    parts = tuple((date.fromisoformat(a), date.fromisoformat(b)) for a, b in data.get("parts", ()))
    return Period(date.fromisoformat(data["start"]), date.fromisoformat(data["end"]), data.get("text", ""), parts)


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
