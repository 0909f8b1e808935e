"""Batch selection goes by the same gates: who is muted, unsuited or contacted already is not in the list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.engine import Engine

from customer.merging import merge_customers
from growth import ledger
from growth.case import Context, WishScope
from growth.catalogue import Catalogue, read_catalogue
from growth.ledger import Place, Wanted
from growth.reasons import Reason
from growth.selection import kept_for_later, selected
from growth.service import Growth
from growth.tables import contact
from tests.support.customers import scratch_database, write_customer
from tests.support.demo import TODAY, Bank
from tests.support.offers import NOW, OFFERS, customer_of

NIGHT = datetime(2026, 11, 20, 15, 47, tzinfo=UTC)  # 23:47 at the bank


@pytest.fixture
def catalogue(bank: Bank) -> Catalogue:
    return read_catalogue(OFFERS, bank.snapshot, bank.lexicon, TODAY)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = scratch_database(tmp_path)
    for number in range(8):
        write_customer(made, customer_of(f"c{number}"))
    yield made
    made.dispose()


def chosen(engine: Engine, catalogue: Catalogue, channel: str = "sms", offer: str = "") -> dict[str, str]:
    growth = Growth(engine, OFFERS, lambda: NOW)
    return {who: product for who, _, product, _ in selected(growth, catalogue, channel, offer)}


def silence(engine: Engine, who: str, scope: WishScope = WishScope.ALL, of: str = "") -> None:
    with engine.begin() as sql:
        ledger.write_wishes(sql, who, [Wanted(False, scope, of)], breath=who, place=Place("web"), now=NOW)


def test_who_wants_none_is_left_out_under_every_id_and_channel(engine: Engine, catalogue: Catalogue) -> None:
    silence(engine, "c1")
    silence(engine, "c2", WishScope.CHANNEL, "sms")
    silence(engine, "c3", WishScope.CHANNEL, "mail")
    silence(engine, "c4")
    with engine.begin() as sql:
        merge_customers(sql, "c5", "c4", reason="同一人", by="小王", at=NOW)
    found = chosen(engine, catalogue)
    assert found and not found.keys() & {"c1", "c2", "c4", "c5"} and "c3" in found


def test_whoever_was_chosen_is_not_chosen_again_the_same_day(engine: Engine, catalogue: Catalogue) -> None:
    assert chosen(engine, catalogue)
    assert chosen(engine, catalogue) == {} == chosen(engine, catalogue, "mail")


def test_one_offer_alone(engine: Engine, catalogue: Catalogue) -> None:
    offer = next(o for o in catalogue.offers if "sms" in o.channels and not o.audience and o.ages is None)
    assert set(chosen(engine, catalogue, offer=offer.id).values()) <= {offer.product_name}


def test_at_night_nobody_is_looked_at_for_a_channel_that_is_quiet(engine: Engine, catalogue: Catalogue) -> None:
    night, day = Growth(engine, OFFERS, lambda: NIGHT), Growth(engine, OFFERS, lambda: NOW)
    stopped = kept_for_later(night, catalogue, "sms")
    assert stopped is not None and stopped.reason is Reason.QUIET_HOURS
    assert kept_for_later(night, catalogue, "web") is None is kept_for_later(day, catalogue, "sms")


def test_progress_is_told(engine: Engine, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("growth.selection.BATCH", 3)
    seen: list[int] = []
    list(selected(Growth(engine, OFFERS, lambda: NOW), catalogue, "sms", seen=seen.append))
    assert seen == [3, 6, 8]


def test_no_more_than_wanted_are_reserved(engine: Engine, catalogue: Catalogue) -> None:
    all_of_them = chosen(engine, catalogue, "mail")
    assert len(all_of_them) > 3
    with engine.begin() as sql:
        sql.execute(delete(contact))
    found = list(selected(Growth(engine, OFFERS, lambda: NOW), catalogue, "mail", most=2))
    with engine.connect() as sql:
        assert len(found) == 2 == sql.execute(select(func.count()).select_from(contact)).scalar()


def test_what_is_chosen_counts_against_the_budget(engine: Engine, catalogue: Catalogue) -> None:
    offers = tuple(replace(o, budget=1) for o in catalogue.offers)
    growth = Growth(engine, OFFERS, lambda: NOW)
    found = Counter(offer for _, offer, _, _ in selected(growth, replace(catalogue, offers=offers), "sms"))
    assert found and max(found.values()) == 1


def test_who_says_no_while_a_batch_is_decided_is_not_in_it(engine: Engine, catalogue: Catalogue) -> None:
    growth = Growth(engine, OFFERS, lambda: NOW)
    made = [growth.decide(f"c{n}", Context("sms"), catalogue) for n in range(8)]
    first, second, *_ = [m.decision.customer for m in made if m.decision.offer]
    silence(engine, first)
    left = {m.decision.customer: m.decision for m in growth.reserve_all(made)}
    assert (left[first].offer, left[first].reason) == ("", Reason.CLAIM_LOST) and left[second].offer
    with engine.connect() as sql:
        assert first not in set(sql.execute(select(contact.c.customer_id)).scalars())
