"""No path lets an unsuitable, unconsented or muted offer out: 25,000 random cases against rules written anew here,
and as many lists on request."""

from __future__ import annotations

import json
import random
from collections import Counter
from datetime import timedelta

import pytest

from customer.model import ANY_CHANNEL, ConsentState, Purpose
from growth.case import Case, ContactKind, Product, WishScope
from growth.decision import Decision, decide
from growth.listing import advice, general, suited
from growth.offers import Offer
from growth.reasons import Reason
from tests.support.cases import SUITABILITY, random_case

CASES, SEEDS = 5000, 5


def _consented(case: Case, purpose: Purpose) -> bool:
    """The last word on a purpose, for this channel or all, is a yes, and not one of tomorrow."""
    assert case.person is not None
    last = None
    for said in case.person.consents:
        if said.purpose != purpose or said.channel not in (ANY_CHANNEL, case.context.channel):
            continue
        if last is None or said.at >= last.at:
            last = said
    return last is not None and last.state is ConsentState.GRANTED and last.at <= case.now


def _muted(case: Case, kinds: frozenset[str]) -> bool:
    """Replays the wishes in the order they were stored: each stroke mutes or opens what it speaks of."""
    open_now = dict.fromkeys(kinds, True)
    channel_open = True
    for wish in sorted(case.wishes, key=lambda w: (w.number, w.scope is WishScope.KIND, not w.allow)):
        if wish.scope is WishScope.CHANNEL and wish.of == case.context.channel:
            channel_open = wish.allow
        if wish.scope is WishScope.ALL:
            open_now = dict.fromkeys(kinds, wish.allow)
        if wish.scope is WishScope.KIND and wish.of in kinds:
            open_now = dict.fromkeys(kinds, wish.allow)
    return not channel_open or not all(open_now.values())


def _too_risky(case: Case, product: Product) -> bool:
    """Goes through what was said of risk, stroke by stroke, with a mark on every level that is wanted."""
    wanted = dict.fromkeys(range(1, 6), True)
    for wish in sorted(case.wishes, key=lambda w: (w.number, not w.allow)):
        if wish.scope is WishScope.RISK:
            for level in wanted:
                if (level <= int(wish.of)) if wish.allow else (level > int(wish.of)):
                    wanted[level] = wish.allow
    if product.rated.ratings:
        return not wanted[max(product.rated.ratings)]
    return not all(wanted.values()) and bool(product.classes & SUITABILITY.rated)


def _may_be_told(case: Case, offer: Offer) -> None:
    """What holds for whatever a known customer is told, brought up by the bank or asked for."""
    assert not case.broken and case.person is not None
    person, product = case.person, case.products[offer.product]
    today = case.now.astimezone(case.rules.zone).date()
    personal = _consented(case, Purpose.MARKETING) and _consented(case, Purpose.PERSONALISED)
    assert personal or offer.general
    assert not _muted(case, product.classes | {product.id}) and not _too_risky(case, product)
    assert not case.context.urgent and case.context.answered is not False
    for signal in case.signals:
        days = timedelta(days=case.rules.service_days.get(signal.kind, 180))
        assert case.now >= (signal.until or signal.since + days)
    _may_be_sold(case, offer)
    assert product.id not in person.held and (not offer.regions or person.region in offer.regions)
    assert offer.budget is None or case.spent.get(offer.id, 0) < offer.budget
    if product.rated.ratings or product.classes & SUITABILITY.rated:
        newest = max(a.made for a in person.assessments)
        assert newest <= today < newest + timedelta(days=365)
        level = min(a.level for a in person.assessments if a.made == newest)
        worst = max(product.rated.ratings)
        assert level >= 1 and worst <= level
        assert all(
            a.until is None or a.until >= today for a in person.assessments if (a.made, a.level) == (newest, level)
        )
        assert person.age is not None and person.age >= 18
        assert not (person.age >= 65 and worst > 3)
        assert not (person.age >= 75 and (worst > 2 or (product.rated.months or 0) > 36))
    for condition in product.conditions:
        assert condition is not None and person.age is not None and condition.attribute == "年龄"
        assert person.age >= 18 if "≥" in condition.text else person.age <= 50


def _may_be_sold(case: Case, offer: Offer) -> None:
    product, today = case.products[offer.product], case.now.astimezone(case.rules.zone).date()
    assert offer.valid_from <= today <= offer.valid_to and case.context.channel in offer.channels
    assert (product.sale_from or today) <= today <= (product.sale_to or today) and not product.withdrawn


def _check(case: Case, made: Decision) -> None:
    """What holds besides for what the bank brings up."""
    offer = next(o for o in case.offers if o.id == made.offer)
    _may_be_told(case, offer)
    assert _consented(case, Purpose.MARKETING)
    today = case.now.astimezone(case.rules.zone).date()
    local = case.now.astimezone(case.rules.zone)
    assert case.context.channel not in ("sms", "phone") or 8 <= local.hour < 21
    shown = [c for c in case.contacts if c.kind is ContactKind.SHOWN]
    assert not any(c.at.astimezone(case.rules.zone).date() >= today for c in shown)
    assert sum(c.at > case.now - timedelta(days=7) for c in shown) < 3
    refused = [c for c in case.contacts if c.kind is ContactKind.REFUSED]
    assert not any(c.offer == offer.id and c.at > case.now - timedelta(days=90) for c in refused)
    assert sum(c.at > case.now - timedelta(days=30) for c in refused) < 3
    if case.chances is None or not made.personal:
        assert made.chance is None
        assert any(s.reason is Reason.RULES_ONLY and s.offer == offer.id for s in made.steps)
    else:
        assert case.chances[offer.id] >= offer.threshold
    assert made.arm != "holdout" and 0 < made.propensity <= 1


@pytest.mark.parametrize("seed", range(SEEDS))
def test_no_unsuitable_unconsented_or_muted_offer_gets_out(seed: int) -> None:
    rng = random.Random(seed)
    seen: Counter[Reason] = Counter()
    for _ in range(CASES):
        case = random_case(rng)
        made = decide(case)
        seen[made.reason] += 1
        assert decide(case) == made, "the same case has two decisions"
        if made.offer:
            assert not made.would_have
            _check(case, made)
    assert seen[Reason.BEST] + seen[Reason.EXPLORED] > CASES // 50, "too few offers to prove anything"
    assert {Reason.BROKEN, Reason.NO_CONSENT, Reason.OPTED_OUT, Reason.SERVICE_FIRST, Reason.ARM_HOLDOUT} <= set(seen)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_advice_lets_nothing_forbidden_out_either_and_is_recorded(seed: int) -> None:
    """25,000 more: a list on request goes by the same gates but for pressure, hour and chance."""
    rng = random.Random(1000 + seed)
    seen: Counter[str] = Counter()
    for _ in range(CASES):
        case = random_case(rng)
        kinds = frozenset(rng.sample(["理财", "基金", "存款", "保险"], rng.choice([0, 0, 1, 2])))
        listed = suited(case, kinds)
        for offer in listed.offers:
            _may_be_told(case, offer)
            assert not kinds or kinds & case.products[offer.product].classes
        for_all = general(case, kinds)
        for offer in for_all.offers:
            product = case.products[offer.product]
            _may_be_sold(case, offer)
            assert offer.general and not case.broken and not _muted(case, product.classes | {product.id})
            assert not _too_risky(case, product)
        for told in (listed, for_all):
            made = advice(case, told)
            named = {s.offer for s in made.steps if s.reason is Reason.ADVISED}
            assert named == {o.id for o in told.offers} and not made.offer and not made.would_have
            assert (made.reason is Reason.ADVISED) is bool(told.offers)
            assert Decision.from_json(json.loads(json.dumps(made.to_json()))) == made
        seen["listed"] += bool(listed.offers)
        seen["general"] += bool(for_all.offers)
    assert min(seen.values()) > CASES // 20, "too few lists to prove anything"
