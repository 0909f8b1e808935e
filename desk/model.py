"""Handoff: one customer's way to a person and back, as a plain value; events that move it, effects that follow."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    """Where a handoff stands. MESSAGE: taken down, a person gets in touch later."""

    QUEUED = "queued"
    OFFERED = "offered"
    TALKING = "talking"
    MESSAGE = "message"
    SURVEY = "survey"
    ENDED = "ended"


class Reason(StrEnum):
    """Why a person is needed."""

    ASKED = "asked"
    FAILURES = "failures"
    DISTRESS = "distress"
    COMPLAINT = "complaint"
    VIP = "vip"


class Code(StrEnum):
    """Ends that nobody chooses from the bank's list."""

    RETURNED = "returned"
    CANCELLED = "cancelled"
    SILENT = "silent"
    EXPIRED = "expired"
    MERGED = "merged"


WAITING = frozenset({State.QUEUED, State.OFFERED, State.MESSAGE})
OPEN = frozenset({*WAITING, State.TALKING})


@dataclass(frozen=True, slots=True)
class Handoff:
    """One handoff. Times are aware.

    `since` is when it came into its state, `queued_at` its place in the queue, `deadline` when a tick moves it on;
    `wanted` is the agent it should go to first, `passed` those who let it pass; `accepted_at` is set once a person
    has spoken to the customer: from then on the bot is silent until it is told otherwise. `customer_at` is the last
    word of the customer that waits for an answer, None when there is none; `warned` says that he was asked whether
    he is still there.
    """

    id: str
    session: str
    channel: str
    reason: Reason
    skill: str
    priority: int
    state: State
    asked_at: datetime
    queued_at: datetime
    since: datetime
    deadline: datetime | None = None
    customer_id: str = ""
    wanted: str = ""
    agent: str = ""
    passed: tuple[str, ...] = ()
    accepted_at: datetime | None = None
    answered_at: datetime | None = None
    customer_at: datetime | None = None
    promised_at: datetime | None = None
    ended_at: datetime | None = None
    warned: bool = False
    transfers: int = 0
    code: str = ""
    score: int | None = None
    version: int = 0

    @property
    def open(self) -> bool:
        """Whether somebody still has to do with it, the survey apart."""
        return self.state in OPEN

    @property
    def bot_silent(self) -> bool:
        """Whether a person speaks, or has spoken and is being replaced: the bot says nothing then."""
        return self.state is State.TALKING or (
            self.state in (State.QUEUED, State.OFFERED) and self.accepted_at is not None
        )


@dataclass(frozen=True, slots=True)
class Offer:
    """The queue offers it to an agent."""

    agent: str


@dataclass(frozen=True, slots=True)
class Accept:
    """An agent takes it."""

    agent: str


@dataclass(frozen=True, slots=True)
class Decline:
    """The agent it was offered to lets it pass."""

    agent: str


@dataclass(frozen=True, slots=True)
class TakeOver:
    """A supervisor takes it, wherever it is."""

    agent: str


@dataclass(frozen=True, slots=True)
class Transfer:
    """The agent hands it on: to a skill, or to a colleague by name."""

    agent: str
    skill: str = ""
    to: str = ""


@dataclass(frozen=True, slots=True)
class CustomerSaid:
    """The customer wrote while no bot answers."""


@dataclass(frozen=True, slots=True)
class AgentSaid:
    """The agent wrote."""

    agent: str


@dataclass(frozen=True, slots=True)
class Return:
    """The agent gives the conversation back to the bot."""

    agent: str


@dataclass(frozen=True, slots=True)
class Close:
    """The agent is done; `code` is one of the bank's."""

    agent: str
    code: str


@dataclass(frozen=True, slots=True)
class Cancel:
    """The customer does not want to wait any more."""


@dataclass(frozen=True, slots=True)
class Rated:
    """The customer answered the survey, 1 to 5."""

    score: int


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed."""


Event = (
    Offer | Accept | Decline | TakeOver | Transfer | CustomerSaid | AgentSaid | Return | Close | Cancel | Rated | Tick
)


@dataclass(frozen=True, slots=True)
class Say:
    """The customer is told something: the name of a text (dialogue/texts.yml, `desk_…`) and what fills it."""

    text: str
    parts: dict[str, str] = field(default_factory=dict)
    survey: bool = False


class Impossible(Exception):
    """The event does not fit where the handoff stands; the words are Chinese, for the desk."""
