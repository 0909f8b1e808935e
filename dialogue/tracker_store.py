"""SnapshotTrackerStore: Rasa's view of one conversation, whose snapshot the turn has read and will write.

Rasa neither reads nor writes a database of its own: what it may see was put here by the turn, and a
conversation that was not put here is an error, never a blank history.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

from dialogue.engine import snapshot


class SnapshotTrackerStore(TrackerStore):
    """Holds the conversation of the turn in progress."""

    def __init__(self, domain: Domain) -> None:
        super().__init__(domain, None)
        self._before: dict[str, dict[str, Any] | None] = {}
        self._after: dict[str, dict[str, Any]] = {}

    def give(self, session: str, before: dict[str, Any] | None) -> None:
        """The snapshot the turn starts from; None for a conversation that begins."""
        self._before = {session: before}
        self._after = {}

    def take(self, session: str) -> dict[str, Any]:
        """The snapshot after the turn."""
        return self._after[session]

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The tracker as the turn found it. KeyError for any other conversation."""
        before = self._before[sender_id]
        return snapshot.restore(sender_id, before, self.domain) if before is not None else None

    def init_tracker(self, sender_id: str) -> snapshot.Tracker:
        """The tracker of a conversation that begins."""
        return snapshot.Tracker(sender_id, self.domain.slots)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keeps the snapshot for the turn to write."""
        self._after[tracker.sender_id] = snapshot.take(tracker)

    async def keys(self) -> Iterable[str]:
        """The conversation in progress."""
        return self._before.keys()
