"""Facts, ontology rows and deltas as JSON and back: for drafts, and for what a store keeps whole."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import date
from typing import Any

from kg.delta import Delta, NamedEntity
from kg.facts import Fact
from kg.ontology import Predicate
from kg.query import qualifier_from_json, to_plain, value_from_json
from kg.values import Kind

VERSION = 1


def predicate_spec(predicate: Predicate) -> str:
    """An ontology row as JSON text with sorted keys, so that equal rows are equal text."""
    body = {f.name: getattr(predicate, f.name) for f in fields(Predicate)}
    return json.dumps({**body, "datatype": predicate.datatype.value}, ensure_ascii=False, sort_keys=True)


def predicate_from_spec(spec: str) -> Predicate:
    """The ontology row that `predicate_spec` wrote; fields of another version are left out."""
    body = json.loads(spec)
    known = {f.name for f in fields(Predicate)}
    kept = {k: v for k, v in body.items() if k in known}
    return Predicate(**{**kept, "datatype": Kind(body["datatype"]), "aliases": tuple(body["aliases"])})


def fact_from_json(data: dict[str, Any]) -> Fact:
    """The Fact that `to_plain` wrote."""
    bare = {k: v for k, v in data.items() if k not in ("value", "qualifiers", "valid_from", "valid_to")}
    return replace(
        Fact(**bare),
        value=value_from_json(data["value"]) if "value" in data else None,
        qualifiers=tuple(qualifier_from_json(q) for q in data.get("qualifiers", ())),
        valid_from=_day(data.get("valid_from")),
        valid_to=_day(data.get("valid_to")),
    )


def delta_to_json(delta: Delta) -> dict[str, Any]:
    """Plain JSON with the version of the form."""
    return {
        "version": VERSION,
        "base": delta.base,
        "added": to_plain(delta.added),
        "closed": to_plain(delta.closed),
        "created": [[e.id, e.name] for e in delta.created],
        "changed": [[e.id, e.name] for e in delta.changed],
        "withdrawn": list(delta.withdrawn),
        "predicates": [predicate_spec(p) for p in delta.predicates],
        "dropped": list(delta.dropped),
        "file_subjects": {name: list(ids) for name, ids in delta.file_subjects.items()},
    }


def delta_from_json(data: dict[str, Any]) -> Delta:
    """The Delta that `delta_to_json` wrote. ValueError for another version."""
    if data.get("version") != VERSION:
        raise ValueError(f"delta version {data.get('version')!r}: this program reads version {VERSION}")
    return Delta(
        base=data["base"],
        added=tuple(fact_from_json(f) for f in data["added"]),
        closed=tuple(fact_from_json(f) for f in data["closed"]),
        created=tuple(NamedEntity(*pair) for pair in data["created"]),
        changed=tuple(NamedEntity(*pair) for pair in data["changed"]),
        withdrawn=tuple(data["withdrawn"]),
        predicates=tuple(predicate_from_spec(spec) for spec in data["predicates"]),
        dropped=tuple(data["dropped"]),
        file_subjects={name: tuple(ids) for name, ids in data["file_subjects"].items()},
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
