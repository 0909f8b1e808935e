"""Tracker ↔ snapshot: slots, active loop and the last events; turn 50 weighs what turn 5 weighs.

A snapshot is replayed as events, so every copy that Rasa makes of the tracker comes out the same.
"""

from __future__ import annotations

from copy import copy
from itertools import islice
from typing import Any

from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    ConversationPaused,
    Event,
    FollowupAction,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

VERSION = 1
KEPT_EVENTS = 20
_PARSED = ("intent", "entities", "text")


def take(tracker: DialogueStateTracker) -> dict[str, Any]:
    """What to keep of a tracker at the end of a turn."""
    loop = tracker.active_loop
    return {
        "version": VERSION,
        "slots": {name: slot.value for name, slot in tracker.slots.items() if slot.value != slot.initial_value},
        "active_loop": loop.name if loop else None,
        "paused": tracker.is_paused(),
        "events": [_kept(e) for e in _last_turns(tracker)],
    }


class Tracker(DialogueStateTracker):
    """Rasa's tracker with a copy that copies: Rasa's own replays all events, once for every action."""

    def copy(self) -> Tracker:
        """A tracker in the same state that can change by itself; events are never changed, so both hold the same."""
        twin = copy(self)
        twin.events = self.events.copy()
        twin.slots = {name: copy(slot) for name, slot in self.slots.items()}
        twin.active_loop = copy(self.active_loop)
        return twin


def restore(session: str, snapshot: dict[str, Any], domain: Domain) -> DialogueStateTracker:
    """The tracker that a snapshot describes; a snapshot of another version is refused.

    Raises ValueError: a conversation must not go on from a blank history unnoticed.
    """
    if snapshot.get("version") != VERSION:
        raise ValueError(
            f"{session}: tracker snapshot version {snapshot.get('version')!r}, this program reads {VERSION}"
        )
    tracker = Tracker(session, domain.slots)
    for event in _state(snapshot):
        tracker.update(event)
    for data in snapshot["events"]:
        tracker.update(_event_class(data["event"])._from_parameters(data))
    return tracker


def _event_class(name: str) -> type[Event]:
    found: type[Event] | None = Event.resolve_by_type(name)
    if found is None:
        raise ValueError(f"tracker snapshot: no event is called {name!r} in this Rasa")
    return found


def _state(snapshot: dict[str, Any]) -> list[Event]:
    """Slots, loop and pause as events from before all others."""
    events: list[Event] = [SlotSet(name, value, timestamp=0.0) for name, value in snapshot["slots"].items()]
    if snapshot["active_loop"]:
        events.append(ActiveLoop(snapshot["active_loop"], timestamp=0.0))
    if snapshot["paused"]:
        events.append(ConversationPaused(timestamp=0.0))
    return events


def _last_turns(tracker: DialogueStateTracker) -> list[Event]:
    """The last events, from where the bot listened; slots that no policy looks at are kept as state alone, and what
    was to follow has followed."""
    silent = {name for name, slot in tracker.slots.items() if not slot.influence_conversation}
    spoken = [e for e in tracker.events if not _is_over(e, silent)]
    tail = list(islice(reversed(spoken), KEPT_EVENTS))[::-1]
    starts = (i for i, e in enumerate(tail) if isinstance(e, ActionExecuted) and e.action_name == "action_listen")
    return tail[next(starts, 0) :]


def _is_over(event: Event, silent: set[str]) -> bool:
    return isinstance(event, FollowupAction) or (isinstance(event, SlotSet) and event.key in silent)


def _kept(event: Event) -> dict[str, Any]:
    """An event without what only its own turn needed: rankings, the reply's facts."""
    data: dict[str, Any] = event.as_dict()
    data["metadata"] = {}
    if isinstance(event, UserUttered):
        data["parse_data"] = {k: v for k, v in data["parse_data"].items() if k in _PARSED}
    return data
