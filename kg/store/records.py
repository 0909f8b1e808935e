"""How facts, entities and predicates stand in the graph: the one place that knows property names."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from kg.fact_key import canonical_qualifiers, qualifiers_json
from kg.facts import INSTANCE_OF, SUBCLASS_OF, Fact, Qualifier
from kg.query import qualifier_from_json, to_plain, value_from_json
from kg.store.sort_key import high_key, low_key
from kg.values import Kind, Value

RELATIONSHIP: Mapping[str, str] = {INSTANCE_OF: "INSTANCE_OF", SUBCLASS_OF: "SUBCLASS_OF"}
"""Predicates with a relationship type of their own; every other one is a FACT."""

FACT_PROPERTIES = (
    "id",
    "predicate",
    "qualifiers_json",
    "source",
    "article",
    "valid_from",
    "valid_to",
    "file",
    "line",
    "editor",
)
LITERAL_PROPERTIES = (
    "predicate",
    "subject",
    "text",
    "kind",
    "number",
    "number_to",
    "op",
    "unit",
    "date",
    "value",
    "sort_key",
    "range_high",
    "qualifiers",
    "valid_from",
    "valid_to",
)
FACT_COLUMNS = ", ".join(
    [
        *("s.id", "s.name", "CASE WHEN s.past IS NULL THEN null ELSE [s.rev_from, s.past] END"),
        *(f"r.{name}" for name in FACT_PROPERTIES),
        *("r.rev_from", "r.rev_to"),
        *("o.id", "o.name", "CASE WHEN o.past IS NULL THEN null ELSE [o.rev_from, o.past] END"),
        *("CASE WHEN o.value IS NULL THEN o.text ELSE null END", "o.value"),
    ]
)
"""What a statement returns for `fact_from_row`, with s, r and o bound. Nulls travel fast, texts don't."""


def relationship_type(predicate: str) -> str:
    """The relationship type that holds a predicate's facts."""
    return RELATIONSHIP.get(predicate, "FACT")


def fact_properties(fact: Fact) -> dict[str, Any]:
    """The relationship's properties, without revisions; empty ones are left away."""
    return {
        "id": fact.id,
        "predicate": fact.predicate,
        "qualifiers_json": qualifiers_json(fact.qualifiers) or None,
        "source": fact.source or None,
        "article": fact.article or None,
        "valid_from": _day(fact.valid_from),
        "valid_to": _day(fact.valid_to),
        "file": fact.file or None,
        "line": fact.line,
        "editor": fact.editor or None,
    }


def literal_properties(fact: Fact, value: Value) -> dict[str, Any]:
    """The Literal's properties, without revisions. `value` holds what the plain columns can't say exactly."""
    plain = value == Value(text=value.text, kind=Kind.TEXT)
    return {
        "predicate": fact.predicate,
        "subject": fact.subject_id,
        "text": value.text,
        "kind": value.kind.value,
        "number": None if value.number is None else float(value.number),
        "number_to": None if value.number_to is None else float(value.number_to),
        "op": value.op.value,
        "unit": value.unit,
        "date": _day(value.date),
        "value": None if plain else json.dumps(to_plain(value), ensure_ascii=False, separators=(",", ":")),
        "sort_key": low_key(fact.predicate, value),
        "range_high": high_key(fact.predicate, value),
        "qualifiers": stored_qualifiers(fact.qualifiers),
        "valid_from": _day(fact.valid_from),
        "valid_to": _day(fact.valid_to),
    }


def stored_qualifiers(qualifiers: tuple[Qualifier, ...]) -> str | None:
    """Canonical qualifiers between semicolons, so that one of them is found by `CONTAINS ';期限=36月;'`."""
    return f";{canonical_qualifiers(qualifiers)};" if qualifiers else None


def fact_from_row(row: Sequence[Any], revision: int) -> Fact:
    """The Fact of a row of FACT_COLUMNS, with names as they were in `revision`."""
    subject_id, subject_name, subject_past, *stored = row
    fact_id, predicate, qualifiers, source, article, valid_from, valid_to, file, line, editor, *rest = stored
    rev_from, rev_to, object_id, object_name, object_past, text, value = rest
    related = object_id is not None
    return Fact(
        id=fact_id,
        subject_id=subject_id,
        subject_name=_name(subject_name, subject_past, revision),
        predicate=predicate,
        object_id=object_id,
        object_name=_name(object_name, object_past, revision) if related else "",
        value=None if related else _value(text, value),
        qualifiers=qualifiers_from(qualifiers) if qualifiers else (),
        source=source or "",
        article=article or "",
        valid_from=_date(valid_from),
        valid_to=_date(valid_to),
        rev_from=rev_from,
        rev_to=rev_to,
        file=file or "",
        line=line or 0,
        editor=editor or "",
    )


def _name(name: str, past: Sequence[Any] | None, revision: int) -> str:
    return name if past is None else name_at(name, past[0], past[1], revision)


def name_at(name: str, rev_from: int, past: str | None, revision: int) -> str:
    """An entity's name in a revision. Before it existed (never asked in earnest) its first name."""
    if past is None or rev_from <= revision:
        return name
    for old_name, start, _end in reversed(json.loads(past)):
        if start <= revision:
            return str(old_name)
    return str(json.loads(past)[0][0])


def stands_at(rev_from: int, rev_to: int, past: str | None, revision: int) -> bool:
    """Whether an entity stood in a revision, now or in an earlier life."""
    if rev_from <= revision < rev_to:
        return True
    return past is not None and any(start <= revision < end for _name, start, end in json.loads(past))


def past_with(past: str | None, name: str, rev_from: int, rev_to: int) -> str:
    """An entity's history with one more version: a JSON list of [name, rev_from, rev_to], oldest first."""
    return json.dumps([*(json.loads(past) if past else []), [name, rev_from, rev_to]], ensure_ascii=False)


@lru_cache(maxsize=20_000)
def qualifiers_from(text: str) -> tuple[Qualifier, ...]:
    """The qualifiers of a stored `qualifiers_json`."""
    return tuple(qualifier_from_json(q) for q in json.loads(text)) if text else ()


def _value(text: str, stored: str | None) -> Value:
    return Value(text=text, kind=Kind.TEXT) if stored is None else value_from_json(json.loads(stored))


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _date(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
