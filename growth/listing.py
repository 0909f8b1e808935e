"""What may be told to a customer who asks for it: the suitable, by the same gates as every offer but for contact
pressure and the hour, which are there for what nobody asked for. And why something is not among it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from growth import gates
from growth.case import Case, Product
from growth.offer_gates import first_stop, suitable
from growth.offers import Offer
from growth.reasons import Reason, Step

MOST = 3
UNSCORED = 0.1
"""Weight of an offer that no model has scored, beside those that one has."""


@dataclass(frozen=True, slots=True)
class Listed:
    """The offers that suit, best first; `stop` is the gate that keeps all of them back."""

    offers: tuple[Offer, ...] = ()
    stop: Step | None = None
    personal: bool = False


def suited(case: Case, kinds: frozenset[str] = frozenset()) -> Listed:
    """The offers of these kinds (all when empty) that suit the customer."""
    served = gates.service(case)
    if case.person is None or not served.passed:
        return Listed(stop=served)
    wished = gates.wish(case)
    if not wished.passed:
        return Listed(stop=wished)
    asked = gates.consent(case, case.person)
    personal = asked.passed and asked.reason is Reason.OK
    fitting = [o for o in case.offers if _of_kinds(case.products.get(o.product), kinds)]
    passed = [o for o in fitting if first_stop(case, case.person, o, personal).passed]
    return Listed(tuple(sorted(passed, key=lambda o: _worth(case, o, personal), reverse=True)[:MOST]), None, personal)


def general(case: Case, kinds: frozenset[str] = frozenset()) -> tuple[Offer, ...]:
    """What everybody is told: on sale, meant for all, chosen by nothing personal."""
    today = case.today
    found = []
    for offer in case.offers:
        product = case.products.get(offer.product)
        if product is None or not offer.general or not _of_kinds(product, kinds):
            continue
        on_sale = (product.sale_from or today) <= today <= (product.sale_to or today)
        if on_sale and offer.valid_from <= today <= offer.valid_to and case.context.channel in offer.channels:
            found.append(offer)
    return tuple(sorted(found, key=lambda o: o.id)[:MOST])


def stops(case: Case, offers: Sequence[Offer]) -> list[Step]:
    """For each offer why it is not for this customer: what protects him first, then the first gate it does not pass."""
    person = case.person
    if person is None:
        return []
    known = [(o, case.products.get(o.product)) for o in offers]
    risky = {o.id: suitable(case, person, o, p) for o, p in known if p is not None}
    found = [risky.get(o.id) or first_stop(case, person, o, personal=True) for o in offers]
    return [s for s in found if not s.passed]


def _of_kinds(product: Product | None, kinds: frozenset[str]) -> bool:
    return product is not None and (not kinds or bool(kinds & (product.classes | {product.id})))


def _worth(case: Case, offer: Offer, personal: bool) -> tuple[float, str]:
    chance = (case.chances or {}).get(offer.id) if personal else None
    known = chance is not None and math.isfinite(chance)
    return (offer.value * (chance if known and chance is not None else UNSCORED), offer.id)
