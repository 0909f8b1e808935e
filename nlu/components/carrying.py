"""Understood as plain JSON, so that it travels in the message Rasa stores and hands to actions."""

from __future__ import annotations

from typing import Any

from kg.answer import Assumed, Assumption, Choice
from kg.query import Query
from nlu.readings import Reading
from nlu.understood import Understood


def understood_to_json(item: Understood) -> dict[str, Any]:
    """Plain JSON; empty parts are left out."""
    data = {
        "intent": item.intent,
        "confidence": round(item.confidence, 4),
        "query": item.query.to_json() if item.query else None,
        "faq_id": item.faq_id,
        "reading": _reading_to_json(item.reading) if item.reading else None,
        "choices": [_choice_to_json(c) for c in item.choices],
        "runners_up": [list(r) for r in item.runners_up],
        "parts": [understood_to_json(p) for p in item.parts],
    }
    return {k: v for k, v in data.items() if v not in (None, "", [])}


def understood_from_json(data: dict[str, Any]) -> Understood:
    """The Understood that `understood_to_json` wrote."""
    query = Query.from_json(data["query"]) if data.get("query") else None
    return Understood(
        intent=data["intent"],
        confidence=data["confidence"],
        query=query,
        faq_id=data.get("faq_id", ""),
        reading=_reading_from_json(data["reading"], query) if data.get("reading") and query else None,
        choices=tuple(_choice_from_json(c) for c in data.get("choices", ())),
        runners_up=tuple((kind, intent, p) for kind, intent, p in data.get("runners_up", ())),
        parts=tuple(understood_from_json(p) for p in data.get("parts", ())),
    )


def _reading_to_json(reading: Reading) -> dict[str, Any]:
    return {
        "entity": reading.entity,
        "predicate": reading.predicate,
        "explained": reading.explained,
        "carried": reading.carried,
        "absent": reading.absent,
        "stranger": reading.stranger,
        "by_topic": reading.by_topic,
        "assumptions": [[a.what.value, a.written, a.read_as] for a in reading.assumptions],
        "choices": [_choice_to_json(c) for c in reading.choices],
        "notes": list(reading.notes),
    }


def _reading_from_json(data: dict[str, Any], query: Query) -> Reading:
    return Reading(
        query=query,
        entity=data["entity"],
        predicate=data["predicate"],
        explained=data["explained"],
        carried=data["carried"],
        absent=data["absent"],
        stranger=data["stranger"],
        by_topic=data["by_topic"],
        assumptions=tuple(Assumption(Assumed(what), written, as_) for what, written, as_ in data["assumptions"]),
        choices=tuple(_choice_from_json(c) for c in data["choices"]),
        notes=tuple(data["notes"]),
    )


def _choice_to_json(choice: Choice) -> dict[str, Any]:
    data = {"label": choice.label, "query": choice.query.to_json() if choice.query else None, "text": choice.text}
    return {k: v for k, v in data.items() if v}


def _choice_from_json(data: dict[str, Any]) -> Choice:
    return Choice(data["label"], Query.from_json(data["query"]) if data.get("query") else None, data.get("text", ""))
