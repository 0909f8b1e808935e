"""Decisions one by one: which gate stops what, what is noted for the experiment, what words it has."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from customer.model import Purpose, Signal, SignalKind
from customer.suitability import Assessment
from growth.arms import arm_of
from growth.case import Case, Contact, ContactKind, Context, Wish, WishScope
from growth.decision import HOLDOUT, decide
from growth.reasons import Gate, Reason
from growth.rules import Trial
from growth.telling import decision_in_words, texts
from tests.support.cases import NOW, RULES, age_of, offer_of, plain_case, product_of, said, willing


def contact(kind: ContactKind, days: float, offer: str = "o-x", classes: str = "基金") -> Contact:
    return Contact(kind, NOW - timedelta(days=days), "wechat", offer, frozenset({classes}))


SHOWN, REFUSED = ContactKind.SHOWN, ContactKind.REFUSED


def test_a_plain_case_leads_to_its_offer() -> None:
    made = decide(plain_case())
    assert (made.offer, made.reason, made.would_have) == ("o-稳", Reason.BEST, "")
    assert made.steps[0].gate is Gate.EXPERIMENT and made.propensity == 1.0 and made.chance == 0.5


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"person": None}, Reason.UNKNOWN_CUSTOMER),
        ({"broken": ("台账",)}, Reason.BROKEN),
        ({"context": Context("web", answered=False)}, Reason.NOT_ANSWERED),
        ({"context": Context("web", urgent=True)}, Reason.URGENT),
        ({"signals": (Signal(SignalKind.COMPLAINT, NOW - timedelta(days=29), None, ""),)}, Reason.SERVICE_FIRST),
        ({"signals": (Signal(SignalKind.HARDSHIP, NOW - timedelta(days=29), None, ""),)}, Reason.SERVICE_FIRST),
        ({"person": willing(consents=())}, Reason.NO_CONSENT),
        ({"person": willing(consents=(said(Purpose.MARKETING, False, NOW),))}, Reason.NO_CONSENT),
        ({"wishes": (Wish(1, False, WishScope.ALL),)}, Reason.OPTED_OUT),
        ({"wishes": (Wish(1, False, WishScope.CHANNEL, "web"),)}, Reason.OPTED_OUT_CHANNEL),
        ({"context": Context("sms"), "now": NOW + timedelta(hours=8)}, Reason.QUIET_HOURS),
        ({"contacts": (contact(SHOWN, 0),)}, Reason.DAY_FULL),
        ({"contacts": (contact(SHOWN, -1),)}, Reason.DAY_FULL),
        ({"contacts": tuple(contact(SHOWN, d) for d in (2, 3, 4))}, Reason.WEEK_FULL),
        ({"contacts": tuple(contact(REFUSED, d) for d in (2, 9, 20))}, Reason.REFUSED_OFTEN),
        ({"offers": ()}, Reason.NOTHING_LEFT),
    ],
)
def test_what_stops_everything(changes: dict[str, Any], reason: Reason) -> None:
    made = decide(plain_case(**changes))
    assert (made.offer, made.reason) == ("", reason)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"products": {}}, Reason.NO_PRODUCT),
        ({"offers": (offer_of("稳", valid_to=date(2026, 11, 19)),)}, Reason.NOT_VALID),
        ({"offers": (offer_of("稳", budget=2),), "spent": {"o-稳": 2}}, Reason.NO_BUDGET),
        ({"products": {"稳": product_of("稳", sale_to=date(2026, 11, 19))}}, Reason.NOT_ON_SALE),
        ({"products": {"稳": product_of("稳", withdrawn=True)}}, Reason.WITHDRAWN),
        ({"offers": (offer_of("稳", channels=frozenset({"app"})),)}, Reason.OTHER_CHANNEL),
        ({"offers": (offer_of("稳", regions=frozenset({"海贝湾"})),)}, Reason.OTHER_REGION),
        ({"person": willing(held=frozenset({"稳"}))}, Reason.HELD),
        ({"context": Context("web", True, focus=frozenset({"保险"}))}, Reason.OFF_TOPIC),
        ({"products": {"稳": product_of("稳", conditions=(None,))}}, Reason.CONDITION_UNKNOWN),
        ({"products": {"稳": product_of("稳", risk=4)}}, Reason.RISK_TOO_HIGH),
        ({"products": {"稳": product_of("稳", risk=None)}}, Reason.NO_RATING),
        ({"person": willing(assessments=())}, Reason.NO_ASSESSMENT),
        ({"person": willing(assessments=(Assessment(3, date(2025, 1, 1)),))}, Reason.ASSESSMENT_EXPIRED),
        ({"person": willing(age=17, said=(age_of(17),))}, Reason.UNDER_AGE),
        ({"wishes": (Wish(1, False, WishScope.KIND, "理财"),)}, Reason.OPTED_OUT_KIND),
        ({"wishes": (Wish(1, False, WishScope.RISK, "1"),)}, Reason.OPTED_OUT_RISK),
        ({"offers": (offer_of("稳", ages=(50, 60)),)}, Reason.OTHER_AUDIENCE),
        ({"person": willing(consents=(said(Purpose.MARKETING, True, NOW),))}, Reason.NOT_PERSONAL),
        ({"contacts": (contact(SHOWN, 9, "o-稳"),)}, Reason.OFFER_RECENT),
        ({"contacts": (contact(REFUSED, 60, "o-稳"),)}, Reason.OFFER_REFUSED),
        ({"contacts": (contact(SHOWN, 9, classes="理财"), contact(SHOWN, 10, classes="理财"))}, Reason.CLASS_FULL),
        ({"contacts": (contact(REFUSED, 20, classes="理财"),)}, Reason.CLASS_REFUSED),
        ({"chances": {"o-稳": 0.29}}, Reason.UNLIKELY),
        ({"chances": {"o-稳": float("nan")}}, Reason.NO_CHANCE),
        ({"chances": {}}, Reason.NO_CHANCE),
    ],
)
def test_what_stops_one_offer(changes: dict[str, Any], reason: Reason) -> None:
    made = decide(plain_case(**changes))
    assert made.offer == "" and reason in {s.reason for s in made.steps if not s.passed}


def test_without_a_model_the_rules_decide_and_say_so() -> None:
    made = decide(plain_case(chances=None, model="文件损坏"))
    assert made.offer and made.chance is None and made.model == "文件损坏"
    assert Reason.RULES_ONLY in {s.reason for s in made.steps}


def test_without_consent_to_profiling_only_what_everybody_is_told() -> None:
    person = willing(consents=(said(Purpose.MARKETING, True, NOW),))
    made = decide(plain_case(person=person, offers=(offer_of("稳", general=True),)))
    assert made.offer and not made.personal and made.chance is None


def test_what_is_wanted_again_after_all_was_refused() -> None:
    wishes = (Wish(1, False, WishScope.ALL), Wish(2, True, WishScope.KIND, "理财"))
    assert decide(plain_case(wishes=wishes)).offer
    assert not decide(plain_case(wishes=(*wishes, Wish(3, False, WishScope.ALL)))).offer


def test_the_holdout_is_logged_and_shown_nothing() -> None:
    case = plain_case(rules=replace(RULES, trial=Trial("t", "s", 1.0, 0.0)))
    made = decide(case)
    assert (made.offer, made.would_have, made.arm, made.reason) == ("", "o-稳", HOLDOUT, Reason.ARM_HOLDOUT)


def test_whoever_wants_no_offers_is_not_weighed_at_all() -> None:
    made = decide(plain_case(wishes=(Wish(1, False, WishScope.ALL),)))
    assert made.would_have == "" and not any(s.offer for s in made.steps)


def many(explore: float) -> list[Case]:
    offers = tuple(offer_of(n, value=v) for n, v in (("甲", 100.0), ("乙", 50.0), ("丙", 10.0)))
    products = {n: product_of(n, k) for n, k in (("甲", "理财"), ("乙", "基金"), ("丙", "理财"))}
    chances = {f"o-{n}": 0.5 for n in products}
    rules = replace(RULES, trial=Trial("t", "s", 0.0, explore))
    return [plain_case(id=f"d{i}", offers=offers, products=products, chances=chances, rules=rules) for i in range(3000)]


def test_propensities_are_the_shares_that_come_out() -> None:
    made = [decide(case) for case in many(0.3)]
    shares = Counter(m.offer for m in made)
    for offer, number in shares.items():
        assert number / 3000 == pytest.approx(next(m.propensity for m in made if m.offer == offer), abs=0.03)
    assert next(m.propensity for m in made if m.offer == "o-甲") == pytest.approx(0.8)


def test_what_was_shown_lately_gives_way_to_something_else() -> None:
    case = many(0.0)[0]
    shown = (contact(SHOWN, 20, "o-x", "理财"), contact(SHOWN, 21, "o-y", "理财"))
    assert decide(case).offer == "o-甲"
    assert decide(replace(case, contacts=shown)).offer == "o-乙"


def test_arms_have_their_shares_and_never_change() -> None:
    shares = {"a": 0.05, "b": 0.95}
    arms = [arm_of(f"c{i}", "salt", shares) for i in range(20_000)]
    assert arms.count("a") / 20_000 == pytest.approx(0.05, abs=0.006)
    assert arms == [arm_of(f"c{i}", "salt", shares) for i in range(20_000)]
    assert arms != [arm_of(f"c{i}", "other", shares) for i in range(20_000)]


def test_every_gate_and_reason_has_words() -> None:
    assert set(texts()["gates"]) == {g.value for g in Gate}
    assert set(texts()["reasons"]) == {r.value for r in Reason}
    lines = decision_in_words(decide(plain_case(products={"稳": product_of("稳", risk=4)})).steps, {})
    assert any("产品风险等级R4高于客户的测评等级C3" in line for line in lines)
