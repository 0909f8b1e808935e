"""Who is asking: the view of one customer. Every claim carries its source and the time it was true at.

What is not known is None, never 0 or "". Money is in 元.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Generic, TypeVar

T = TypeVar("T")

ANY_CHANNEL = "*"
"""A consent given or withdrawn for every channel."""


class Sex(StrEnum):
    """As the identity document says."""

    FEMALE = "F"
    MALE = "M"


class Purpose(StrEnum):
    """What a customer agrees to: being offered things at all, and having offers chosen by his or her own data."""

    MARKETING = "marketing"
    PERSONALISED = "personalised"


class ConsentState(StrEnum):
    """What the customer said last."""

    GRANTED = "granted"
    WITHDRAWN = "withdrawn"


class SignalKind(StrEnum):
    """What calls for service and forbids selling while it lasts."""

    OVERDUE = "overdue"
    COMPLAINT = "complaint"
    LOSS_REPORT = "loss_report"
    FRAUD_FEAR = "fraud_fear"
    BEREAVEMENT = "bereavement"
    HARDSHIP = "hardship"
    HANDOFF = "handoff"
    """A person is asked for or speaks: the agents' desk begins and ends it."""


class IdentityKind(StrEnum):
    """By what a customer is recognised. The bank's own systems know ID_NUMBER; channels know the others."""

    ID_NUMBER = "id_number"
    PHONE = "phone"
    UNIONID = "unionid"
    OPENID = "openid"
    APP_USER = "app_user"
    CARD = "card"


@dataclass(frozen=True, slots=True)
class Claim(Generic[T]):
    """Something said of a customer, who said it, and when it was so."""

    value: T
    source: str
    as_of: datetime


@dataclass(frozen=True, slots=True)
class RiskRating:
    """What a risk assessment came to: `rating` is C1 (cautious) to C5. Good until `expires_on`, that day included;
    an assessment without one never counts as valid."""

    rating: str
    assessed_on: date
    expires_on: date | None
    source: str
    as_of: datetime

    def valid_on(self, day: date) -> bool:
        """Whether it may be relied on that day; one dated in the future may not."""
        return self.expires_on is not None and self.assessed_on <= day <= self.expires_on


@dataclass(frozen=True, slots=True)
class Holding:
    """A product held. `product` is its name in the graph, `product_id` its id there where the source gave one.
    A loan's or card's `amount` is what is owed."""

    id: str
    product: str
    product_id: str | None
    amount: Decimal | None
    since: date | None
    matures: date | None
    source: str
    as_of: datetime


@dataclass(frozen=True, slots=True)
class Consent:
    """The last word of the customer on a purpose and a channel (`*`: all channels)."""

    purpose: str
    channel: str
    state: ConsentState
    at: datetime
    source: str


@dataclass(frozen=True, slots=True)
class ChannelIdentity:
    """A name by which a channel knows the customer: its keyed digest, and as much of it as may be shown."""

    kind: IdentityKind
    digest: str
    shown: str
    source: str
    as_of: datetime


@dataclass(frozen=True, slots=True)
class Signal:
    """A matter to be served first; open while `until` is None or not past."""

    kind: SignalKind
    since: datetime
    until: datetime | None
    source: str


@dataclass(frozen=True, slots=True)
class Customer:
    """All that is known of one customer. `merged` are the ids that turned out to be the same person."""

    id: str
    birth_date: Claim[date] | None = None
    sex: Claim[Sex] | None = None
    region: Claim[str] | None = None
    monthly_income: Claim[Decimal] | None = None
    opened_on: Claim[date] | None = None
    employee: Claim[bool] | None = None
    vip: Claim[bool] | None = None
    segment: Claim[str] | None = None
    life_stage: Claim[str] | None = None
    risk: RiskRating | None = None
    holdings: tuple[Holding, ...] = ()
    consents: tuple[Consent, ...] = ()
    identities: tuple[ChannelIdentity, ...] = ()
    signals: tuple[Signal, ...] = ()
    merged: tuple[str, ...] = field(default=())

    def age_on(self, day: date) -> int | None:
        """Full years on that day; None where the birth date is not known or lies after it."""
        if self.birth_date is None or self.birth_date.value > day:
            return None
        born = self.birth_date.value
        return day.year - born.year - ((day.month, day.day) < (born.month, born.day))

    def consent(self, purpose: str, channel: str) -> Consent | None:
        """The last word on a purpose for a channel: of what was said for it and for all channels, the newer; at the
        same instant a withdrawal counts."""
        said = [c for c in self.consents if c.purpose == purpose and c.channel in (channel, ANY_CHANNEL)]
        return max(said, key=lambda c: (c.at, c.state is ConsentState.WITHDRAWN), default=None)

    def holds(self, product: str) -> bool:
        """Whether a product is held, by its name or its id in the graph."""
        return any(product in (h.product, h.product_id) for h in self.holdings)


@dataclass(frozen=True, slots=True)
class Score:
    """A response model's word on one customer and one offer: a calibrated probability, by which model, as of when."""

    offer: str
    probability: float
    model: str
    as_of: datetime


Features = dict[str, float | None]
"""Numbers a model reads, by feature name; None is unknown."""
