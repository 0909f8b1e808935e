"""What a bot is to the engine: it takes one turn at a time, from a snapshot of the conversation to the next."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

from dialogue.wire import Said


@dataclass(frozen=True, slots=True)
class BotTurn:
    """What a bot made of one message. `snapshot` None leaves the conversation as it was; `latency` is in
    milliseconds by stage; `runners_up` are the other readings."""

    said: Said
    intent: str
    confidence: float
    snapshot: dict[str, Any] | None
    latency: dict[str, float] = field(default_factory=dict)
    runners_up: tuple[tuple[str, str, float], ...] = ()


class BotFailure(Exception):
    """A turn that broke after it was understood; the cause says why."""

    def __init__(self, intent: str, confidence: float) -> None:
        super().__init__(f"the action for {intent or 'an unknown intent'} failed")
        self.intent = intent
        self.confidence = confidence


class Bot(Protocol):
    """Takes one turn at a time."""

    async def take(self, session: str, text: str, metadata: dict[str, Any], before: dict[str, Any] | None) -> BotTurn:
        """The bot's turn from the snapshot `before`. BotFailure when its action failed."""
