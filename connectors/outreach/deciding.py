"""May the bank say this, here, now? Growth's decision for offers; for service messages the quiet hours alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

from connectors.growth.ports import GrowthDesk
from connectors.outreach.records import Wanted, Way
from dialogue.message import OfferCard
from dialogue.offer_card import card_of
from growth import gates, history
from growth.case import Case, Context, Wish, WishScope
from growth.reasons import Reason
from growth.rules import BANK_ZONE, Quiet
from growth.service import Decided

_PUSH = "push"
_FOR_GOOD = frozenset(
    {
        Reason.UNKNOWN_CUSTOMER,
        Reason.SERVICE_FIRST,
        Reason.OPTED_OUT,
        Reason.ARM_HOLDOUT,
        Reason.DAY_FULL,
        Reason.WEEK_FULL,
        Reason.REFUSED_OFTEN,
    }
)
"""Reasons that lie in the customer: no other way is asked about."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`reason` says why not, a code of growth.reasons; `until` when it may be asked again, `final` that it lies in the
    customer, whatever the way. An allowed offer comes with its card; `decided` is the decision, to be written."""

    allowed: bool
    reason: str = ""
    until: datetime | None = None
    final: bool = False
    decided: Decided | None = None
    card: OfferCard | None = None


class Decider:
    """Asks growth. Raises what its catalogue raises: GraphError, LexiconFault, GrowthError, OSError."""

    def __init__(self, desk: GrowthDesk) -> None:
        self.growth = desk.growth
        self._source = desk.source

    def offer(self, wanted: Wanted, way: Way, session: str, now: datetime) -> Verdict:
        """The decision about an offer on a way, not written yet."""
        catalogue = self._source.catalogue(self.growth, now.astimezone(BANK_ZONE).date())
        if wanted.offer:
            catalogue = replace(catalogue, offers=tuple(o for o in catalogue.offers if o.id == wanted.offer))
        made = self.growth.decide(wanted.customer, Context(way.value, session=session, unasked=True), catalogue, now)
        if made.decision.offer and way is Way.APP and _refuses(made.case.wishes, _PUSH):
            made = self.growth.without(made, Reason.OPTED_OUT_CHANNEL)
        card = card_of(made) if made.decision.offer else None
        if card is None:
            reason = made.decision.reason
            return Verdict(False, reason.value, _later(made.case, reason), reason in _FOR_GOOD, made)
        return Verdict(True, decided=made, card=card)

    def service(self, wanted: Wanted, way: Way, now: datetime) -> Verdict:
        """Whether a service message may go now."""
        catalogue = self._source.catalogue(self.growth, now.astimezone(BANK_ZONE).date())
        case, _ = self.growth.case(wanted.customer, Context(way.value, unasked=True), catalogue, now)
        step = gates.quiet(case)
        if step.passed or wanted.urgent:
            return Verdict(True)
        return Verdict(False, step.reason.value, _later(case, step.reason))

    def reserved_for(self, now: datetime) -> timedelta:
        """How long an offer that was reserved counts."""
        catalogue = self._source.catalogue(self.growth, now.astimezone(BANK_ZONE).date())
        return timedelta(minutes=catalogue.rules.pressure.reserve_minutes)

    def wanted_still(self, customer: str, decision: str, way: Way, now: datetime) -> bool:
        """Whether the customer has refused neither offers nor such a product since one was placed."""
        catalogue = self._source.catalogue(self.growth, now.astimezone(BANK_ZONE).date())
        case, _ = self.growth.case(customer, Context(way.value, unasked=True), catalogue, now)
        agreed = case.person is not None and gates.consent(case, case.person).passed
        with self.growth.engine.connect() as connection:
            made = history.of_id(connection, decision)
        placed = catalogue.offer(made.offer) if made else None
        product = catalogue.products.get(placed.product) if placed else None
        unwanted = product is not None and gates.unwanted(case, product) is not None
        return agreed and gates.wish(case).passed and not unwanted


def _refuses(wishes: tuple[Wish, ...], channel: str) -> bool:
    said = [w for w in wishes if w.scope is WishScope.CHANNEL and w.of == channel]
    return bool(said) and not max(said, key=lambda w: (w.number, not w.allow)).allow


def _later(case: Case, reason: Reason) -> datetime | None:
    """When it may be asked again; None for what does not pass by itself within days."""
    if reason is Reason.QUIET_HOURS:
        return _quiet_end(case.rules.quiet, case.now.astimezone(case.rules.zone))
    if reason in (Reason.CLAIM_LOST, Reason.BROKEN):
        return case.now + timedelta(minutes=1)
    return None


def _quiet_end(quiet: Quiet, now: datetime) -> datetime:
    end = datetime.combine(now.date(), time(quiet.end.hour, quiet.end.minute), now.tzinfo)
    return (end if end > now else end + timedelta(days=1)).astimezone(UTC)
