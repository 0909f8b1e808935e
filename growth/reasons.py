"""Gates of a decision in their order, and the reason codes they leave. The words for people stand in texts.yml."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Gate(StrEnum):
    """In the order they are passed."""

    EXPERIMENT = "experiment"
    SERVICE = "service"
    CONSENT = "consent"
    WISH = "wish"
    QUIET = "quiet"
    SALE = "sale"
    ELIGIBLE = "eligible"
    SUITABLE = "suitable"
    AUDIENCE = "audience"
    PRESSURE = "pressure"
    CHANCE = "chance"
    CHOICE = "choice"
    EXPOSURE = "exposure"


class Reason(StrEnum):
    """Why a step went as it did; every code has words in growth/texts.yml."""

    OK = "ok"
    # experiment
    ARM_TREATED = "arm_treated"
    ARM_HOLDOUT = "arm_holdout"
    ARM_HELD = "arm_held"
    ARM_OF_TRIAL = "arm_of_trial"
    # service
    BROKEN = "broken"
    UNKNOWN_CUSTOMER = "unknown_customer"
    NOT_ANSWERED = "not_answered"
    URGENT = "urgent"
    TROUBLE = "trouble"
    SERVICE_FIRST = "service_first"
    # consent, wishes, hours
    NO_CONSENT = "no_consent"
    NOT_PERSONAL = "not_personal"
    OPTED_OUT = "opted_out"
    OPTED_OUT_KIND = "opted_out_kind"
    OPTED_OUT_RISK = "opted_out_risk"
    OPTED_OUT_CHANNEL = "opted_out_channel"
    QUIET_HOURS = "quiet_hours"
    # per offer
    NO_PRODUCT = "no_product"
    NOT_VALID = "not_valid"
    NO_BUDGET = "no_budget"
    NOT_ON_SALE = "not_on_sale"
    WITHDRAWN = "withdrawn"
    NOT_RELEASED = "not_released"
    OTHER_CHANNEL = "other_channel"
    OTHER_REGION = "other_region"
    HELD = "held"
    OFF_TOPIC = "off_topic"
    CONDITION_FAILED = "condition_failed"
    CONDITION_UNKNOWN = "condition_unknown"
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
    OTHER_AUDIENCE = "other_audience"
    DAY_FULL = "day_full"
    WEEK_FULL = "week_full"
    REFUSED_OFTEN = "refused_often"
    OFFER_RECENT = "offer_recent"
    OFFER_REFUSED = "offer_refused"
    CLASS_FULL = "class_full"
    CLASS_REFUSED = "class_refused"
    UNLIKELY = "unlikely"
    NO_CHANCE = "no_chance"
    RULES_ONLY = "rules_only"
    # choice and exposure
    NOTHING_LEFT = "nothing_left"
    BEST = "best"
    EXPLORED = "explored"
    OUTRANKED = "outranked"
    CLAIM_LOST = "claim_lost"
    UNWRITTEN = "unwritten"
    # told to a customer who asked for it
    ADVISED = "advised"
    MORE_THAN_TOLD = "more_than_told"


@dataclass(frozen=True, slots=True)
class Step:
    """One gate passed or not. `offer` is empty for gates on the whole case; `detail` are the values it looked at."""

    gate: Gate
    passed: bool
    reason: Reason
    offer: str = ""
    detail: dict[str, str] = field(default_factory=dict)

    def to_json(self) -> list[Any]:
        """As decisions are written."""
        return [self.gate.value, self.passed, self.reason.value, self.offer, self.detail]

    @staticmethod
    def from_json(row: Sequence[Any]) -> Step:
        """The step that `to_json` wrote."""
        gate, passed, reason, offer, detail = row
        return Step(Gate(gate), passed, Reason(reason), offer, detail)
