"""What Rasa does at every turn for nobody: left out here, results unchanged."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from rasa.core import processor
from rasa.shared.core.events import Event


class _AsIs:
    """Stands in for the module `copy` in Rasa's processor, which deep-copies events and slots only to write them into
    debug lines; those are never written here (dialogue/engine/logs)."""

    @staticmethod
    def deepcopy(value: Any) -> Any:
        return value


def spare() -> None:
    """Takes effect for the whole process; calling it again changes nothing."""
    processor.copy = _AsIs
    if not hasattr(Event.resolve_by_type, "cache_info"):
        # Rasa searches all subclasses of Event for every event it reads.
        Event.resolve_by_type = staticmethod(lru_cache(maxsize=64)(Event.resolve_by_type))
