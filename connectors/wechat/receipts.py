"""What the platform reports afterwards: a template message that did not arrive."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

_FINISHED = ("TEMPLATESENDJOBFINISH", "MASSSENDJOBFINISH")


@dataclass(frozen=True, slots=True)
class Receipt:
    """A message that could not be delivered, and why."""

    message_id: str
    code: str


def receipt(fields: Mapping[str, str]) -> Receipt | None:
    """The failure that an event reports; None for every other event and for success."""
    if fields.get("Event", "").upper() not in _FINISHED:
        return None
    status = fields.get("Status", "")
    if status.lower() in ("success", "send success"):
        return None
    return Receipt(fields.get("MsgID", ""), status[:40])
