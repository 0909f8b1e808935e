"""The API of offers from outside: scopes, one exposure, feedback twice and too early, consents, the readout."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import httpx
import pytest

from app.factory import create_app
from connectors.growth.ports import GrowthDesk
from connectors.staff.accounts import Accounts
from connectors.staff.auth import Staff
from connectors.staff.roles import Role
from connectors.web.settings import WebSettings
from growth.catalogue import Catalogue, read_catalogue
from growth.service import Growth
from kg.journal import Journal
from tests.connectors.test_editor_api import PASSWORD, FakeDesk
from tests.support.chat import Bank as ChatBank
from tests.support.customers import scratch_database, write_customer
from tests.support.demo import TODAY, Bank
from tests.support.offers import NOW, OFFERS, customer_of


@dataclass(frozen=True)
class MemorySource:
    """The offers on the demo bank in memory."""

    bank: Bank

    def catalogue(self, _growth: Growth, _day: date) -> Catalogue:
        return read_catalogue(OFFERS, self.bank.snapshot, self.bank.lexicon, TODAY)

    def id_of(self, name: str) -> str | None:
        found = self.bank.lexicon.by_name(name)
        return found[0].id if found else None

    def kinds_of(self, names: list[str]) -> frozenset[str]:
        ids = {self.bank.id_of(n) for n in names}
        return frozenset(ids | {c for i in ids for level in self.bank.lexicon.class_levels(i) for c in level})


@dataclass
class Client:
    """A program of the bank with a key."""

    http: httpx.AsyncClient
    key: dict[str, str]

    async def post(self, path: str, body: dict[str, object], key: str = "") -> httpx.Response:
        headers = {**self.key, **({"Idempotency-Key": key} if key else {})}
        return await self.http.post(f"/api/v1{path}", json=body, headers=headers)

    async def get(self, path: str) -> httpx.Response:
        return await self.http.get(f"/api/v1{path}", headers=self.key)


@pytest.fixture
async def client(bank: Bank, tmp_path: Path) -> AsyncIterator[Client]:
    engine = scratch_database(tmp_path)
    for who, rating in (("c2", "C2"), ("c5", "C5"), ("none", None)):
        write_customer(engine, customer_of(who, rating))
    accounts, journal = Accounts(engine), Journal(engine)
    accounts.add("手机银行", "", PASSWORD, [Role.INTEGRATOR])
    key = accounts.make_key("手机银行", "app", [], datetime.now(UTC))
    chat = ChatBank()
    desk = GrowthDesk(Growth(engine, OFFERS, lambda: NOW), MemorySource(bank), tmp_path)
    app = create_app(
        WebSettings(limited=False), chat.engine, chat.stores, staff=(Staff(accounts, journal), FakeDesk()), growth=desk
    )
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://bank.test") as http:
        yield Client(http, {"Authorization": f"Bearer {key}"})
    engine.dispose()


async def test_without_a_key_of_its_scope_nothing_is_told(client: Client) -> None:
    assert (await client.http.post("/api/v1/recommendations", json={"customer": "c2"})).status_code == 401
    bad = await client.http.get("/api/v1/kg/journal", headers=client.key)
    assert bad.status_code == 403


async def test_an_offer_with_its_reasons_and_one_only(client: Client) -> None:
    first = (await client.post("/recommendations", {"customer": "c2", "channel": "app"})).json()
    assert first["offer"] is not None and first["decision"]
    assert {s["gate"] for s in first["steps"]} >= {"experiment", "service", "consent", "suitable", "pressure", "choice"}
    assert all(s["words"] for s in first["steps"])
    second = (await client.post("/recommendations", {"customer": "c2", "channel": "app"})).json()
    assert second["offer"] is None and second["reason"] == "day_full"


@pytest.mark.parametrize(
    ("body", "reason"),
    [({"customer": "nobody"}, "unknown_customer"), ({"customer": "c2", "answered": False}, "not_answered")],
)
async def test_no_offer_says_why(client: Client, body: dict[str, object], reason: str) -> None:
    out = await client.post("/recommendations", body)
    assert out.status_code == 200 and out.json()["offer"] is None and out.json()["reason"] == reason


async def test_without_assessment_only_what_needs_none(client: Client) -> None:
    out = (await client.post("/recommendations", {"customer": "none"})).json()
    assert out["offer"] is None or not out["offer"]["notice"]
    assert "no_assessment" in {s["reason"] for s in out["steps"]}


async def test_feedback_comes_after_showing_and_counts_once(client: Client) -> None:
    made = (await client.post("/recommendations", {"customer": "c2"})).json()["decision"]
    early = await client.post("/feedback", {"decision": made, "kind": "clicked"})
    assert (early.status_code, early.json()["type"]) == (409, "urn:jinwen:problem:conflict")
    shown = [(await client.post("/feedback", {"decision": made, "kind": "shown"})).json()["repeated"] for _ in range(2)]
    assert shown == [False, True]
    bought = await client.post("/feedback", {"decision": made, "kind": "bought", "amount": 50000})
    assert bought.json() == {"decision": made, "kind": "bought", "repeated": False}
    assert (await client.post("/feedback", {"decision": "0" * 32, "kind": "shown"})).status_code == 404


async def test_the_same_key_gets_the_same_reply_and_no_other_request(client: Client) -> None:
    first = await client.post("/recommendations", {"customer": "c2"}, "k1")
    assert (await client.post("/recommendations", {"customer": "c2"}, "k1")).json() == first.json()
    assert (await client.post("/recommendations", {"customer": "c5"}, "k1")).status_code == 409


async def test_a_withdrawn_consent_counts_at_once(client: Client) -> None:
    body = {"customer": "c2", "purpose": "marketing", "granted": False, "source": "柜面"}
    said = await client.post("/consents", body)
    assert said.status_code == 201
    assert [c["granted"] for c in said.json()["consents"] if c["purpose"] == "marketing"] == [False]
    assert (await client.post("/recommendations", {"customer": "c2"})).json()["reason"] == "no_consent"


async def test_wishes_are_stored_by_the_names_of_the_graph(client: Client) -> None:
    kept = await client.post("/wishes", {"customer": "c2", "allow": False, "scope": "kind", "of": "理财产品"})
    assert kept.status_code == 201 and len(kept.json()["wishes"]) == 1
    unknown = await client.post("/wishes", {"customer": "c2", "allow": False, "scope": "kind", "of": "没有的东西"})
    assert unknown.status_code == 422
    made = (await client.post("/recommendations", {"customer": "c2"})).json()
    assert {s["reason"] for s in made["steps"] if s["offer"].startswith("wenying")} == {"opted_out_kind"}
    assert len((await client.get("/consents/c2")).json()["wishes"]) == 1


async def test_a_limit_on_risk_is_stored_as_a_level_of_r1_to_r5(client: Client) -> None:
    kept = await client.post("/wishes", {"customer": "c2", "allow": False, "scope": "risk", "of": "R1"})
    assert kept.status_code == 201 and kept.json()["wishes"][0]["of"] == "1"
    bad = [{"customer": "c2", "allow": False, "scope": "risk", "of": of} for of in ("", "R6", "高", "0")]
    assert [(await client.post("/wishes", body)).status_code for body in bad] == [422] * 4
    made = (await client.post("/recommendations", {"customer": "c2"})).json()
    assert {s["reason"] for s in made["steps"] if s["offer"].startswith("wenying")} == {"opted_out_risk"}


async def test_the_experiment_is_read_out(client: Client) -> None:
    await client.post("/recommendations", {"customer": "c2"})
    [trial] = (await client.get("/experiments")).json()
    out = (await client.get(f"/experiments/{trial['trial']}/readout?lag_days=0")).json()
    assert out["treated"]["units"] + out["control"]["units"] + out["unripe"] == 1
    assert out["always"] == [-1.0, 1.0] and not out["decided"]
    assert (await client.get("/experiments/none/readout")).status_code == 404


async def test_what_is_wrong_is_named(client: Client) -> None:
    assert (await client.post("/recommendations", {"customer": ""})).status_code == 422
    assert (await client.post("/feedback", {"decision": "x", "kind": "liked"})).status_code == 422
