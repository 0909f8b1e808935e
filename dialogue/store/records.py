"""What is read from and written to the tables, as plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dialogue.turn import TurnIn, TurnOut


@dataclass(frozen=True, slots=True)
class Conversation:
    """Where a conversation stands: how many writes it has seen, the last place in its downlink, its tracker.

    `version` 0 is a conversation that has no row yet.
    """

    version: int = 0
    seq: int = 0
    snapshot: dict[str, Any] | None = None

    def then(self, seq: int, snapshot: dict[str, Any] | None) -> Conversation:
        """The conversation after a turn at place `seq`; None leaves the tracker as it is."""
        return Conversation(self.version + 1, seq, self.snapshot if snapshot is None else snapshot)


@dataclass(frozen=True, slots=True)
class TurnRecord:
    """One turn as it is kept. `text` is masked; `latency` is by stage in milliseconds."""

    turn: TurnIn
    text: str
    out: TurnOut
    fact_ids: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    graph_id: str = ""
    model: str = ""
    latency: dict[str, float] = field(default_factory=dict)
    runners_up: tuple[tuple[str, str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class OutboxItem:
    """One thing to send, in its place of the conversation's downlink."""

    session: str
    seq: int
    turn_id: str
    payload: dict[str, Any]
    created_at: datetime
    sent_at: datetime | None = None
