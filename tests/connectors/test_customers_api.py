"""Customers over HTTP: each role sees its part, every look is written down, nobody else sees anything."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import httpx
import pytest
from sqlalchemy.engine import Engine

from app.factory import create_app
from connectors.staff.accounts import Accounts
from connectors.staff.auth import Staff
from connectors.staff.roles import Role
from connectors.web.settings import WebSettings
from customer.looks import looks_at
from customer.model import Claim, Customer, Holding
from kg.journal import Journal
from tests.support.chat import Bank
from tests.support.customers import scratch_database, write_customer

AT = datetime(2026, 11, 20, tzinfo=UTC)
WHO = Customer(
    "C1",
    region=Claim("上海", "核心系统", AT),
    monthly_income=Claim(Decimal("12000"), "代发工资", AT),
    segment=Claim("潜力", "分群 r1", AT),
    holdings=(Holding("h1", "稳盈1号", None, Decimal("500"), date(2026, 1, 1), None, "理财系统", AT),),
)


class House:
    """A gateway with staff and one customer."""

    def __init__(self, client: httpx.AsyncClient, accounts: Accounts, engine: Engine) -> None:
        self.client, self.accounts, self.engine = client, accounts, engine

    async def sign_in(self, name: str, *roles: Role) -> None:
        self.accounts.add(name, "", "一个足够长的密码-9", roles)
        body = {"name": name, "password": "一个足够长的密码-9"}
        assert (await self.client.post("/api/v1/staff/session", json=body)).status_code == 201


class NoDesk:
    """Nothing is asked of the editors' desk here."""

    async def call(self, operation: str, **arguments: object) -> object:
        raise AssertionError(operation)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    engine = scratch_database(tmp_path)
    write_customer(engine, WHO)
    bank, accounts = Bank(), Accounts(engine)
    staff = (Staff(accounts, Journal(engine)), NoDesk())
    app = create_app(WebSettings(), bank.engine, bank.stores, staff=staff, customers=engine)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://bank.test") as client:
        yield House(client, accounts, engine)
    engine.dispose()


@pytest.mark.parametrize(
    ("role", "groups"),
    [(Role.AGENT, {"profile", "segment", "assets"}), (Role.MARKETER, {"profile", "segment"})],
)
async def test_a_role_sees_its_part_and_the_look_is_written_down(house: House, role: Role, groups: set[str]) -> None:
    await house.sign_in("小王", role)
    answer = await house.client.get("/api/v1/customers/C1")
    assert answer.status_code == 200 and set(answer.json()["groups"]) == groups
    assert ("12,000.00元" in answer.text) is ("assets" in groups)
    assert all(e["source"] and e["as_of"] for e in answer.json()["entries"])
    [look] = looks_at(house.engine, ["C1"])
    assert (look.actor, look.via, set(look.fields)) == ("小王", "api", groups)


@pytest.mark.parametrize("roles", [(), (Role.EDITOR,), (Role.APPROVER,), (Role.ADMIN,), (Role.ANALYST,)])
async def test_nobody_else_sees_a_customer(house: House, roles: tuple[Role, ...]) -> None:
    if roles:
        await house.sign_in("小李", *roles)
    answer = await house.client.get("/api/v1/customers/C1")
    assert answer.status_code == (403 if roles else 401) and "上海" not in answer.text
    assert looks_at(house.engine, ["C1"]) == ()


async def test_unknown_customers_and_who_looked(house: House) -> None:
    await house.sign_in("小王", Role.AGENT, Role.ADMIN)
    assert (await house.client.get("/api/v1/customers/X")).status_code == 404
    await house.client.get("/api/v1/customers/C1")
    [look] = (await house.client.get("/api/v1/customers/C1/looks")).json()
    assert look["actor"] == "小王"
    assert (await house.client.get("/api/v1/segments")).json() == []


async def test_a_database_away_shows_nothing(house: House) -> None:
    await house.sign_in("小王", Role.AGENT)
    with house.engine.begin() as sql:
        sql.exec_driver_sql("DROP TABLE customer_look")
    answer = await house.client.get("/api/v1/customers/C1")
    assert answer.status_code == 503 and "上海" not in answer.text
