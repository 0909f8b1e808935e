"""What the client process is told to do and what it tells: plain data, one JSON object each way."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum


class Bot(StrEnum):
    """Whose HTTP interface is spoken."""

    JINWEN = "jinwen"
    STOCK = "stock"


class Mode(StrEnum):
    """SERIAL: one turn after the other. OPEN: each at its time, whatever became of those before. CLOSED: all
    conversations at once, each going on as soon as it has its reply."""

    SERIAL = "serial"
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to say in one conversation; `at` is its time in seconds from the start (OPEN only)."""

    conversation: int
    text: str
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class Job:
    """`steps` against the bot at `url`; `seconds` is how long a CLOSED run lasts, `today` the day of the questions."""

    bot: Bot
    url: str
    mode: Mode
    steps: tuple[Step, ...]
    today: str
    seconds: float = 0.0

    def to_json(self) -> str:
        """One line."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @staticmethod
    def from_json(text: str) -> Job:
        """The job of a line that `to_json` wrote."""
        data = json.loads(text)
        steps = tuple(Step(**step) for step in data.pop("steps"))
        return Job(**{**data, "bot": Bot(data["bot"]), "mode": Mode(data["mode"]), "steps": steps})


@dataclass(frozen=True, slots=True)
class Turn:
    """How one turn went: the how-manieth of its conversation (from 1), milliseconds since it was due, what came of
    it (the bot's outcome; empty when it failed)."""

    conversation: int
    place: int
    ms: float
    outcome: str


@dataclass(frozen=True, slots=True)
class Run:
    """All turns of a job and the seconds from the first to the end of the last."""

    turns: tuple[Turn, ...]
    seconds: float

    @property
    def latencies(self) -> Sequence[float]:
        """Milliseconds of the turns that got a reply."""
        return [turn.ms for turn in self.turns if turn.outcome]

    @property
    def failed(self) -> int:
        """How many got none."""
        return sum(not turn.outcome for turn in self.turns)

    def to_json(self) -> str:
        """One line."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @staticmethod
    def from_json(text: str) -> Run:
        """The run of a line that `to_json` wrote."""
        data = json.loads(text)
        return Run(tuple(Turn(**turn) for turn in data["turns"]), data["seconds"])
