"""Case: everything that a decision about an offer rests on, read beforehand, so that deciding is a pure function."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from customer.model import Consent, Signal
from customer.suitability import Assessment, Rated, SuitabilityRules
from growth.offers import Offer
from growth.rules import Rules
from growth.trials import Experiment
from kg.conditions import Condition
from kg.facts import Qualifier


class ContactKind(StrEnum):
    """What the ledger records between bank and customer."""

    RESERVED = "reserved"
    """Given to a client that has not said yet that it was shown; counts like a showing until it lapses."""
    SHOWN = "shown"
    CLICKED = "clicked"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    BOUGHT = "bought"


@dataclass(frozen=True, slots=True)
class Contact:
    """One entry of the ledger, whatever the channel. `classes` are the nearest ones of the product, by id."""

    kind: ContactKind
    at: datetime
    channel: str
    offer: str
    classes: frozenset[str] = frozenset()


class WishScope(StrEnum):
    """What a wish is about."""

    ALL = "all"
    KIND = "kind"
    """A class of products, or one product; by id."""
    CHANNEL = "channel"
    RISK = "risk"
    """The highest risk level that is wanted, of R1 to R5, in `of` as a digit. A refusal lowers it to that level, a
    permission raises it; 恢复推荐 leaves it as it is."""


@dataclass(frozen=True, slots=True)
class Wish:
    """The customer wants offers, or wants none: of all, of a kind, or on a channel. `number` orders wishes as they
    were stored: clocks of two replicas may differ."""

    number: int
    allow: bool
    scope: WishScope
    of: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Product:
    """Of a product what gates ask: facts of one revision on one day. `classes` are all it belongs to by id, `nearest`
    its own ones, by which two products are of one kind. A None among `conditions` is one that is no comparison: it
    can't be judged, so it is not met. `withdrawn`: it, or a class it belongs to, is no longer sold."""

    id: str
    name: str
    classes: frozenset[str] = frozenset()
    nearest: frozenset[str] = frozenset()
    rated: Rated = field(default_factory=lambda: Rated((), frozenset()))
    conditions: tuple[Condition | None, ...] = ()
    sale_from: date | None = None
    sale_to: date | None = None
    withdrawn: bool = False

    def sold_on(self, day: date) -> bool:
        """Whether its sale has begun by that day and not ended."""
        return (self.sale_from or day) <= day <= (self.sale_to or day)


@dataclass(frozen=True, slots=True)
class Person:
    """The customer as far as a decision may look. `said` are statements about him for the conditions of products;
    `held` ids of products he has; `traits` what audiences and models speak of (segment, life stage)."""

    id: str
    age: int | None = None
    region: str = ""
    said: tuple[Qualifier, ...] = ()
    held: frozenset[str] = frozenset()
    assessments: tuple[Assessment, ...] = ()
    consents: tuple[Consent, ...] = ()
    traits: Mapping[str, str] = field(default_factory=dict)


def marketing_channel(channel: str) -> str:
    """A conversation's channel as offers, consents and wishes name it: 微信客服 and app messages (wecom_kf, wecom_app)
    are one channel of the bank, 企业微信."""
    return channel.partition("_")[0]


@dataclass(frozen=True, slots=True)
class Context:
    """Where the offer would stand: the channel, what was just answered, and the kinds and product in focus.

    `answered` None means that nothing was asked (a batch selection, a page).
    """

    channel: str
    answered: bool | None = None
    urgent: bool = False
    focus: frozenset[str] = frozenset()
    session: str = ""
    trouble: str = ""
    """The kind of trouble that the question spoke of (customer.model.SignalKind)."""
    unasked: bool = False
    """The bank speaks first: quiet hours hold on every channel."""


@dataclass(frozen=True, slots=True)
class Case:
    """One decision to take. `person` None is somebody unknown; `chances` calibrated response probabilities by offer,
    None when no model could be used, `models` the
    version behind each, `model` how many they are or why there is none; `broken` names parts that could not be
    read: then nothing goes out."""

    id: str
    now: datetime
    person: Person | None
    context: Context
    offers: tuple[Offer, ...]
    products: Mapping[str, Product]
    rules: Rules
    suitability: SuitabilityRules
    experiments: tuple[Experiment, ...] = ()
    contacts: tuple[Contact, ...] = ()
    wishes: tuple[Wish, ...] = ()
    signals: tuple[Signal, ...] = ()
    spent: Mapping[str, int] = field(default_factory=dict)
    chances: Mapping[str, float] | None = None
    models: Mapping[str, str] = field(default_factory=dict)
    model: str = ""
    broken: tuple[str, ...] = ()

    @property
    def today(self) -> date:
        """The bank's day at the moment of the case."""
        return self.now.astimezone(self.rules.zone).date()
