"""What the web channel needs of others: an engine that answers, and stores for replies, sessions and feedback."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from sqlalchemy.engine import Connection

from dialogue.message import Message
from dialogue.turn import Principal, PrincipalKind, TurnIn, TurnOut
from kg.answer import Outcome


class ReadinessLike(Protocol):
    """Whether turns are answered at once, and if not, what is waited for (Chinese, shown to customers)."""

    @property
    def ready(self) -> bool:
        """True when a turn is answered at once."""

    @property
    def waiting_for(self) -> str:
        """What is being started, such as 正在加载语言模型; empty when ready."""


@dataclass(frozen=True, slots=True)
class Readiness:
    """The plainest ReadinessLike."""

    ready: bool
    waiting_for: str = ""


class Engine(Protocol):
    """Answers turns. `handle` commits everything before it returns; a known message id gets its stored reply."""

    async def handle(self, turn: TurnIn) -> TurnOut:
        """The reply to one turn. Every fault inside becomes a reply with outcome error."""

    def readiness(self) -> ReadinessLike:
        """Cheap, without input or output: health checks ask it often."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One finished turn as the outbox keeps it: what the customer said (masked) and what was replied.

    `at` is in UTC; `seq` rises within a conversation, gaps are allowed; `facts` is how many the reply rests on.
    """

    seq: int
    turn_id: str
    message_id: str
    text: str
    message: Message
    outcome: Outcome
    at: datetime
    facts: int = 0
    revision: int = 0
    trace_id: str = ""
    private: bool = False
    """The reply showed the customer's own figures; `message` has a sentence in their place."""


class Outbox(Protocol):
    """Committed replies of a conversation, in order."""

    def since(self, session: str, seq: int, limit: int) -> Sequence[Exchange]:
        """At most `limit` exchanges with a sequence number above `seq`, lowest first. May block on the database."""

    def places(self, sessions: Sequence[str]) -> Mapping[str, int]:
        """The last sequence number of each conversation that has one. May block on the database."""


@dataclass(frozen=True, slots=True)
class Session:
    """A web session. `key` names it behind this channel; times are UTC. Once somebody has signed in in it, it is
    `customer_id`'s and a part of his one `conversation`."""

    key: str
    opened: datetime
    seen: datetime
    conversation: str = ""
    customer_id: str = ""

    @property
    def talk(self) -> str:
        """The conversation that is held in it."""
        return self.conversation or self.key

    @property
    def principal(self) -> Principal:
        """Who speaks in it."""
        return Principal(PrincipalKind.CUSTOMER, self.customer_id) if self.customer_id else Principal()


class SessionStore(Protocol):
    """Who may go on talking. Calls may block on the database; `find` only where it is not `at_hand`: there it takes
    less time than it takes to wake a thread."""

    @property
    def at_hand(self) -> bool:
        """Whether the event loop may call `find` itself."""

    def open(self, key: str, now: datetime, scene: str = "") -> None:
        """Notes a new conversation, and the scene by which somebody came to it."""

    def find(self, key: str) -> Session | None:
        """The conversation, None when it was never opened."""

    def touch(self, key: str, now: datetime) -> None:
        """Notes that it was used now."""


class Rating(StrEnum):
    """Thumb up, thumb down."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a customer thinks of one reply. The latest one for a turn counts."""

    session: str
    seq: int
    turn_id: str
    rating: Rating
    reason: str
    at: datetime


class FeedbackStore(Protocol):
    """Keeps feedback, one per turn. Calls may block on the database."""

    def put(self, feedback: Feedback) -> None:
        """Stores it, in place of an earlier one for the same turn."""


class SurveyStore(Protocol):
    """Keeps one answer per conversation. May block on the database."""

    def put(self, session: str, score: int, comment: str, at: datetime) -> None:
        """Stores it, in place of an earlier one."""


@dataclass(frozen=True, slots=True)
class Stores:
    """The stores of the web channel."""

    outbox: Outbox
    sessions: SessionStore
    feedback: FeedbackStore
    surveys: SurveyStore


class Announcer(Protocol):
    """Tells customers whose app is closed that something was said to them."""

    def said(self, sql: Connection, customer: str, session: str, seq: int) -> None:
        """Within the transaction that says it: it is announced unless a page shows it in time."""

    def left(self, customer: str, session: str, seq: int) -> None:
        """What was asked for and is committed found the connection closed: announced like that, once."""

    def seen(self, session: str, seqs: Iterable[int]) -> None:
        """A page of the customer has shown these: nothing to announce."""
