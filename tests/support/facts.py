"""Facts made by hand, for tests of the store and of what stands on it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from kg.fact_key import fact_id
from kg.facts import INSTANCE_OF, SUBCLASS_OF, Fact, Qualifier
from kg.values import Kind, Op, Value


def money(number: int, text: str = "", op: Op = Op.EQ) -> Value:
    """An amount in 元."""
    return Value(text or f"{number}元", Kind.MONEY, Decimal(number), op=op, unit="元")


def percent(low: str, high: str | None = None) -> Value:
    """A rate, or a range of rates."""
    if high is None:
        return Value(f"{low}%", Kind.PERCENT, Decimal(low), unit="%")
    return Value(f"{low}%-{high}%", Kind.PERCENT, Decimal(low), Decimal(high), op=Op.RANGE, unit="%")


def term(months: int) -> Value:
    """A term of some months, in days of thirty."""
    return Value(f"{months}个月", Kind.TERM, Decimal(months * 30), unit="天", months=months)


def text(words: str) -> Value:
    """A plain text."""
    return Value(words, Kind.TEXT)


def on(name: str, value: Value, op: Op = Op.EQ) -> Qualifier:
    """A qualifier."""
    return Qualifier(name, op, value)


def fact(
    subject: str,
    predicate: str,
    obj: Value | str,
    *qualifiers: Qualifier,
    many: bool = False,
    since: date | None = None,
    until: date | None = None,
    file: str = "产品.csv",
    line: int = 2,
    source: str = "产品说明书",
    article: str = "",
) -> Fact:
    """A fact to a value, or to an entity when `obj` is its id; names are the ids."""
    related = isinstance(obj, str)
    made = Fact(
        id="",
        subject_id=subject,
        subject_name=subject,
        predicate=predicate,
        object_id=obj if isinstance(obj, str) else None,
        object_name=obj if isinstance(obj, str) else "",
        value=None if isinstance(obj, str) else obj,
        qualifiers=qualifiers,
        source=source,
        article=article,
        valid_from=since,
        valid_to=until,
        file=file,
        line=line,
    )
    return replace(made, id=fact_id(made, many=many or related))


def member(subject: str, cls: str) -> Fact:
    """subject,实例,cls."""
    return fact(subject, INSTANCE_OF, cls)


def subclass(child: str, parent: str) -> Fact:
    """child,上位类,parent."""
    return fact(child, SUBCLASS_OF, parent)
