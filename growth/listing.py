"""What may be told to a customer who asks for it: the suitable, by the same gates as every offer but for contact
pressure and the hour, which are there for what nobody asked for. And why something is not among it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from growth import gates
from growth.case import Case, Person, Product
from growth.decision import Decision
from growth.ledger import session_owner
from growth.offer_gates import first_stop, suitable
from growth.offers import Offer
from growth.reasons import Gate, Reason, Step

MOST = 3
UNSCORED = 0.1
"""Weight of an offer that no model has scored, beside those that one has."""


@dataclass(frozen=True, slots=True)
class Listed:
    """The offers that suit, best first; `stop` is the gate that keeps all of them back, `steps` what was looked at."""

    offers: tuple[Offer, ...] = ()
    stop: Step | None = None
    personal: bool = False
    steps: tuple[Step, ...] = ()


def suited(case: Case, kinds: frozenset[str] = frozenset()) -> Listed:
    """The offers of these kinds (all when empty) that suit the customer."""
    served, wished = gates.service(case), gates.wish(case)
    person = case.person
    if person is None or not served.passed:
        return Listed(stop=served, steps=(served,))
    if not wished.passed:
        return Listed(stop=wished, steps=(served, wished))
    asked = gates.consent(case, person)
    personal = asked.passed and asked.reason is Reason.OK
    fitting = [o for o in case.offers if _of_kinds(case.products.get(o.product), kinds)]
    found = {o.id: first_stop(case, person, o, personal) for o in fitting}
    passed = [o for o in fitting if found[o.id].passed]
    best = sorted(passed, key=lambda o: _worth(case, o, personal), reverse=True)
    steps = (served, wished, asked, *_protecting(case, person, fitting, found), *_told(best))
    return Listed(tuple(best[:MOST]), None, personal, steps)


def general(case: Case, kinds: frozenset[str] = frozenset()) -> Listed:
    """What everybody is told: on sale, meant for all, chosen by nothing personal, and not what was refused."""
    wished = gates.wish(case)
    if case.broken or not wished.passed:
        stop = gates.service(case) if case.broken else wished
        return Listed(stop=stop, steps=(stop,))
    today, found = case.today, []
    for offer in case.offers:
        product = case.products.get(offer.product)
        if product is None or not _of_kinds(product, kinds):
            continue
        for_all = offer.general and offer.release >= 1 and not product.withdrawn
        in_force = offer.valid_from <= today <= offer.valid_to and product.sold_on(today)
        wanted = gates.unwanted(case, product) is None
        if for_all and in_force and wanted and case.context.channel in offer.channels:
            found.append(offer)
    best = sorted(found, key=lambda o: o.id)
    return Listed(tuple(best[:MOST]), None, False, (wished, *_told(best)))


def advice(case: Case, listed: Listed) -> Decision:
    """The record of what was told on request. It has no arm and no propensity: nothing was drawn, and the readout of
    experiments, which compares what the bank itself brought up, leaves it out."""
    who = case.person.id if case.person else session_owner(case.context.session)
    reason = Reason.ADVISED if listed.offers else (listed.stop.reason if listed.stop else Reason.NOTHING_LEFT)
    return Decision(case.id, who, "", reason, listed.steps, personal=listed.personal, model=case.model)


def stops(case: Case, offers: Sequence[Offer]) -> list[Step]:
    """For each offer why it is not for this customer: what protects him first, then the first gate it does not pass."""
    person = case.person
    if person is None:
        return []
    known = [(o, case.products.get(o.product)) for o in offers]
    risky = {o.id: suitable(case, person, o, p) for o, p in known if p is not None}
    found = [risky.get(o.id) or first_stop(case, person, o, personal=True) for o in offers]
    return [s for s in found if not s.passed]


def _protecting(case: Case, person: Person, offers: Iterable[Offer], found: dict[str, Step]) -> list[Step]:
    """Why each of the others is not told; what the rules of risk say of it goes before what else stands against it."""
    left = [o for o in offers if not found[o.id].passed]
    return [suitable(case, person, o, case.products[o.product]) or found[o.id] for o in left]


def _told(best: Sequence[Offer]) -> list[Step]:
    """A step for each that suits: told, or one too many."""
    return [
        Step(Gate.CHOICE, told, Reason.ADVISED if told else Reason.MORE_THAN_TOLD, o.id, {"product": o.product_name})
        for told, o in ((n < MOST, o) for n, o in enumerate(best))
    ]


def _of_kinds(product: Product | None, kinds: frozenset[str]) -> bool:
    return product is not None and (not kinds or bool(kinds & (product.classes | {product.id})))


def _worth(case: Case, offer: Offer, personal: bool) -> tuple[float, str]:
    chance = (case.chances or {}).get(offer.id) if personal else None
    known = chance is not None and math.isfinite(chance)
    return (offer.value * (chance if known and chance is not None else UNSCORED), offer.id)
