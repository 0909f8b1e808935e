"""Person: of the customer view what a decision may look at, and what conditions may be held against."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from customer.model import Customer, RiskRating
from customer.suitability import Assessment, SuitabilityRules, Unsuitable, current
from growth.case import Person
from growth.catalogue import Catalogue
from growth.rules import Rules
from kg.cells import ValueFault
from kg.conditions import parse_condition
from kg.facts import Qualifier


def person_of(customer: Customer, catalogue: Catalogue, day: date) -> Person:
    """The customer on a day."""
    assessments = (_assessment(customer.risk),) if customer.risk is not None else ()
    valid = current(assessments, day, catalogue.suitability)
    traits = {"segment": customer.segment, "life_stage": customer.life_stage}
    return Person(
        id=customer.id,
        age=customer.age_on(day),
        region=customer.region.value if customer.region else "",
        said=tuple(_statements(customer, catalogue.rules, valid, day)),
        held=frozenset(p.id for p in catalogue.products.values() if customer.holds(p.name) or customer.holds(p.id)),
        assessments=assessments,
        consents=customer.consents,
        traits={name: claim.value for name, claim in traits.items() if claim is not None},
    )


def assessment_of(customer: Customer, day: date, rules: SuitabilityRules) -> Assessment | Unsuitable:
    """The assessment that counts today, or why none does."""
    return current((_assessment(customer.risk),) if customer.risk is not None else (), day, rules)


def _assessment(rating: RiskRating) -> Assessment:
    """One without an end was made by somebody who did not say until when: it never counts."""
    level = int(rating.rating[1:]) if rating.rating[1:].isdecimal() else 0
    return Assessment(level, rating.assessed_on, rating.expires_on or date.min)


def _statements(customer: Customer, rules: Rules, valid: Assessment | Unsuitable, day: date) -> Iterator[Qualifier]:
    """What is known, in the words of conditions. What is not known is not said: unknown is not yes."""
    said = rules.said
    age = customer.age_on(day)
    written = list(rules.statements)
    if said.age and age is not None:
        written.append(f"{said.age}={age}岁")
    if said.monthly_income and customer.monthly_income is not None:
        written.append(f"{said.monthly_income}={customer.monthly_income.value}元")
    if said.region and customer.region is not None:
        written.append(f"{said.region}={customer.region.value}")
    if isinstance(valid, Assessment):
        written += [f"{said.level}=C{valid.level}"] if said.level else []
        written += [said.assessed] if said.assessed else []
    amounts = [h.amount for h in customer.holdings if h.amount is not None and h.amount > 0]
    if amounts:
        # At least so much, from what lies here; what a customer has elsewhere is not known.
        written += [f"{name}≥{max(amounts)}元" for name in said.funds]
    for text in written:
        try:
            condition = parse_condition(text)
        except ValueFault:  # a region or name that reads like a figure says nothing
            continue
        yield Qualifier(condition.attribute, condition.op, condition.value)
