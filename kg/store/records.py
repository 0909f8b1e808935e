"""How facts, entities and predicates stand in the graph: the one place that knows property names."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from kg.fact_key import COMPACT, qualifiers_json
from kg.facts import INSTANCE_OF, SUBCLASS_OF, Fact, Qualifier
from kg.query import qualifier_from_json, to_plain, value_from_json
from kg.store.keyed import qualifiers_text
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
)
"""Of a literal itself; subject, predicate and period it shares with its fact."""
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


def relation_row(fact: Fact) -> list[Any]:
    """Subject id, object id, then FACT_PROPERTIES: lists travel in half the time of maps."""
    return [fact.subject_id, fact.object_id, *_origin(fact)]


def literal_row(fact: Fact, value: Value) -> list[Any]:
    """Subject id, FACT_PROPERTIES, then LITERAL_PROPERTIES; `value` holds what plain columns can't say exactly."""
    return [
        fact.subject_id,
        *_origin(fact),
        value.text,
        value.kind.value,
        None if value.number is None else float(value.number),
        None if value.number_to is None else float(value.number_to),
        value.op.value,
        value.unit,
        _day(value.date),
        _value_json(value),
        low_key(fact.predicate, value),
        high_key(fact.predicate, value),
        qualifiers_text(fact) or None,
    ]


def _value_json(value: Value) -> str | None:
    """What `value_from_json` reads; None for plain text. By hand: a million of them are written in one load."""
    if value.kind is Kind.TEXT and value == Value(text=value.text, kind=Kind.TEXT):
        return None
    body: dict[str, Any] = {"text": value.text, "kind": value.kind.value, "op": value.op.value}
    if value.number is not None:
        body["number"] = format(value.number, "f")
    if value.number_to is not None:
        body["number_to"] = format(value.number_to, "f")
    if value.unit:
        body["unit"] = value.unit
    if value.date is not None:
        body["date"] = value.date.isoformat()
    if value.months is not None:
        body["months"] = value.months
    if value.alternatives:
        body["alternatives"] = to_plain(value.alternatives)
    return COMPACT.encode(body)


def _origin(fact: Fact) -> tuple[Any, ...]:
    """FACT_PROPERTIES of a fact; empty ones are left away."""
    return (
        fact.id,
        fact.predicate,
        qualifiers_json(fact.qualifiers) or None,
        fact.source or None,
        fact.article or None,
        _day(fact.valid_from),
        _day(fact.valid_to),
        fact.file or None,
        fact.line,
        fact.editor or None,
    )


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
