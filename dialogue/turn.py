"""What goes into the engine and what comes out: plain, serialisable data."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from dialogue.message import Message
from kg.answer import Outcome


class PrincipalKind(StrEnum):
    """Who is speaking."""

    ANONYMOUS = "anonymous"
    CUSTOMER = "customer"
    STAFF = "staff"
    SERVICE = "service"


@dataclass(frozen=True, slots=True)
class Principal:
    """The authenticated speaker. `scopes` are what staff and services may do; never taken from a client."""

    kind: PrincipalKind = PrincipalKind.ANONYMOUS
    id: str = ""
    scopes: frozenset[str] = frozenset()


class Namespace(StrEnum):
    """LIVE conversations are remembered and counted; a BATCH knows nothing of earlier runs and leaves no trace."""

    LIVE = "live"
    BATCH = "batch"


@dataclass(frozen=True, slots=True)
class TurnIn:
    """One message of one conversation.

    `today` is the day the turn is taken for; `as_of` asks for facts in force on another day; `revision`
    pins a published revision (None = head). `message_id` is the client's own id: the same id in the same
    session gets the same reply once. `payload` is the id of a clicked choice.
    """

    session: str
    text: str
    message_id: str
    today: date
    principal: Principal = field(default_factory=Principal)
    channel: str = "web"
    namespace: Namespace = Namespace.LIVE
    payload: str = ""
    as_of: date | None = None
    revision: int | None = None
    trace_id: str = ""


@dataclass(frozen=True, slots=True)
class FactOut:
    """A fact as batch output and records show it."""

    subject: str
    predicate: str
    object: str
    qualifiers: str = ""
    valid_from: str = ""
    valid_to: str = ""
    source: str = ""
    article: str = ""


@dataclass(frozen=True, slots=True)
class TurnOut:
    """The reply and what it rests on. `seq` is the reply's place in the conversation's downlink."""

    session: str
    turn_id: str
    seq: int
    message: Message
    outcome: Outcome
    intent: str
    confidence: float
    query: dict[str, Any] | None = None
    facts: tuple[FactOut, ...] = ()
    truncated: bool = False
    revision: int = 0
    trace_id: str = ""
    latency_ms: float = 0.0
    repeated: bool = False
    private: bool = False
    """The reply shows the customer's own figures, for the one who asked alone: record and outbox hold a sentence in
    their place, and the same message asked again reads them anew."""
