"""The name in a token leads to the customer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import insert, update

from connectors.identity.settings import IssuerSettings
from connectors.identity.subjects import customer_of
from customer.identifiers import Identifiers
from customer.model import IdentityKind
from customer.reading import CustomerReader
from customer.tables import customer, identity
from tests.support.customers import scratch_database, write_customer
from tests.support.offers import THEN
from tests.support.offers import customer_of as person

KEY = Identifiers(b"k" * 32)
BY_ID = IssuerSettings("bank", "iss", "aud", "keys.json")


@pytest.fixture
def find(tmp_path: Path) -> Callable[[str, str], str]:
    engine = scratch_database(tmp_path)
    for who in ("C1", "C2"):
        write_customer(engine, person(who))
    with engine.begin() as sql:
        named = {"kind": "app_user", "digest": KEY.digest(IdentityKind.APP_USER, "wang.xm"), "customer_id": "C2"}
        sql.execute(insert(identity), {**named, "shown": "wa****", "source": "手机银行", "as_of": THEN})
        sql.execute(update(customer).where(customer.c.id == "C2").values(merged_into="C1"))
    reader = CustomerReader(engine)
    return lambda subject, given: customer_of(replace(BY_ID, subject=subject), reader, KEY)(given)


@pytest.mark.parametrize(
    ("subject", "given", "who"),
    [
        ("customer", "C1", "C1"),
        ("customer", "C2", "C1"),
        ("customer", "C9", "C9"),
        ("app_user", "wang.xm", "C1"),
        ("app_user", "ｗａｎｇ.xm", "C1"),
        ("app_user", "C1", "app:C1"),
        ("app_user", "; DROP", "app:; DROP"),
    ],
)
def test_subject_leads_to_the_kept_customer(
    find: Callable[[str, str], str], subject: str, given: str, who: str
) -> None:
    assert find(subject, given) == who


def test_other_subjects_are_refused() -> None:
    with pytest.raises(ValueError, match="customer or app_user"):
        replace(BY_ID, subject="email")
