"""What a card below an answer leaves in the conversation's memory: 那个的起购金额 may mean the product on it."""

from __future__ import annotations

from typing import Any

from kg.query import Entity
from nlu.memory import SLOT, Memory


def with_offer(snapshot: dict[str, Any], product: Entity) -> dict[str, Any]:
    """The snapshot of a conversation after the product was brought up."""
    slots = snapshot["slots"]
    memory = Memory.from_json(slots.get(SLOT)).with_offer(product)
    return {**snapshot, "slots": {**slots, SLOT: memory.to_json()}}
