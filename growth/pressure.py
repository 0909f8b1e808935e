"""Contact pressure: one ledger over all channels; refusals count, and what is dated ahead counts as of now."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from growth.case import Case, Contact, ContactKind, Product
from growth.offers import Offer
from growth.reasons import Gate, Reason, Step


def on_all(case: Case) -> Step:
    """Limits over all offers: the day, the week, and many refusals."""
    limits = case.rules.pressure
    shown = list(_shown(case))
    refused = [c for c in case.contacts if c.kind is ContactKind.REFUSED]
    if _within(refused, case.now, timedelta(days=limits.refusal_days)) >= limits.refusals:
        return Step(Gate.PRESSURE, False, Reason.REFUSED_OFTEN)
    today = sum(c.at.astimezone(case.rules.zone).date() >= case.today for c in shown)
    if today >= limits.per_day:
        return Step(Gate.PRESSURE, False, Reason.DAY_FULL)
    if _within(shown, case.now, timedelta(days=7)) >= limits.per_week:
        return Step(Gate.PRESSURE, False, Reason.WEEK_FULL)
    return Step(Gate.PRESSURE, True, Reason.OK)


def on_offer(case: Case, offer: Offer, product: Product) -> Step:
    """Limits of this offer and of its kind."""
    limits = case.rules.pressure
    shown = list(_shown(case))
    refused = [c for c in case.contacts if c.kind is ContactKind.REFUSED]
    kin = product.nearest
    checks = (
        ([c for c in refused if c.offer == offer.id], limits.refused_offer_days, 1, Reason.OFFER_REFUSED),
        ([c for c in refused if c.classes & kin], limits.refused_class_days, 1, Reason.CLASS_REFUSED),
        ([c for c in shown if c.offer == offer.id], limits.offer_days, 1, Reason.OFFER_RECENT),
        ([c for c in shown if c.classes & kin], 14, limits.class_per_fortnight, Reason.CLASS_FULL),
    )
    for contacts, days, most, reason in checks:
        if _within(contacts, case.now, timedelta(days=days)) >= most:
            return Step(Gate.PRESSURE, False, reason, offer.id)
    return Step(Gate.PRESSURE, True, Reason.OK, offer.id)


def alike(case: Case, product: Product, days: int = 28) -> int:
    """How often the product's kind was shown lately."""
    return _within([c for c in _shown(case) if c.classes & product.nearest], case.now, timedelta(days=days))


def _shown(case: Case) -> Iterable[Contact]:
    lapse = timedelta(minutes=case.rules.pressure.reserve_minutes)
    for contact in case.contacts:
        open_reservation = contact.kind is ContactKind.RESERVED and contact.at + lapse > case.now
        if contact.kind is ContactKind.SHOWN or open_reservation:
            yield contact


def _within(contacts: Iterable[Contact], now: datetime, span: timedelta) -> int:
    """How many lie less than `span` back; what a skewed clock dated ahead is not forgotten."""
    return sum(now - c.at < span for c in contacts)
