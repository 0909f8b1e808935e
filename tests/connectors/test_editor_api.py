"""The editor API from outside: who may do what, forged requests, uploads, and a desk that says no."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.factory import create_app
from connectors.editor.ports import DeskRefused, No
from connectors.staff.accounts import LOCKED_FOR, TRIES, Accounts, SignInRefused
from connectors.staff.auth import Staff
from connectors.staff.passwords import WeakPassword
from connectors.staff.roles import Role, Scope
from connectors.web.settings import WebSettings
from kg.journal import Act, Journal
from tests.support.chat import Bank
from tests.support.desk import tables

PASSWORD = "一个足够长的密码-9"
DRAFT = "0123456789ab"
PARTNER = "https://partner.test"


@dataclass
class FakeDesk:
    """Notes what it is asked; `no` is what it refuses with."""

    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    no: DeskRefused | None = None

    async def call(self, operation: str, **arguments: Any) -> Any:
        self.asked.append((operation, arguments))
        if self.no is not None:
            raise self.no
        return [] if operation.startswith("list_") or operation in ("journal", "search") else None


@dataclass
class House:
    """A gateway with staff."""

    client: httpx.AsyncClient
    desk: FakeDesk
    accounts: Accounts
    journal: Journal

    async def signed_in(self, name: str, *roles: Role) -> dict[str, str]:
        self.accounts.add(name, "", PASSWORD, roles)
        answer = await self.client.post("/api/v1/staff/session", json={"name": name, "password": PASSWORD})
        assert answer.status_code == 201
        return {"X-CSRF-Token": answer.json()["csrf"]}


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    engine = tables(tmp_path)
    bank, desk = Bank(), FakeDesk()
    accounts, journal = Accounts(engine), Journal(engine)
    settings = WebSettings(allowed_origins=frozenset({PARTNER}), max_upload=1000)
    app = create_app(settings, bank.engine, bank.stores, staff=(Staff(accounts, journal), desk))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://bank.test") as client:
        yield House(client, desk, accounts, journal)
    engine.dispose()


async def test_nobody_gets_nothing(house: House) -> None:
    for path in ("/drafts", "/revisions", "/golden", "/journal", "/gaps", "/search?q=x", f"/drafts/{DRAFT}"):
        answer = await house.client.get(f"/api/v1/kg{path}")
        assert (answer.status_code, answer.json()["type"]) == (401, "urn:jinwen:problem:sign-in-required")
    assert house.desk.asked == []


@pytest.mark.parametrize(
    ("roles", "method", "path", "allowed"),
    [
        ([Role.EDITOR], "POST", f"/kg/drafts/{DRAFT}/publish", False),
        ([Role.EDITOR], "POST", "/kg/rollback", False),
        ([Role.EDITOR], "GET", "/kg/journal", False),
        ([Role.EDITOR], "GET", "/kg/gaps", True),
        ([Role.APPROVER], "POST", f"/kg/drafts/{DRAFT}/edits", False),
        ([Role.APPROVER], "DELETE", f"/kg/drafts/{DRAFT}", False),
        ([Role.APPROVER], "GET", "/kg/journal", True),
        ([Role.ADMIN], "POST", f"/kg/drafts/{DRAFT}/publish", False),
        ([Role.ANALYST], "POST", "/kg/golden", False),
        ([Role.AGENT], "GET", "/kg/gaps", False),
        ([Role.MARKETER], "GET", "/kg/drafts", True),
    ],
)
async def test_roles_open_their_own_doors_only(
    house: House, roles: list[Role], method: str, path: str, allowed: bool
) -> None:
    token = await house.signed_in("王敏", *roles)
    answer = await house.client.request(method, f"/api/v1{path}", headers=token, json={} if method == "POST" else None)
    assert (answer.status_code == 403) is not allowed, answer.text
    assert bool(house.desk.asked) is allowed


async def test_a_change_without_the_token_of_our_page_is_refused(house: House) -> None:
    token = await house.signed_in("王敏", Role.EDITOR)
    path = f"/api/v1/kg/drafts/{DRAFT}/comments"
    for headers in ({}, {"X-CSRF-Token": "0" * 64}):
        assert (await house.client.post(path, json={"text": "好"}, headers=headers)).status_code == 403
    for origin in ("https://evil.test", PARTNER, "null"):
        refused = await house.client.post(path, json={"text": "好"}, headers={**token, "Origin": origin})
        assert refused.status_code == 403, origin
    refused = await house.client.get("/api/v1/kg/drafts", headers={"Sec-Fetch-Site": "cross-site"})
    assert refused.status_code == 403
    assert house.desk.asked == []


async def test_the_cookie_is_for_the_browser_alone_and_dies_with_signing_out(house: House) -> None:
    house.accounts.add("王敏", "", PASSWORD, [Role.EDITOR])
    answer = await house.client.post("/api/v1/staff/session", json={"name": "王敏", "password": PASSWORD})
    cookie = answer.headers["set-cookie"].lower()
    assert all(part in cookie for part in ("httponly", "samesite=strict", "path=/"))
    kept = dict(house.client.cookies)
    gone = await house.client.delete("/api/v1/staff/session", headers={"X-CSRF-Token": answer.json()["csrf"]})
    assert gone.status_code == 204
    house.client.cookies.update(kept)
    assert (await house.client.get("/api/v1/staff/me")).status_code == 401


async def test_wrong_passwords_lock_and_say_nothing_of_why(house: House) -> None:
    house.accounts.add("王敏", "", PASSWORD, [Role.EDITOR])
    said = set()
    for name, password in [("王敏", "错"), ("没有这个人", "错"), *[("王敏", "错")] * (TRIES - 1), ("王敏", PASSWORD)]:
        answer = await house.client.post("/api/v1/staff/session", json={"name": name, "password": password})
        assert answer.status_code == 401
        said.add(answer.json()["detail"])
    assert len(said) == 1
    assert Act.USER_LOCKED in {e.act for e in house.journal.latest()}


def test_a_lock_out_ends_and_a_new_password_lifts_it(tmp_path: Path) -> None:
    accounts, now = Accounts(tables(tmp_path)), datetime(2026, 11, 20, tzinfo=UTC)
    accounts.add("王敏", "", PASSWORD, [Role.EDITOR])
    for _ in range(TRIES):
        with pytest.raises(SignInRefused):
            accounts.sign_in("王敏", "错", now)
    with pytest.raises(SignInRefused):
        accounts.sign_in("王敏", PASSWORD, now)
    assert accounts.sign_in("王敏", PASSWORD, now + LOCKED_FOR).name == "王敏"


@pytest.mark.parametrize("password", ["短", "aaaaaaaaaaaaaaaa", "1212121212121"])
def test_weak_passwords_are_refused(tmp_path: Path, password: str) -> None:
    with pytest.raises(WeakPassword):
        Accounts(tables(tmp_path)).add("王敏", "", password, [Role.EDITOR])


async def test_a_key_carries_less_than_its_account_and_ends_with_it(house: House) -> None:
    now = datetime.now(UTC)
    house.accounts.add("王敏", "", PASSWORD, [Role.EDITOR])
    key = house.accounts.make_key("王敏", "同步程序", [Scope.READ], now)
    bearer = {"Authorization": f"Bearer {key}"}
    assert (await house.client.get("/api/v1/kg/drafts", headers=bearer)).status_code == 200
    assert (await house.client.delete(f"/api/v1/kg/drafts/{DRAFT}", headers=bearer)).status_code == 403
    assert house.accounts.of_key(key, now + timedelta(days=366)) is None
    assert house.accounts.of_key(key[:-1] + "x", now) is None
    house.accounts.disable("王敏")
    assert (await house.client.get("/api/v1/kg/drafts", headers=bearer)).status_code == 401


async def test_uploads_are_read_only_from_who_may_and_to_a_limit(house: House) -> None:
    path = "/api/v1/kg/drafts?name=x.csv"
    assert (await house.client.post(path, content=b"x" * 5000)).status_code == 401
    token = await house.signed_in("王敏", Role.EDITOR)
    refused = await house.client.post(path, content=b"x" * 5000, headers=token)
    assert (refused.status_code, house.desk.asked) == (413, [])
    await house.client.post(path, content=b"\xff\x00=1+1", headers=token)
    [(operation, arguments)] = house.desk.asked
    assert (operation, arguments["files"], arguments["actor"]) == ("open_draft", {"x.csv": b"\xff\x00=1+1"}, "王敏")


@pytest.mark.parametrize(
    ("why", "status"),
    [(No.UNKNOWN, 404), (No.CONFLICT, 409), (No.REFUSED, 422), (No.FORBIDDEN, 403), (No.AWAY, 503)],
)
async def test_what_the_desk_refuses_is_a_problem_in_its_words(house: House, why: No, status: int) -> None:
    token = await house.signed_in("李强", Role.APPROVER)
    house.desk.no = DeskRefused(why, "先看过差异")
    answer = await house.client.post(
        f"/api/v1/kg/drafts/{DRAFT}/publish", json={"version": 1, "urgent": ""}, headers=token
    )
    assert (answer.status_code, answer.json()["detail"]) == (status, "先看过差异")


async def test_every_operation_of_staff_is_in_the_openapi_document_with_its_lock(house: House) -> None:
    document = (await house.client.get("/api/v1/openapi.json")).json()
    paths = {p: ops for p, ops in document["paths"].items() if p.startswith("/api/v1/kg")}
    assert len(paths) >= 18
    for path, operations in paths.items():
        for operation in operations.values():
            assert operation["security"], path
            assert {"401", "403"} <= set(operation["responses"]), path


async def test_the_pages_allow_no_script_but_their_own(house: House) -> None:
    page = await house.client.get("/staff")
    assert page.status_code == 200
    policy = page.headers["content-security-policy"]
    assert "script-src 'self'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
    for name in ("main.js", "console.css"):
        assert (await house.client.get(f"/staff/{name}")).status_code == 200
    assert (await house.client.get("/staff/../pages/index.html")).status_code in (404, 307)


async def test_an_admin_keeps_the_accounts_and_nobody_else(house: House) -> None:
    editor = await house.signed_in("王敏", Role.EDITOR)
    assert (await house.client.get("/api/v1/staff/people")).status_code == 403
    assert (await house.client.post("/api/v1/staff/people", headers=editor, json={})).status_code == 403
    admin = await house.signed_in("管理", Role.ADMIN)
    people = "/api/v1/staff/people"

    async def post(path: str, **given: Any) -> httpx.Response:
        return await house.client.post(people + path, headers=admin, json=given)

    approver = {"name": "李强", "password": PASSWORD, "roles": ["approver"]}
    refused = await post("", **approver)
    assert refused.status_code == 403 and "服务器上" in refused.json()["detail"]
    house.accounts.add("赵云", "", PASSWORD, [Role.APPROVER])
    assert (await post("", **approver)).status_code == 201
    assert (await post("", name="张三", password="短", roles=["editor"])).status_code == 422
    assert (await post("", **approver)).status_code == 422
    key = (await post("/keys", name="李强", label="夜间批量", scopes=["kg:read"])).json()["key"]
    listed = {p["name"]: p for p in (await house.client.get(people)).json()}
    [shown] = listed["李强"]["keys"]
    assert (shown["label"], shown["scopes"], key not in str(listed)) == ("夜间批量", ["kg:read"], True)
    assert house.accounts.of_key(key, datetime.now(UTC)) is not None
    assert (await post("/keys/revoke", id=shown["id"])).status_code == 200
    assert house.accounts.of_key(key, datetime.now(UTC)) is None
    assert (await post("/disable", name="管理")).status_code == 403
    assert (await post("/disable", name="李强")).status_code == 200
    with pytest.raises(SignInRefused):
        house.accounts.sign_in("李强", PASSWORD, datetime.now(UTC))
    acts = [e.act for e in house.journal.latest() if e.actor == "管理"]
    assert {Act.USER_ADDED, Act.KEY_MADE, Act.KEY_REVOKED, Act.USER_CHANGED} <= set(acts)
    assert PASSWORD not in str(house.journal.latest())
