"""Asker: who speaks in a turn, as far as replies about offers need to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from growth.rules import BANK_ZONE
from growth.service import Growth

CUSTOMER, CHANNEL, LIVE = "customer", "channel", "live"
"""Keys of a turn's metadata."""


@dataclass(frozen=True, slots=True)
class Asker:
    """`customer` is empty for a visitor; `growth` None where no offers are wired (plain tests, batches)."""

    growth: Growth | None = None
    customer: str = ""
    session: str = ""
    channel: str = "web"

    @staticmethod
    def of(metadata: Mapping[str, Any], session: str, growth: Growth | None) -> Asker:
        """From what the turn's metadata says; a batch has no offers and leaves no wishes."""
        live = metadata.get(LIVE, False)
        return Asker(growth if live else None, metadata.get(CUSTOMER, ""), session, metadata.get(CHANNEL, "web"))


def moment_of(today: date, clock: datetime) -> datetime:
    """The moment of a turn, in UTC as tables keep it: its own day, which a demonstration may set, at the hour of the
    clock."""
    return datetime.combine(today, clock.astimezone(BANK_ZONE).time(), BANK_ZONE).astimezone(UTC)
