"""The view of one customer comes back as it was written, and what is not known stays unknown."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import insert, update
from sqlalchemy.engine import Engine

from customer import tables
from customer.errors import CustomerStoreUnavailable
from customer.model import (
    ChannelIdentity,
    Claim,
    Consent,
    ConsentState,
    Customer,
    Holding,
    IdentityKind,
    RiskRating,
    Sex,
    Signal,
    SignalKind,
)
from customer.reading import CustomerReader
from dialogue.store.database import connect
from tests.support.customers import scratch_database, write_customer

AT = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
LATER = datetime(2026, 11, 21, 9, tzinfo=UTC)
WHO = Customer(
    id="C000001",
    birth_date=Claim(date(1988, 2, 29), "核心系统", AT),
    sex=Claim(Sex.FEMALE, "核心系统", AT),
    region=Claim("海贝湾", "手机银行", LATER),
    monthly_income=Claim(Decimal("15200.50"), "代发工资", AT),
    vip=Claim(False, "核心系统", AT),
    segment=Claim("潜力", "分群 r1", AT),
    life_stage=Claim("成家", "分群 r1", AT),
    risk=RiskRating("C2", date(2026, 3, 1), date(2027, 2, 28), "手机银行", AT),
    holdings=(
        Holding("h1", "稳盈1号", "E1", Decimal("50000.00"), date(2026, 1, 2), None, "理财系统", AT),
        Holding("h2", "云杉白金信用卡", None, None, None, None, "卡系统", AT),
    ),
    consents=(
        Consent("marketing", "*", ConsentState.GRANTED, AT, "开户"),
        Consent("marketing", "sms", ConsentState.WITHDRAWN, LATER, "web"),
    ),
    identities=(ChannelIdentity(IdentityKind.PHONE, "d" * 64, "138****8000", "核心系统", AT),),
    signals=(Signal(SignalKind.OVERDUE, AT, None, "贷款系统"),),
)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = scratch_database(tmp_path)
    yield made
    made.dispose()


def test_a_customer_reads_as_written(engine: Engine) -> None:
    write_customer(engine, WHO)
    write_customer(engine, Customer("C000002", region=Claim("别处", "核心系统", AT), holdings=()))
    assert CustomerReader(engine).customer("C000001") == WHO


def test_what_is_unknown_is_none(engine: Engine) -> None:
    write_customer(engine, Customer("C9", vip=Claim(True, "核心系统", AT)))
    read = CustomerReader(engine).customer("C9")
    assert read is not None
    assert (read.birth_date, read.monthly_income, read.employee, read.risk, read.segment) == (None,) * 5
    assert (read.holdings, read.consents, read.age_on(date(2026, 1, 1))) == ((), (), None)


def test_nobody_has_an_unknown_id(engine: Engine) -> None:
    reader = CustomerReader(engine)
    assert reader.customer("没有' OR 1=1 --") is None
    assert reader.features("C1") == {} and reader.scores("C1") == ()


def test_a_merged_id_is_answered_by_the_one_kept(engine: Engine) -> None:
    write_customer(engine, WHO)
    write_customer(engine, Customer("C7", vip=Claim(True, "核心系统", AT)))
    with engine.begin() as sql:
        sql.execute(update(tables.customer).where(tables.customer.c.id == "C7").values(merged_into=WHO.id))
    read = CustomerReader(engine).customer("C7")
    assert read is not None and (read.id, read.merged) == (WHO.id, ("C7",))


def test_the_newest_word_counts_and_at_the_same_instant_the_withdrawal(engine: Engine) -> None:
    write_customer(engine, WHO)
    said = {"customer_id": WHO.id, "purpose": "marketing", "channel": "*", "source": "导入"}
    with engine.begin() as sql:
        for state in ("withdrawn", "granted"):
            sql.execute(insert(tables.consent), {**said, "state": state, "at": LATER})
    read = CustomerReader(engine).customer(WHO.id)
    assert read is not None
    for channel in ("web", "sms"):
        word = read.consent("marketing", channel)
        assert word is not None and word.state is ConsentState.WITHDRAWN
    assert read.consent("personalised", "web") is None


def test_the_newest_assessment_counts_even_when_it_has_expired(engine: Engine) -> None:
    write_customer(engine, WHO)
    row = {"customer_id": WHO.id, "source": "柜面", "as_of": LATER}
    newer = {"assessed_on": date(2026, 5, 1), "rating": "C1", "expires_on": date(2026, 6, 1)}
    with engine.begin() as sql:
        sql.execute(insert(tables.risk), {**row, **newer})
    read = CustomerReader(engine).customer(WHO.id)
    assert read is not None and read.risk is not None
    assert (read.risk.rating, read.risk.valid_on(date(2026, 11, 20))) == ("C1", False)


@pytest.mark.parametrize(
    ("expires", "day", "valid"),
    [
        (date(2027, 2, 28), date(2027, 2, 28), True),
        (date(2027, 2, 28), date(2027, 3, 1), False),
        (date(2027, 2, 28), date(2026, 2, 28), False),
        (None, date(2026, 3, 1), False),
    ],
)
def test_an_assessment_holds_from_its_day_to_its_last(expires: date | None, day: date, valid: bool) -> None:
    assert RiskRating("C3", date(2026, 3, 1), expires, "柜面", AT).valid_on(day) is valid


def test_age_counts_full_years() -> None:
    assert [WHO.age_on(d) for d in (date(2026, 2, 28), date(2026, 3, 1), date(1980, 1, 1))] == [37, 38, None]


def test_a_broken_database_is_said_and_not_a_blank_customer(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path}/empty.db")
    with pytest.raises(CustomerStoreUnavailable, match="JINWEN_DATABASE_URL"):
        CustomerReader(engine).customer("C1")
    engine.dispose()
