"""Consent: what a customer has agreed to, by purpose. Unknown, expired and not yet given are all no."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Purpose(StrEnum):
    """What personal data may be used for."""

    MARKETING = "marketing"
    """To be told of products at all."""
    PROFILING = "profiling"
    """To have them chosen by what the bank knows of one (个人信息保护法第二十四条: it can be refused by itself)."""


@dataclass(frozen=True, slots=True)
class Consent:
    """One statement of a customer. `source` says where he made it; `until` is the last moment it holds."""

    purpose: Purpose
    granted: bool
    at: datetime
    until: datetime | None = None
    source: str = ""


def agreed(consents: Iterable[Consent], purpose: Purpose, now: datetime) -> bool:
    """Whether the last statement on `purpose` grants it and holds at `now`.

    A withdrawal counts from the moment it is known, even if a skewed clock dated it ahead; a grant dated ahead
    does not count yet. At the same moment a withdrawal goes before a grant.
    """
    said = sorted((c for c in consents if c.purpose is purpose), key=lambda c: (c.at, not c.granted))
    if not said:
        return False
    last = said[-1]
    return last.granted and last.at <= now and (last.until is None or now <= last.until)
