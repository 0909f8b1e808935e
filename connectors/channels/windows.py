"""What the user's acts still allow us to send: grants with an end and a count, spent soonest-ending first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from connectors.channels.records import Grant

Grants = list[dict[str, Any]]


def granted(grants: Sequence[dict[str, Any]], grant: Grant, now: datetime) -> Grants:
    """The grants after the user acted: one of the same kind is renewed, not added to."""
    others = [g for g in _open(grants, now) if g["kind"] != grant.kind]
    return [*others, {"kind": grant.kind, "until": (now + grant.span).isoformat(), "left": grant.sends}]


def spent(grants: Sequence[dict[str, Any]], now: datetime) -> Grants | None:
    """The grants after one message; None when none allows it."""
    usable = sorted((g for g in _open(grants, now) if g["left"] > 0), key=lambda g: str(g["until"]))
    if not usable:
        return None
    first = usable[0]
    return [{**g, "left": g["left"] - 1} if g is first else g for g in _open(grants, now)]


def left(grants: Sequence[dict[str, Any]], now: datetime) -> tuple[int, datetime | None]:
    """How many messages may still be sent, and until when the longest grant lasts: what an agent's desk shows."""
    usable = [g for g in _open(grants, now) if g["left"] > 0]
    if not usable:
        return 0, None
    return sum(int(g["left"]) for g in usable), max(datetime.fromisoformat(g["until"]) for g in usable)


def exhausted(grants: Sequence[dict[str, Any]], now: datetime) -> Grants:
    """The grants after the platform said that nothing more is allowed, whatever we had counted."""
    return [{**g, "left": 0} for g in _open(grants, now)]


def _open(grants: Sequence[dict[str, Any]], now: datetime) -> Grants:
    return [g for g in grants if datetime.fromisoformat(g["until"]) > now.astimezone(UTC)]
