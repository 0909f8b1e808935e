"""Time for the channels' tables: UTC in, UTC out, whatever the database keeps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Now."""
    return datetime.now(UTC)


def utc(stored: datetime) -> datetime:
    """A stored moment; SQLite keeps no time zone, and what we write is UTC."""
    return stored.replace(tzinfo=UTC) if stored.tzinfo is None else stored.astimezone(UTC)
