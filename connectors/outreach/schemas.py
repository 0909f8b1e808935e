"""Bodies of the API of reaching out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from connectors.growth.schemas import CustomerId
from connectors.outreach.records import Outgoing, Progress, Purpose, Wanted, Way
from connectors.outreach.scenes import Brought

Key = Annotated[
    str, Field(min_length=1, max_length=200, description="The sender's own key: a message of one key goes once")
]
Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,60}$")]
_Short = Annotated[str, Field(max_length=80)]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class OutreachIn(_In):
    """A message to one customer. An offer is decided by growth and written by it; a service message has a template."""

    key: Key
    customer: CustomerId
    purpose: Purpose = Purpose.OFFER
    offer: _Short = Field(default="", description="Only this offer; empty for the best")
    template: Annotated[str, Field(max_length=60)] = Field(default="", description="Of a service message")
    parts: dict[Annotated[str, Field(max_length=40)], Annotated[str, Field(max_length=300)]] = Field(
        default_factory=dict, max_length=10
    )
    hours: float = Field(default=72, gt=0, le=24 * 30, description="Not told later than so many hours from now")
    urgent: bool = Field(default=False, description="Also in the quiet hours; for service messages only")

    def wanted(self, now: datetime) -> Wanted:
        """The message."""
        return Wanted(
            key=self.key,
            customer=self.customer,
            purpose=self.purpose,
            expires=now.astimezone(UTC) + timedelta(hours=self.hours),
            template=self.template,
            parts=self.parts,
            offer=self.offer,
            urgent=self.urgent,
        )


class TriedOut(BaseModel):
    """A way that was looked at and not taken."""

    channel: str
    reason: str


class OutreachOut(BaseModel):
    """How far a message is."""

    key: str
    state: Progress
    reason: str = Field(description="Why it was refused, failed or waits; a code of the decision or of the channel")
    channel: str = Field(description="The way it went or goes")
    decision: str = Field(description="The decision behind an offer")
    tried: list[TriedOut]

    @staticmethod
    def of(key: str, one: Outgoing) -> OutreachOut:
        """The message on the wire."""
        tried = [TriedOut(channel=c, reason=r) for c, r in one.tried]
        return OutreachOut(
            key=key, state=one.state, reason=one.reason, channel=one.channel, decision=one.decision, tried=tried
        )


class QueuedOut(BaseModel):
    """`queued` is false when the key was used before."""

    key: str
    queued: bool


class ReachIn(_In):
    """Where a customer's SMS and mail go, and his own order of ways; what is left out stays as it is."""

    sms: Annotated[str, Field(pattern=r"^(\+?[0-9]{5,20})?$")] | None = Field(
        default=None, description="A phone number; empty forgets it"
    )
    mail: Annotated[str, Field(max_length=200, pattern=r"^([^@\s]+@[^@\s]+)?$")] | None = Field(
        default=None, description="An address; empty forgets it"
    )
    order: list[Way] | None = Field(default=None, min_length=1, max_length=5)


class ReachOut(BaseModel):
    """The order that counts; numbers and addresses are not told."""

    customer: str
    order: list[Way]
    sms: bool
    mail: bool


class SceneIn(_In):
    """A code for a link or QR code."""

    code: Code
    campaign: Annotated[str, Field(min_length=1, max_length=80)]
    offer: _Short = ""
    owner: _Short = Field(default="", description="A branch, a person, an invitation")
    target: Annotated[str, Field(max_length=500)] = Field(default="", description="The page of a deep link")


class BroughtOut(BaseModel):
    """What came by a scene on one channel."""

    channel: str
    arrivals: int
    people: int
    subscribed: int
    customers: int

    @staticmethod
    def of(brought: Brought) -> BroughtOut:
        """On the wire."""
        return BroughtOut(
            channel=brought.channel,
            arrivals=brought.arrivals,
            people=brought.people,
            subscribed=brought.subscribed,
            customers=brought.customers,
        )


class SceneOut(BaseModel):
    """A scene with its link and what it has brought."""

    code: str
    campaign: str
    offer: str
    owner: str
    link: str = ""
    brought: list[BroughtOut] = Field(default_factory=list)
