"""Rules: how often, when and to how many; read from data/offers/rules.yml, changed without a programmer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time, timedelta, timezone

BANK_ZONE = timezone(timedelta(hours=8))  # Shanghai knows no summer time


@dataclass(frozen=True, slots=True)
class Pressure:
    """Contact limits over all channels; counts are of offers shown or reserved."""

    per_day: int
    per_week: int
    offer_days: int
    """Days before the same offer is shown again."""
    class_per_fortnight: int
    refused_offer_days: int
    refused_class_days: int
    refusals: int
    """This many refusals in `refusal_days` silence everything for `refusal_days`."""
    refusal_days: int
    reserve_minutes: int
    """How long an offer given to a client counts before the client says it was shown."""


@dataclass(frozen=True, slots=True)
class Quiet:
    """From `start` to `end` in bank time nothing is sent on `channels`; where the customer writes himself, it is
    he who chose the hour."""

    start: time
    end: time
    channels: frozenset[str]


@dataclass(frozen=True, slots=True)
class Trial:
    """The standing experiment: `holdout` share of customers who never get offers, `explore` share of decisions in
    which the offer is drawn evenly; `salt` makes the hash its own."""

    name: str
    salt: str
    holdout: float
    explore: float


@dataclass(frozen=True, slots=True)
class FactNames:
    """Which predicates of the graph say what the gates ask."""

    risk: str
    term: tuple[str, ...] = ()
    sale_from: tuple[str, ...] = ()
    sale_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """By which names conditions speak of what is known of a customer; empty where nothing is to be said of it.

    `assessed` is a whole statement (风险测评=在有效期内), made while an assessment is valid.
    """

    age: str = ""
    monthly_income: str = ""
    region: str = ""
    level: str = ""
    assessed: str = ""
    funds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KeptByLaw:
    """Which things of the graph the law has kept, and the predicate that says for how long."""

    things: tuple[str, ...] = ()
    predicate: str = ""


@dataclass(frozen=True, slots=True)
class Rules:
    """All of them.

    `service_days` gives by kind of signal how many days service goes first; `same_class_factor` what each showing of
    the same kind in the last weeks leaves of an offer's value; `needs_disclosure` the classes whose offers carry the
    risk notice; `statements` what is so of every customer.
    """

    pressure: Pressure
    quiet: Quiet
    trial: Trial
    service_days: Mapping[str, float]
    threshold: float
    same_class_factor: float
    needs_disclosure: frozenset[str] = frozenset()
    facts: FactNames = FactNames("")
    statements: tuple[str, ...] = ()
    said: Said = Said()
    kept: KeptByLaw = KeptByLaw()
    zone: timezone = BANK_ZONE
