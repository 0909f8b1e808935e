"""Scenes count who came by them; programs with a key ask for messages and see how far they are."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from app.factory import create_app
from connectors.notices.store import Medium
from connectors.outreach.routes import OutreachDesk
from connectors.outreach.scenes import Brought, Scene, Scenes, link
from connectors.outreach.store import OutreachStore
from connectors.staff.accounts import Accounts
from connectors.staff.auth import Staff
from connectors.staff.roles import Role
from connectors.web.settings import WebSettings
from connectors.web.store import web_stores
from dialogue.store import Store
from kg.journal import Journal
from tests.connectors.test_editor_api import PASSWORD, FakeDesk
from tests.support.channels import SEAL, SetClock, StoredEngine, wechat_scene


@pytest.fixture
async def http(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    store = Store.open(f"sqlite:///{tmp_path / 'jinwen.db'}")
    accounts, clock = Accounts(store.engine), SetClock()
    accounts.add("手机银行", "", PASSWORD, [Role.INTEGRATOR])
    key = accounts.make_key("手机银行", "outreach", [], datetime.now(UTC))
    desk = OutreachDesk(OutreachStore(store.engine, SEAL, clock), Scenes(store.engine, clock), clock)
    app = create_app(
        WebSettings(limited=False),
        StoredEngine(store),
        web_stores(store),
        staff=(Staff(accounts, Journal(store.engine)), FakeDesk()),
        outreach=desk,
    )
    headers = {"Authorization": f"Bearer {key}"}
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://b.test/api/v1", headers=headers
    ) as c:
        yield c
    store.close()


async def test_subscription_by_a_code_is_counted_for_it(tmp_path: Path) -> None:
    async with wechat_scene(tmp_path) as scene:
        for openid, event in (("o-1", "subscribe"), ("o-1", "SCAN"), ("o-2", "SCAN")):
            key = "qrscene_branch7" if event == "subscribe" else "branch7"
            fields = {"MsgType": "event", "Event": event, "EventKey": key, "Ticket": "T"}
            scene.clock.pass_by(60)
            await scene.platform.deliver(openid, fields)
            await scene.platform.deliver(openid, fields)  # the platform asks twice
        assert Scenes(scene.store.engine).brought("branch7") == [Brought("wechat", 3, 2, 1, 0)]
        assert Scenes(scene.store.engine).brought("other") == []


async def test_link_opens_a_conversation_that_is_counted(http: httpx.AsyncClient) -> None:
    made = await http.post(
        "/scenes", json={"code": "spring", "campaign": "春季", "target": "https://www.bank.example/a?x=1"}
    )
    assert made.json()["link"] == "https://www.bank.example/a?x=1&scene=spring"
    assert (await http.post("/scenes", json={"code": "spring", "campaign": "别的"})).status_code == 409
    for _ in range(2):
        assert (await http.post("/sessions", json={"scene": "spring"})).status_code == 201
    assert (await http.post("/sessions", json={"scene": "a b"})).status_code == 422
    told = (await http.get("/scenes/spring")).json()
    assert told["campaign"] == "春季"
    assert told["brought"] == [{"channel": "web", "arrivals": 2, "people": 2, "subscribed": 0, "customers": 0}]


@pytest.mark.parametrize("target", ["javascript:alert(1)", "data:text/html,x", "/only/a/path", "https://"])
def test_only_pages_are_linked(target: str) -> None:
    with pytest.raises(ValueError, match="链接"):
        link(target, "a")


@pytest.mark.parametrize("code", ["", "a b", "中", "x" * 61, "a/b"])
def test_codes_that_links_cannot_carry(tmp_path: Path, code: str) -> None:
    store = Store.open(f"sqlite:///{tmp_path / 'jinwen.db'}")
    with pytest.raises(ValueError, match="场景码"):
        Scenes(store.engine).make(Scene(code, "c"))
    store.close()


async def test_message_is_taken_once_and_its_state_told(http: httpx.AsyncClient) -> None:
    body = {"key": "k1", "customer": "C1"}
    assert (await http.post("/outreach", json=body)).json() == {"key": "k1", "queued": True}
    assert (await http.post("/outreach", json=body)).json() == {"key": "k1", "queued": False}
    told = (await http.get("/outreach/k1")).json()
    assert (told["state"], told["tried"]) == ("waiting", [])
    assert (await http.get("/outreach/other")).status_code == 404


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"purpose": "service"}, "模板"),
        ({"purpose": "service", "template": "offer"}, "模板"),
        ({"purpose": "service", "template": "rating_expiring"}, "还缺 day"),
        ({"template": "message_waiting"}, "不受理"),
        ({"urgent": True}, "不受理"),
    ],
)
async def test_what_makes_no_message_is_refused_with_a_remedy(
    http: httpx.AsyncClient, changes: dict[str, object], said: str
) -> None:
    answer = await http.post("/outreach", json={"key": "k", "customer": "C1", **changes})
    assert answer.status_code == 422 and said in answer.json()["detail"]


async def test_where_a_customer_is_reached_is_kept_and_not_told(http: httpx.AsyncClient) -> None:
    put = await http.put("/outreach/customers/C1", json={"sms": "13800138000", "order": ["sms", "wechat"]})
    assert put.json() == {"customer": "C1", "order": ["sms", "wechat"], "sms": True, "mail": False}
    put = await http.put("/outreach/customers/C1", json={"sms": ""})
    assert (put.json()["sms"], put.json()["order"]) == (False, ["sms", "wechat"])
    assert (await http.put("/outreach/customers/C1", json={"sms": "call me"})).status_code == 422


async def test_without_a_key_nothing_is_told(http: httpx.AsyncClient) -> None:
    for method, path in (
        ("POST", "/outreach"),
        ("GET", "/outreach/k"),
        ("PUT", "/outreach/customers/C1"),
        ("POST", "/scenes"),
    ):
        assert (
            await http.request(method, path, json={}, headers={"Authorization": "Bearer nothing"})
        ).status_code == 401


def test_recipients_by_medium(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path / 'jinwen.db'}")
    kept = OutreachStore(store.engine, SEAL)
    kept.set_recipient("C1", Medium.SMS, "13800138000")
    kept.set_recipient("C1", Medium.SMS, "13900139000")
    assert (kept.recipient("C1", Medium.SMS), kept.recipient("C1", Medium.MAIL)) == ("13900139000", "")
    store.close()
