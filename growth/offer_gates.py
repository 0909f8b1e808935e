"""Gates on one offer: on sale, eligible, suitable, wanted, meant for such customers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from customer.suitability import Unsuitable, unsuitable
from growth.arms import draw
from growth.case import Case, Person, Product
from growth.gates import unwanted
from growth.offers import Offer
from growth.reasons import Gate, Reason, Step
from kg.eligibility import judge, statement_for


def first_stop(case: Case, person: Person, offer: Offer, personal: bool) -> Step:
    """The first gate that the offer does not pass; a passed last gate when it passes all."""
    product = case.products.get(offer.product)
    if product is None:
        return _no(Gate.SALE, Reason.NO_PRODUCT, offer)
    for gate in _GATES:
        step = gate(case, person, offer, product)
        if step is not None:
            return step
    if personal:
        return _audience(person, offer) or Step(
            Gate.AUDIENCE, True, Reason.OK, offer.id, {"product": offer.product_name}
        )
    if not offer.general:
        return _no(Gate.AUDIENCE, Reason.NOT_PERSONAL, offer)
    return Step(Gate.AUDIENCE, True, Reason.NOT_PERSONAL, offer.id, {"product": offer.product_name})


def _sale(case: Case, person: Person, offer: Offer, product: Product) -> Step | None:
    """Valid, within budget, on sale, in this channel and region, not held, near what was asked."""
    today = case.today
    checks: Sequence[tuple[bool, Reason]] = (
        (offer.valid_from <= today <= offer.valid_to, Reason.NOT_VALID),
        (offer.budget is None or case.spent.get(offer.id, 0) < offer.budget, Reason.NO_BUDGET),
        (not product.withdrawn, Reason.WITHDRAWN),
        (draw(offer.id, "release", person.id) < offer.release, Reason.NOT_RELEASED),
        (product.sold_on(today), Reason.NOT_ON_SALE),
        (case.context.channel in offer.channels, Reason.OTHER_CHANNEL),
        (not offer.regions or person.region in offer.regions, Reason.OTHER_REGION),
        (product.id not in person.held, Reason.HELD),
        (_fits_talk(case, offer, product), Reason.OFF_TOPIC),
    )
    failed = next((reason for passed, reason in checks if not passed), None)
    return _no(Gate.SALE, failed, offer) if failed else None


def _fits_talk(case: Case, offer: Offer, product: Product) -> bool:
    """Beside an answer only an offer that has to do with it; elsewhere any."""
    if case.context.answered is None:
        return True
    return bool(case.context.focus & (offer.suits or product.classes))


def _eligible(case: Case, person: Person, offer: Offer, product: Product) -> Step | None:
    """The graph's condition facts in three values: unknown is not yes."""
    for condition in product.conditions:
        if condition is None:
            return _no(Gate.ELIGIBLE, Reason.CONDITION_UNKNOWN, offer)
        verdict = judge(condition, statement_for(condition.attribute, person.said))
        if verdict is not True:
            reason = Reason.CONDITION_FAILED if verdict is False else Reason.CONDITION_UNKNOWN
            return _no(Gate.ELIGIBLE, reason, offer, condition=condition.text)
    return None


def suitable(case: Case, person: Person, offer: Offer, product: Product) -> Step | None:
    """The step that says why the offer's product does not suit; None when it suits."""
    why = unsuitable(product.rated, person.assessments, person.age, case.today, case.suitability)
    if why is None:
        return None
    detail = {"risk": f"R{product.rated.risk}"} if product.rated.risk is not None else {}
    if case.suitability.source:
        detail["rule"] = case.suitability.source
    if why is Unsuitable.RISK_TOO_HIGH:
        detail["level"] = f"C{max(person.assessments, key=lambda a: (a.made, -a.level)).level}"
    return _no(Gate.SUITABLE, Reason(why.value), offer, **detail)


def _wanted(case: Case, _person: Person, offer: Offer, product: Product) -> Step | None:
    found = unwanted(case, product)
    return _no(Gate.WISH, found[0], offer, **found[1]) if found else None


def _audience(person: Person, offer: Offer) -> Step | None:
    """Whom the marketer means; a trait that is not known does not match."""
    if offer.ages is not None and (person.age is None or not offer.ages[0] <= person.age <= offer.ages[1]):
        return _no(Gate.AUDIENCE, Reason.OTHER_AUDIENCE, offer, trait="年龄")
    for trait, allowed in offer.audience.items():
        if person.traits.get(trait) not in allowed:
            return _no(Gate.AUDIENCE, Reason.OTHER_AUDIENCE, offer, trait=trait)
    return None


def _no(gate: Gate, reason: Reason, offer: Offer, **detail: str) -> Step:
    return Step(gate, False, reason, offer.id, {"product": offer.product_name, **detail})


_GATES: tuple[Callable[[Case, Person, Offer, Product], Step | None], ...] = (_wanted, _sale, _eligible, suitable)
