"""The service on real tables: one exposure for two replicas, wishes that overtake a decision, parts that fail."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, func, insert, select
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError

from customer.consent import record
from customer.model import ANY_CHANNEL, Consent, ConsentState, Purpose
from customer.tables import metadata as customer_tables
from customer.tables import score
from growth import history, ledger
from growth.case import ContactKind, Context, WishScope
from growth.catalogue import Catalogue, read_catalogue
from growth.errors import ClaimLost, LedgerUnavailable, NotShown, UnknownDecision
from growth.ledger import Place, Wanted
from growth.reasons import Reason
from growth.service import NO_SCORES, STALE, Growth
from growth.tables import contact
from growth.tables import metadata as growth_tables
from tests.support.customers import emptied_database, scratch_database, write_customer
from tests.support.demo import TODAY, Bank
from tests.support.offers import NOW, OFFERS, customer_of

APP = Context("app")


@pytest.fixture
def catalogue(bank: Bank) -> Catalogue:
    return read_catalogue(OFFERS, bank.snapshot, bank.lexicon, TODAY)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    if request.param == "sqlite":
        made = scratch_database(tmp_path)
    else:
        made = emptied_database(request.getfixturevalue("postgres_url"), growth_tables, customer_tables)
    write_customer(made, customer_of("c2"))
    yield made
    made.dispose()


@pytest.fixture
def scratch(tmp_path: Path) -> Iterator[Engine]:
    made = scratch_database(tmp_path)
    write_customer(made, customer_of("c2"))
    yield made
    made.dispose()


def growth_on(engine: Engine) -> Growth:
    return Growth(engine, OFFERS, lambda: NOW)


def withdraw(engine: Engine, purpose: Purpose) -> None:
    with engine.begin() as connection:
        record(connection, "c2", Consent(purpose.value, ANY_CHANNEL, ConsentState.WITHDRAWN, NOW, "柜面"))
        ledger.touch(connection, "c2")


def wish(engine: Engine, allow: bool, scope: WishScope = WishScope.ALL, of: str = "", breath: str = "b") -> None:
    with engine.begin() as connection:
        ledger.write_wishes(connection, "c2", [Wanted(allow, scope, of)], breath=breath, place=Place("web"), now=NOW)


def scored(engine: Engine, chances: dict[str, float], at: datetime = NOW) -> None:
    with engine.begin() as connection:
        connection.execute(insert(score), {"customer_id": "c2", "chances": chances, "run": "m1", "as_of": at})


def shown(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(contact)).scalar() or 0)


def test_two_replicas_that_decide_at_once_make_one_exposure(engine: Engine, catalogue: Catalogue) -> None:
    together = threading.Barrier(6)
    offers: list[str] = []

    def replica() -> None:
        growth = growth_on(engine)
        together.wait()
        offers.append(growth.reserve("c2", APP, catalogue).decision.offer)

    threads = [threading.Thread(target=replica) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(bool, offers)) == [False] * 5 + [True]
    assert shown(engine) == 1


def test_a_wish_between_decision_and_showing_stops_it(engine: Engine, catalogue: Catalogue) -> None:
    growth = growth_on(engine)
    made = growth.decide("c2", APP, catalogue)
    assert made.decision.offer
    wish(engine, allow=False)
    with pytest.raises(ClaimLost), engine.begin() as connection:
        growth.write(connection, made, ContactKind.SHOWN)
    left = growth.without(made).decision
    assert (left.offer, left.reason) == ("", Reason.CLAIM_LOST) and left.would_have == made.decision.offer
    assert shown(engine) == 0


def test_a_withdrawn_consent_between_decision_and_showing_stops_it(engine: Engine, catalogue: Catalogue) -> None:
    made = growth_on(engine).decide("c2", APP, catalogue)
    withdraw(engine, Purpose.MARKETING)
    with pytest.raises(ClaimLost), engine.begin() as connection:
        growth_on(engine).write(connection, made, ContactKind.SHOWN)


def test_what_is_said_in_one_breath_holds_together(engine: Engine, catalogue: Catalogue, bank: Bank) -> None:
    wish(engine, allow=False, breath="only")
    wish(engine, True, WishScope.KIND, bank.id_of("基金"), breath="only")
    made = growth_on(engine).decide("c2", APP, catalogue).decision
    offered = catalogue.offer(made.offer)
    assert offered is not None and bank.id_of("基金") in catalogue.products[offered.product].classes


@pytest.mark.parametrize(
    ("chances", "days_old", "model", "offers"),
    [
        ({}, 0, NO_SCORES, True),
        ({"wenying30": 0.8, "wenying1": 0.2}, 0, "m1", True),
        ({"wenying30": 0.29, "wenying1": 0.1}, 0, "2026-11-20 的评分", False),
        ({"wenying30": 0.9}, 60, STALE, True),
    ],
)
def test_the_model_decides_or_is_said_to_be_away(
    scratch: Engine, catalogue: Catalogue, chances: dict[str, float], days_old: int, model: str, *, offers: bool
) -> None:
    if chances:
        scored(scratch, chances, NOW - timedelta(days=days_old))
    made = growth_on(scratch).decide("c2", APP, catalogue).decision
    assert (made.model, bool(made.offer)) == (model, offers)
    assert (made.chance is None) is (model != "m1" or not offers)
    assert model != "m1" or made.offer in ("", "wenying30")


def test_feedback_is_written_once_and_only_after_showing(engine: Engine, catalogue: Catalogue) -> None:
    made = growth_on(engine).reserve("c2", APP, catalogue).decision
    with engine.begin() as connection:
        with pytest.raises(NotShown):
            history.answered(connection, made.id, ContactKind.CLICKED, who=None, now=NOW)
        with pytest.raises(UnknownDecision):
            history.answered(connection, made.id, ContactKind.SHOWN, who="somebody else", now=NOW)
        told = [history.answered(connection, made.id, k, who="c2", now=NOW) for k in (ContactKind.SHOWN,) * 2]
        assert [t.repeated for t in told] == [False, True]
        assert not history.answered(connection, made.id, ContactKind.REFUSED, who="c2", now=NOW).repeated
    later = Growth(engine, OFFERS, lambda: NOW + timedelta(days=20))
    reasons = {s.reason for s in later.decide("c2", APP, catalogue).decision.steps if s.offer == made.offer}
    assert Reason.OFFER_REFUSED in reasons


def test_a_reservation_that_was_never_shown_lapses(scratch: Engine, catalogue: Catalogue) -> None:
    assert growth_on(scratch).reserve("c2", APP, catalogue).decision.offer
    assert growth_on(scratch).reserve("c2", APP, catalogue).decision.reason is Reason.DAY_FULL
    later = Growth(scratch, OFFERS, lambda: NOW + timedelta(minutes=11))
    assert later.reserve("c2", APP, catalogue).decision.offer


def test_a_database_that_fails_at_random_lets_nothing_out(tmp_path: Path, catalogue: Catalogue) -> None:
    engine = scratch_database(tmp_path)
    for n in range(40):
        rating = [None, "C1", "C3", "C5"][n % 4]
        write_customer(engine, customer_of(f"x{n}", rating, date(2024, 1, 1) if n % 5 == 0 else date(2026, 6, 1)))
    with engine.begin() as connection:
        for n in range(0, 40, 3):
            breath = f"b{n}"
            ledger.write_wishes(
                connection, f"x{n}", [Wanted(False, WishScope.ALL)], breath=breath, place=Place("web"), now=NOW
            )
    rng = random.Random(3)
    failing = [0.0]

    @event.listens_for(engine, "before_cursor_execute")
    def break_down(*_arguments: object) -> None:
        if rng.random() < failing[0]:
            raise OperationalError("…", {}, Exception("database is locked"))

    seen: Counter[str] = Counter()
    for turn in range(1500):
        failing[0] = rng.choice([0.0, 0.1, 0.4])
        who = rng.randrange(40)
        growth = Growth(engine, OFFERS, lambda day=turn // 30: NOW + timedelta(days=day))  # type: ignore[misc]
        try:
            made = growth.reserve(f"x{who}", APP, catalogue).decision
        except LedgerUnavailable:
            seen["unwritten"] += 1
            continue
        seen[made.reason.value] += 1
        if made.offer:
            offer = catalogue.offer(made.offer)
            assert offer is not None and who % 3 != 0, "muted"
            risk = catalogue.products[offer.product].rated.risk or 0
            level = 0 if who % 5 == 0 else [0, 1, 3, 5][who % 4]
            assert risk <= level, (who, offer.id)
    assert seen["unwritten"] > 20 and seen["broken"] > 20 and seen["best"] > 20 and seen["opted_out"] > 20
    engine.dispose()


def test_unknown_customers_get_nothing(engine: Engine, catalogue: Catalogue) -> None:
    made = growth_on(engine).reserve("nobody", APP, catalogue).decision
    assert (made.offer, made.reason) == ("", Reason.UNKNOWN_CUSTOMER)


def test_an_offer_whose_product_is_gone_or_off_sale_is_not_made(scratch: Engine, catalogue: Catalogue) -> None:
    gone = replace(catalogue, products={})
    ended = {i: replace(p, sale_to=TODAY - timedelta(days=1)) for i, p in catalogue.products.items()}
    growth = growth_on(scratch)
    for changed, reason in ((gone, Reason.NO_PRODUCT), (replace(catalogue, products=ended), Reason.NOT_ON_SALE)):
        made = growth.decide("c2", APP, changed).decision
        assert not made.offer and {s.reason for s in made.steps if s.offer} == {reason}


def test_a_clock_that_runs_ahead_makes_no_second_exposure(scratch: Engine, catalogue: Catalogue) -> None:
    ahead = Growth(scratch, OFFERS, lambda: datetime(2026, 11, 21, 1, tzinfo=UTC))
    assert ahead.reserve("c2", APP, catalogue).decision.offer
    assert growth_on(scratch).reserve("c2", APP, catalogue).decision.reason is Reason.DAY_FULL
