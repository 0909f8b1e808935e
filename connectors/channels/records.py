"""What comes in, what is to be sent, and to whom: plain values between an adapter and the tables."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any


class State(StrEnum):
    """How far a delivery is. UNKNOWN (未知) may have arrived: it is never resent blindly."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Grant:
    """What an act of the user allows us: `sends` messages within `span`. `since` adapters fill with their clock."""

    kind: str
    span: timedelta
    sends: int


@dataclass(frozen=True, slots=True)
class Inbound:
    """One verified message or event of a user.

    `key` tells it from every other one of the account (the platform's message id); `text` is what is asked, `notice`
    the name of a fixed reply (connectors/channels/texts.yml) for what can't be read. With neither there is nothing
    to answer. `following` says that the user came (True) or left (False); `scene` is the code he came by.
    """

    channel: str
    account: str
    user: str
    key: str
    text: str = ""
    payload: str = ""
    notice: str = ""
    shown: str = ""
    grant: Grant | None = None
    following: bool | None = None
    scene: str = ""
    trace_id: str = ""

    def body(self) -> dict[str, Any]:
        """What the inbox keeps until it is answered."""
        return {"text": self.text, "payload": self.payload, "notice": self.notice, "shown": self.shown}

    @property
    def asks(self) -> bool:
        """Whether it wants a reply."""
        return bool(self.text or self.payload or self.notice)


@dataclass(frozen=True, slots=True)
class Address:
    """A person on a channel: `user` is the platform's id, `session` the conversation, `customer_id` empty until
    the person has been bound to a customer."""

    id: str
    channel: str
    account: str
    user: str
    session: str
    customer_id: str = ""
    following: bool = True
    choices: tuple[dict[str, str], ...] = ()
    scene: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the inbox."""

    id: int
    address: Address
    session: str
    message_id: str
    body: dict[str, Any]
    trace_id: str
    received_at: datetime
    passive_until: datetime | None = None
    done: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One platform message of a reply: text, and choices that the platform may show as a menu. `private` says that it
    shows the customer's own figures: it is forgotten as soon as it has been sent; `transfer` that a person is to take
    over after it, on platforms that hand over."""

    text: str
    choices: tuple[tuple[str, str], ...] = ()
    private: bool = False
    transfer: bool = False

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return asdict(self)

    @staticmethod
    def from_json(data: dict[str, Any]) -> Part:
        """The Part that `to_json` wrote."""
        choices = tuple((c[0], c[1]) for c in data.get("choices", ()))
        return Part(data.get("text", ""), choices, bool(data.get("private")), bool(data.get("transfer")))


@dataclass(frozen=True, slots=True)
class Delivery:
    """One thing to send. `key` is ours and the same at every try: receivers that take a key get it."""

    id: int
    key: str
    address: Address
    session: str
    seq: int
    part: Part
    state: State
    attempts: int = 0
    trace_id: str = ""
    passive_for: int | None = None
    code: str = ""
    platform_id: str = ""
    extra: dict[str, Any] = field(default_factory=dict)


def digest(*parts: str) -> str:
    """A name that reveals nothing of its parts and differs wherever they differ."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
