"""KeyRow: of a literal, what a reading asks about; as the graph has it and as a fact of a delta gives it."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from kg.fact_key import canonical_qualifiers
from kg.facts import Fact
from kg.store.sort_key import high_key, low_key


class KeyRow(NamedTuple):  # a million of them are made in one build
    """Keys as in `kg.store.sort_key`; days are ISO texts, and what there is none of is empty."""

    low: str
    high: str
    subject: str
    unit: str
    qualifiers: str
    valid_from: str
    valid_to: str


COLUMNS = "l.sort_key, l.range_high, l.subject, l.unit, l.qualifiers, l.valid_from, l.valid_to"
"""What a statement returns for a KeyRow, nulls for what is empty."""


def qualifiers_text(fact: Fact) -> str:
    """The qualifiers of a literal as one text that can be searched for one of them: ;期限=36月;渠道=手机银行;."""
    return f";{canonical_qualifiers(fact.qualifiers)};" if fact.qualifiers else ""


def key_row(fact: Fact) -> KeyRow | None:
    """The row that the literal of a fact has; None for a fact between entities."""
    if fact.value is None:
        return None
    low, high = low_key(fact.predicate, fact.value), high_key(fact.predicate, fact.value) or ""
    days = _text(fact.valid_from), _text(fact.valid_to)
    return KeyRow(low, high, fact.subject_id, fact.value.unit, qualifiers_text(fact), *days)


def _text(day: date | None) -> str:
    return "" if day is None else day.isoformat()
