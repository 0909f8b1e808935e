"""Customers over HTTP: each role sees its part, every look is written down, nobody else sees anything."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import httpx
import pytest
from sqlalchemy.engine import Engine

from app.factory import create_app
from connectors.growth.ports import GrowthDesk
from connectors.staff.accounts import Accounts
from connectors.staff.auth import Staff
from connectors.staff.roles import Role
from connectors.web.settings import WebSettings
from customer.erasing import ask
from customer.looks import looks_at
from customer.model import Claim, Customer, Holding
from growth.service import Growth
from kg.journal import Journal
from tests.connectors.test_growth_api import MemorySource
from tests.support.chat import Bank as ChatBank
from tests.support.customers import scratch_database, write_customer
from tests.support.demo import Bank
from tests.support.offers import NOW, OFFERS, Counter, customer_of

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

    async def sign_in(self, name: str, *roles: Role) -> str:
        self.accounts.add(name, "", "一个足够长的密码-9", roles)
        body = {"name": name, "password": "一个足够长的密码-9"}
        answer = await self.client.post("/api/v1/staff/session", json=body)
        assert answer.status_code == 201
        return str(answer.json()["csrf"])


class NoDesk:
    """Nothing is asked of the editors' desk here."""

    async def call(self, operation: str, **arguments: object) -> object:
        raise AssertionError(operation)


@pytest.fixture
async def house(bank: Bank, tmp_path: Path) -> AsyncIterator[House]:
    engine = scratch_database(tmp_path)
    write_customer(engine, WHO)
    chat, accounts = ChatBank(), Accounts(engine)
    staff = (Staff(accounts, Journal(engine)), NoDesk())
    desk = GrowthDesk(Growth(engine, OFFERS, lambda: NOW), MemorySource(bank), tmp_path)
    app = create_app(WebSettings(), chat.engine, chat.stores, staff=staff, growth=desk)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://bank.test") as client:
        yield House(client, accounts, engine)
    engine.dispose()


@pytest.mark.parametrize(
    ("role", "groups"),
    [(Role.AGENT, {"profile", "segment", "assets", "offers"}), (Role.MARKETER, {"profile", "segment", "offers"})],
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


async def test_contacts_talks_and_the_next_offer_are_there_with_their_sources(
    house: House, bank: Bank, tmp_path: Path
) -> None:
    counter = Counter(bank, tmp_path, customer_of("c2"))  # the same database
    said = "稳盈2号的起购金额是多少，我的卡号是6222021234567890123"
    assert (await asyncio.to_thread(counter.ask, said, "c2")).message.offer is not None
    await house.sign_in("小王", Role.AGENT)
    answer = (await house.client.get("/api/v1/customers/c2")).json()
    by_group: dict[str, list[dict[str, str]]] = {}
    for entry in answer["entries"]:
        by_group.setdefault(entry["group"], []).append(entry)
    assert [e["label"] for e in by_group["contacts"]] == ["已展示"] and "网页" in by_group["contacts"][0]["value"]
    [talk] = by_group["conversations"]
    assert (
        "稳盈2号的起购金额" in talk["value"] and "已回答" in talk["value"] and "6222021234567890" not in talk["value"]
    )
    assert "当天已经展示过推荐" in by_group["offers"][0]["value"]
    assert any("高于客户的测评等级C2" in e["value"] for e in by_group["reasons"])
    assert all(e["source"] and e["as_of"] for e in answer["entries"])


async def test_the_offer_of_the_moment_is_named_and_a_marketer_sees_no_reasons(house: House) -> None:
    write_customer(house.engine, customer_of("c2"))
    await house.sign_in("小李", Role.MARKETER)
    answer = (await house.client.get("/api/v1/customers/c2")).json()
    [offer] = [e for e in answer["entries"] if e["label"] == "现在的建议"]
    assert "没有用模型" in offer["value"] and "：" in offer["value"]
    assert not {"reasons", "conversations", "assets", "identity"} & set(answer["groups"])
    with house.engine.connect() as sql:
        assert sql.exec_driver_sql("SELECT count(*) FROM growth_decision").scalar() == 0, "a look decides nothing"


async def test_requests_to_erase_are_seen_finished_and_refused_by_whoever_serves(house: House) -> None:
    with house.engine.begin() as sql:
        for number, who in enumerate(("C1", "C2"), 1):
            kept = [("客户身份资料", "≥10年", "反洗钱法（2024年修订）", "第三十四条第三款")]
            ask(sql, f"t{number}", who, channel="web", kept=kept, at=AT)
    await house.sign_in("小李", Role.MARKETER)
    assert (await house.client.get("/api/v1/erasures")).status_code == 403
    await house.client.delete("/api/v1/staff/session")
    csrf = {"X-CSRF-Token": await house.sign_in("小王", Role.AGENT)}
    first, _second = (await house.client.get("/api/v1/erasures")).json()
    assert first["customer"] == "C1" and "第三十四条第三款" in first["kept"][0]
    post = house.client.post
    assert (await post("/api/v1/erasures/t1", json={"erase": False}, headers=csrf)).status_code == 422
    done = await post("/api/v1/erasures/t1", json={"erase": True}, headers=csrf)
    assert done.status_code == 200 and done.json()["customer_segment"] == 1
    assert (await post("/api/v1/erasures/t1", json={"erase": True}, headers=csrf)).status_code == 409
    refused = await post("/api/v1/erasures/t2", json={"erase": False, "note": "身份没有核验"}, headers=csrf)
    assert refused.status_code == 200 and (await house.client.get("/api/v1/erasures")).json() == []
