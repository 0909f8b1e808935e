"""What makes two rows the same fact, and two revisions the same content.

A single-valued fact's key is subject, predicate, qualifiers and first day; a many-valued one's has the
object too. Both ids and hashes are taken from canonical text, so they don't depend on how a cell spelt
its value: 期限=3年 and 期限=三年 are one qualifier.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date
from decimal import Decimal
from functools import lru_cache

from kg.facts import Fact, Qualifier
from kg.query import to_plain
from kg.values import Kind, Op, Value

_UNIT_SEPARATOR = "\x1f"
_MODULUS = 2**256
COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
"""`json.dumps` with arguments makes an encoder at every call."""


def canonical_number(number: Decimal) -> str:
    """Plain digits without trailing zeros: 2.50 and 2.5 are the same number."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def canonical_value(value: Value) -> str:
    """A value by what it means: number, unit and comparison; months for terms; else the text itself."""
    if value.alternatives:
        return "或".join(sorted(canonical_value(a) for a in value.alternatives))
    if value.number is None or value.kind is Kind.CONDITION:
        return value.text
    if value.months is not None and value.op is not Op.RANGE:
        return f"{value.op.value}{value.months}月"
    ends = canonical_number(value.number)
    if value.number_to is not None:
        ends += "-" + canonical_number(value.number_to)
    return f"{value.op.value}{ends}{value.unit}"


@lru_cache(maxsize=20_000)
def canonical_qualifiers(qualifiers: tuple[Qualifier, ...]) -> str:
    """Qualifiers as one string, in alphabetical order: 期限=36月;金额≥200000元."""
    return ";".join(sorted(f"{q.name}{q.op.value}{canonical_value(q.value).lstrip('=')}" for q in qualifiers))


def group_key(fact: Fact) -> tuple[str, str, str]:
    """Subject, predicate and qualifiers: within it the periods of a single-valued predicate may not overlap."""
    return fact.subject_id, fact.predicate, canonical_qualifiers(fact.qualifiers) if fact.qualifiers else ""


def object_key(fact: Fact) -> str:
    """The object as part of a key: an id or a canonical value."""
    return object_key_of(fact.object_id, fact.value)


def object_key_of(object_id: str | None, value: Value | None) -> str:
    """As `object_key`, of a fact that is not made yet."""
    if object_id is not None:
        return f"@{object_id}"
    return canonical_value(value) if value is not None else ""


def fact_id(fact: Fact, *, many: bool) -> str:
    """24 hexadecimal digits derived from the key; the fact's own `id` is not looked at."""
    return key_id(fact.subject_id, fact.predicate, fact.qualifiers, fact.valid_from, object_key(fact) if many else None)


def key_id(
    subject_id: str, predicate: str, qualifiers: tuple[Qualifier, ...], valid_from: date | None, target: str | None
) -> str:
    """The id of a fact that is not made yet; `target` is its `object_key` where the predicate has many values."""
    cases = canonical_qualifiers(qualifiers) if qualifiers else ""
    key = f"{subject_id}\x1f{predicate}\x1f{cases}\x1f{valid_from.isoformat() if valid_from else ''}"
    if target is not None:
        key = f"{key}\x1f{target}"
    return hashlib.blake2b(key.encode(), digest_size=12).hexdigest()


def content_of(fact: Fact) -> str:
    """All that a fact says, without where in a file it stood and in which revisions."""
    shown = fact.value.text if fact.value is not None else ""
    dates = (str(fact.valid_from or ""), str(fact.valid_to or ""))
    return _UNIT_SEPARATOR.join((*group_key(fact), object_key(fact), shown, fact.source, fact.article, *dates))


def qualifiers_json(qualifiers: tuple[Qualifier, ...]) -> str:
    """Qualifiers whole, for storing; empty text for none."""
    return COMPACT.encode(to_plain(qualifiers)) if qualifiers else ""


class ContentHash:
    """The hash of a revision's content: a sum of its items' SHA-256 modulo 2^256.

    Order does not matter, and an item can be taken out again, so a revision's hash costs as much as its
    change. Equal content has equal hashes; it finds accidents and is no signature.
    """

    def __init__(self, start: str = "") -> None:
        self._sum = int(start, 16) if start else 0

    def add(self, item: str) -> None:
        """Count an item in."""
        self._sum = (self._sum + _digest(item)) % _MODULUS

    def remove(self, item: str) -> None:
        """Count an item out."""
        self._sum = (self._sum - _digest(item)) % _MODULUS

    def __str__(self) -> str:
        return f"{self._sum:064x}"


def entity_content(entity_id: str, name: str) -> str:
    """What an entity by itself adds to a revision's content."""
    return _UNIT_SEPARATOR.join(("entity", entity_id, name))


def _digest(item: str) -> int:
    return int.from_bytes(hashlib.sha256(item.encode()).digest(), "big")
