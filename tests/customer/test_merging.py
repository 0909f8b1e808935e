"""Merging and un-merging: everything comes home, and what was parted by hand is not merged by a rule again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from customer.errors import CustomerError, UnknownCustomer
from customer.matching import Person, Verdict, compare, decide, settle, waiting
from customer.merging import aliases, merge_customers, unmerge
from customer.model import Claim, Consent, ConsentState, Customer, Holding, IdentityKind, RiskRating
from customer.reading import CustomerReader
from tests.support.customers import scratch_database, write_customer

AT = datetime(2026, 11, 20, tzinfo=UTC)
LATER = datetime(2026, 11, 21, tzinfo=UTC)
ONE = Customer(
    "C1",
    birth_date=Claim(date(1990, 1, 1), "核心", AT),
    risk=RiskRating("C3", date(2026, 1, 1), date(2027, 1, 1), "核心", AT),
    holdings=(Holding("h1", "稳盈1号", None, None, None, None, "核心", AT),),
    consents=(Consent("marketing", "*", ConsentState.GRANTED, AT, "核心"),),
)
OTHER = Customer(
    "A1",
    birth_date=Claim(date(1990, 1, 1), "手机银行", AT),
    risk=RiskRating("C1", date(2026, 1, 1), date(2027, 1, 1), "手机银行", AT),
    holdings=(Holding("h2", "稳盈2号", None, None, None, None, "手机银行", AT),),
    consents=(Consent("marketing", "*", ConsentState.WITHDRAWN, LATER, "手机银行"),),
)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = scratch_database(tmp_path)
    write_customer(made, ONE)
    write_customer(made, OTHER)
    yield made
    made.dispose()


def merged(engine: Engine, kept: str = "C1", gone: str = "A1") -> str:
    with engine.begin() as sql:
        return merge_customers(sql, kept, gone, reason="试", by="小王", at=AT)


def test_one_customer_with_both_belongings_and_the_withdrawal(engine: Engine) -> None:
    merged(engine)
    who = CustomerReader(engine).customer("A1")
    assert who and who.id == "C1" and [h.id for h in who.holdings] == ["h1", "h2"]
    word = who.consent("marketing", "web")
    assert word and word.state is ConsentState.WITHDRAWN
    with engine.connect() as sql:
        assert aliases(sql) == {"A1": "C1"}


def test_unmerging_brings_everything_home(engine: Engine) -> None:
    before = [CustomerReader(engine).customer(i) for i in ("C1", "A1")]
    made = merged(engine)
    with engine.begin() as sql:
        assert unmerge(sql, made, by="小李", at=LATER) == ("C1", "A1")
    assert [CustomerReader(engine).customer(i) for i in ("C1", "A1")] == before
    with engine.begin() as sql, pytest.raises(CustomerError, match="已经撤销"):
        unmerge(sql, made, by="小李", at=LATER)


def test_what_was_parted_goes_to_the_queue_instead(engine: Engine) -> None:
    made = merged(engine)
    with engine.begin() as sql:
        unmerge(sql, made, by="小李", at=LATER)
        assert settle(sql, "C1", "A1", IdentityKind.APP_USER, LATER) is Verdict.PERHAPS
        [pair] = waiting(sql)
        assert decide(sql, pair["id"], same=True, by="小李", at=LATER)
        assert waiting(sql) == []
        with pytest.raises(CustomerError, match="已经处理过"):
            decide(sql, pair["id"], same=False, by="小李", at=LATER)


def test_chains_end_at_the_last_kept_and_are_undone_from_there(engine: Engine) -> None:
    write_customer(engine, Customer("B1", vip=Claim(True, "核心", AT)))
    first = merged(engine)
    merged(engine, "B1", "C1")
    with engine.connect() as sql:
        assert aliases(sql) == {"A1": "B1", "C1": "B1"}
    with engine.begin() as sql, pytest.raises(CustomerError, match="先撤销那一次"):
        unmerge(sql, first, by="小李", at=LATER)


def test_impossible_merges_are_refused(engine: Engine) -> None:
    with pytest.raises(UnknownCustomer):
        merged(engine, "C1", "没有")
    with pytest.raises(CustomerError, match="不能和自己"):
        merged(engine, "C1", "C1")
    merged(engine)
    with pytest.raises(CustomerError, match="已并入 C1"):
        merged(engine)


BORN, OTHER_DAY = date(1990, 1, 1), date(1991, 1, 1)


@pytest.mark.parametrize(
    ("one", "other", "shared", "verdict"),
    [
        (Person("1", BORN, "F", "a", None), Person("2", BORN, "F", "a", None), IdentityKind.PHONE, "same"),
        (Person("1", BORN, "F", "a", None), Person("2", None, None, None, None), IdentityKind.PHONE, "perhaps"),
        (Person("1", BORN, "F", "a", None), Person("2", OTHER_DAY, "F", "a", None), IdentityKind.PHONE, "conflict"),
        (Person("1", BORN, "F", "a", None), Person("2", BORN, "M", "a", None), IdentityKind.PHONE, "conflict"),
        (Person("1", BORN, "F", "a", None), Person("2", None, None, None, None), IdentityKind.UNIONID, "same"),
        (Person("1", BORN, "F", "a", "x"), Person("2", BORN, "F", "a", "y"), IdentityKind.UNIONID, "conflict"),
        (Person("1", BORN, "F", "a", None), Person("2", BORN, "F", "b", None), IdentityKind.CARD, "same"),
    ],
)
def test_rules(one: Person, other: Person, shared: IdentityKind, verdict: str) -> None:
    assert compare(one, other, shared).verdict == verdict


@pytest.mark.parametrize("kept", ["C1", "A1"])
def test_of_two_assessments_of_one_day_the_more_careful_one_counts(engine: Engine, kept: str) -> None:
    merge = merged(engine, kept, {"C1": "A1", "A1": "C1"}[kept])
    reader = CustomerReader(engine)
    who = reader.customer(kept)
    assert who and who.risk and who.risk.rating == "C1"
    with engine.begin() as sql:
        unmerge(sql, merge, "小王", LATER)
    ratings = {i: c.risk.rating for i in ("C1", "A1") if (c := reader.customer(i)) and c.risk}
    assert ratings == {"C1": "C3", "A1": "C1"}
