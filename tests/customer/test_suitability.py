"""Suitability: the higher rating, valid assessments, age and term; unknown is unsuitable."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from customer.consent import agreed
from customer.model import ANY_CHANNEL, Consent, ConsentState, Purpose
from customer.suitability import Assessment, Rated, Unsuitable, unsuitable, valid_until
from tests.support.cases import NOW, SUITABILITY

TODAY = date(2026, 11, 20)
WEALTH = frozenset({"理财"})
C2, C5 = Assessment(2, date(2026, 6, 1)), Assessment(5, date(2026, 6, 1))


@pytest.mark.parametrize(
    ("ratings", "months", "assessments", "age", "why"),
    [
        ((2,), 12, (C2,), 40, None),
        ((3,), 12, (C2,), 40, Unsuitable.RISK_TOO_HIGH),
        ((2, 3), 12, (C2,), 40, Unsuitable.RISK_TOO_HIGH),
        ((), 12, (C2,), 40, Unsuitable.NO_RATING),
        ((1,), 12, (), 40, Unsuitable.NO_ASSESSMENT),
        ((1,), 12, (Assessment(3, date(2025, 11, 20)),), 40, Unsuitable.ASSESSMENT_EXPIRED),
        ((1,), 12, (Assessment(3, date(2025, 11, 21)),), 40, None),
        ((1,), 12, (Assessment(3, date(2026, 11, 21)),), 40, Unsuitable.ASSESSMENT_AHEAD),
        ((1,), 12, (Assessment(3, date(2026, 6, 1), date(2026, 11, 19)),), 40, Unsuitable.ASSESSMENT_EXPIRED),
        ((3,), 12, (C5, Assessment(2, date(2026, 7, 1))), 40, Unsuitable.RISK_TOO_HIGH),
        ((3,), 12, (C5, Assessment(2, date(2026, 6, 1))), 40, Unsuitable.RISK_TOO_HIGH),
        ((1,), 12, (Assessment(0, date(2026, 6, 1)),), 40, Unsuitable.NO_ASSESSMENT),
        ((1,), 12, (C5,), None, Unsuitable.AGE_UNKNOWN),
        ((1,), 12, (C5,), 17, Unsuitable.UNDER_AGE),
        ((4,), 12, (C5,), 65, Unsuitable.AGE_RISK),
        ((3,), 12, (C5,), 65, None),
        ((2,), 60, (C5,), 75, Unsuitable.AGE_TERM),
        ((2,), 36, (C5,), 75, None),
    ],
)
def test_the_rules(
    ratings: tuple[int, ...], months: int, assessments: tuple[Assessment, ...], age: int | None, why: Unsuitable | None
) -> None:
    assert unsuitable(Rated(ratings, WEALTH, months), assessments, age, TODAY, SUITABILITY) == why


def test_kinds_that_need_no_rating_need_no_assessment() -> None:
    assert unsuitable(Rated((), frozenset({"存款"})), (), None, TODAY, SUITABILITY) is None


def test_the_earlier_end_counts() -> None:
    assert valid_until(Assessment(3, date(2026, 1, 1)), SUITABILITY) == date(2026, 12, 31)
    assert valid_until(Assessment(3, date(2026, 1, 1), date(2026, 3, 1)), SUITABILITY) == date(2026, 3, 1)


def said(yes: bool, at: datetime, channel: str = ANY_CHANNEL) -> Consent:
    state = ConsentState.GRANTED if yes else ConsentState.WITHDRAWN
    return Consent(Purpose.MARKETING.value, channel, state, at, "柜面")


@pytest.mark.parametrize(
    ("consents", "yes"),
    [
        ([], False),
        ([said(True, NOW)], True),
        ([said(True, NOW), said(False, NOW)], False),
        ([said(False, NOW - timedelta(days=1)), said(True, NOW)], True),
        ([said(True, NOW + timedelta(seconds=1))], False),
        ([said(True, NOW - timedelta(days=1)), said(False, NOW + timedelta(days=1))], False),
        ([said(True, NOW - timedelta(days=1)), said(False, NOW, "sms")], True),
        ([said(True, NOW - timedelta(days=1)), said(False, NOW, "web")], False),
    ],
)
def test_consent_is_the_last_word_and_unknown_is_no(consents: list[Consent], yes: bool) -> None:
    assert agreed(consents, Purpose.MARKETING, "web", NOW) is yes
