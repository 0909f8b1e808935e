"""Suitability: a customer's risk assessment (C1 to C5) against a product's risk ratings (R1 to R5).

The rules are facts of the graph with a source, not code. What is unknown is unsuitable: a rated
kind of product without a rating, a customer without a valid assessment, a rule about age without an age, and
everything where the rules themselves are not known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Unsuitable(StrEnum):
    """Why a product does not suit."""

    NO_RULES = "no_rules"
    NO_ASSESSMENT = "no_assessment"
    ASSESSMENT_EXPIRED = "assessment_expired"
    ASSESSMENT_AHEAD = "assessment_ahead"
    NO_RATING = "no_rating"
    RISK_TOO_HIGH = "risk_too_high"
    AGE_UNKNOWN = "age_unknown"
    AGE_RISK = "age_risk"
    AGE_TERM = "age_term"
    UNDER_AGE = "under_age"


@dataclass(frozen=True, slots=True)
class Assessment:
    """A risk assessment: `level` 1 to 5 (C1 to C5), the day it was made, and the day its giver says it ends."""

    level: int
    made: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class AgeRule:
    """From `age` on: no rating above `risk`, no term longer than `months`. None where the rule says nothing."""

    age: int
    risk: int | None = None
    months: int | None = None


@dataclass(frozen=True, slots=True)
class SuitabilityRules:
    """`highest` gives by C level the highest R level; `rated` the ids of the classes that need a rating;
    `valid_days` how long an assessment holds; `adult` the age from which rated products are sold; `source` the
    document that says so. Rules that are not `whole` suit nobody."""

    highest: Mapping[int, int]
    rated: frozenset[str]
    valid_days: int
    adult: int
    ages: tuple[AgeRule, ...] = ()
    source: str = ""
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Rated:
    """Of a product what the rules look at: all its risk ratings, the classes it belongs to, its term in months."""

    ratings: tuple[int, ...]
    classes: frozenset[str]
    months: int | None = None

    @property
    def risk(self) -> int | None:
        """The rating that counts: the higher where issuer and seller differ."""
        return max(self.ratings, default=None)


def valid_until(assessment: Assessment, rules: SuitabilityRules) -> date:
    """The last day on which the assessment counts: the giver's day or the rules' period, whichever ends first."""
    by_rule = assessment.made + timedelta(days=rules.valid_days - 1)
    return by_rule if assessment.until is None else min(by_rule, assessment.until)


def current(assessments: Sequence[Assessment], today: date, rules: SuitabilityRules) -> Assessment | Unsuitable:
    """The assessment that counts today: the last one made; of two of one day the more careful one."""
    if not assessments:
        return Unsuitable.NO_ASSESSMENT
    last = max(assessments, key=lambda a: (a.made, -a.level))
    if last.made > today:
        return Unsuitable.ASSESSMENT_AHEAD
    if valid_until(last, rules) < today:
        return Unsuitable.ASSESSMENT_EXPIRED
    return last if last.level in rules.highest else Unsuitable.NO_ASSESSMENT


def unsuitable(
    product: Rated, assessments: Sequence[Assessment], age: int | None, today: date, rules: SuitabilityRules
) -> Unsuitable | None:
    """Why the product does not suit the customer; None when it suits or needs no rating."""
    risk = product.risk
    if not rules.whole:
        return Unsuitable.NO_RULES
    if risk is None:
        return Unsuitable.NO_RATING if product.classes & rules.rated else None
    assessment = current(assessments, today, rules)
    if isinstance(assessment, Unsuitable):
        return assessment
    if risk > rules.highest[assessment.level]:
        return Unsuitable.RISK_TOO_HIGH
    return _by_age(product, risk, age, rules)


def _by_age(product: Rated, risk: int, age: int | None, rules: SuitabilityRules) -> Unsuitable | None:
    if age is None:
        return Unsuitable.AGE_UNKNOWN
    if age < rules.adult:
        return Unsuitable.UNDER_AGE
    for rule in rules.ages:
        if age < rule.age:
            continue
        if rule.risk is not None and risk > rule.risk:
            return Unsuitable.AGE_RISK
        if rule.months is not None and (product.months or 0) > rule.months:
            return Unsuitable.AGE_TERM
    return None
