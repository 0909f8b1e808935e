"""What is to be told to whom, and how far it is: plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Purpose(StrEnum):
    """Why the bank speaks first. An OFFER is decided by growth; a SERVICE message concerns what the customer has."""

    OFFER = "offer"
    SERVICE = "service"


class Progress(StrEnum):
    """How far a message is. UNKNOWN may have arrived: it is never sent another way."""

    WAITING = "waiting"
    PLACED = "placed"
    SENT = "sent"
    UNKNOWN = "unknown"
    REFUSED = "refused"
    FAILED = "failed"
    EXPIRED = "expired"


class Way(StrEnum):
    """By what a customer can be reached."""

    WECHAT = "wechat"
    WECOM = "wecom"
    APP = "app"
    SMS = "sms"
    MAIL = "mail"


DEFAULT_ORDER = (Way.WECHAT, Way.WECOM, Way.APP, Way.SMS, Way.MAIL)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A message as it is asked for. `key` is the asker's: a second one of the same key is none. `template` and `parts`
    are for SERVICE messages (connectors/notices/templates.yml), `offer` keeps an OFFER to one, empty for the best.
    `urgent` goes before quiet hours, for SERVICE only."""

    key: str
    customer: str
    purpose: Purpose
    expires: datetime
    template: str = ""
    parts: Mapping[str, str] = field(default_factory=dict)
    offer: str = ""
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message in its state. `tried` says of each way that was looked at why it was not taken; `place` is the key of
    the delivery or notice that carries it."""

    id: int
    wanted: Wanted
    state: Progress
    attempts: int
    tried: tuple[tuple[str, str], ...] = ()
    reason: str = ""
    channel: str = ""
    place: str = ""
    decision: str = ""
