"""The channels of a server: what the file names is there, demonstrations have the simulators' accounts."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.channels import ChannelApp, configured, elsewhere
from app.demo_login import DemoLogin, LoginIn
from app.settings import load_settings
from app.simulated import simulated
from connectors.channels.config import ConfigFault
from connectors.web import problems
from connectors.web.deps import limit_client
from desk.live_rules import LiveRules
from dialogue.store import Store
from tests.support.channels import StoredEngine

FILE = """
[identity.bank]
issuer = "https://login.yunshan.example"
audience = "jinwen"
jwks = "/etc/jwks.json"
[mail.main]
host = "smtp.yunshan.example"
sender = "a@yunshan.example"
key = "env:LINK_KEY"
[sms.main]
url = "https://sms.example/send"
account = "a"
key = "env:LINK_KEY"
"""


def made(home: Path, *, demo: bool) -> ChannelApp:
    store = Store.open(f"sqlite:///{home / 'jinwen.db'}")
    return ChannelApp(
        load_settings({"JINWEN_HOME": str(home)}), StoredEngine(store), store, demo=demo, address="http://a.test"
    )


def paths(channels: ChannelApp) -> set[str]:
    return {getattr(route, "path", "") for router in channels.routers() for route in router.routes}


def test_file_makes_channels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINK_KEY", "0123456789")
    (tmp_path / "channels.toml").write_text(FILE, encoding="utf-8")
    channels = made(tmp_path, demo=False)
    assert channels.people is not None
    assert {"/notices/main", "/unsubscribe/{medium}/{who}/{mark}"} <= paths(channels)
    assert "/api/demo/login" not in paths(channels)


def test_without_a_file_nobody_can_sign_in(tmp_path: Path) -> None:
    channels = made(tmp_path, demo=False)
    assert channels.people is None
    assert list(channels.channels.adapters) == []


async def test_demonstration_has_simulated_accounts_and_a_login_for_made_up_customers(tmp_path: Path) -> None:
    channels = made(tmp_path, demo=True)
    assert set(channels.channels.adapters) == {("wechat", "demo"), ("wecom_kf", "demo"), ("wecom_app", "demo")}
    assert simulated(tmp_path) == simulated(tmp_path)  # the simulators find the same secrets
    assert (tmp_path / "simulators.json").stat().st_mode & 0o077 == 0
    assert (tmp_path / "demo-login.pem").stat().st_mode & 0o077 == 0
    assert channels._demo_login is not None
    assert channels.people is not None
    who = await channels.people.check.check(channels._demo_login.token("demo-1"))
    assert who.customer_id == "demo-1"
    with pytest.raises(ValueError, match="pattern"):
        LoginIn(customer="C0001")  # never a real customer's token


def test_customers_of_the_demo_bank_sign_in_only_where_they_were_made_up(tmp_path: Path) -> None:
    app = FastAPI()
    problems.install(app)
    app.dependency_overrides[limit_client] = lambda: None
    app.include_router(DemoLogin(tmp_path).router())
    client = TestClient(app)
    assert client.post("/api/demo/login", json={"customer": "C0000006"}).status_code == 422
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "about.json").write_text("{}")
    assert client.post("/api/demo/login", json={"customer": "C0000006"}).json()["token"]


@pytest.mark.parametrize("text", ["[fax.main]\nx = 1", '[wechat.main]\nappid = "x"', "[sms.main]\nurl = 7"])
def test_fault_in_the_file_is_said(tmp_path: Path, text: str) -> None:
    (tmp_path / "channels.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigFault, match=r"channels\.toml"):
        configured(tmp_path)


def accounts(*wishes: str) -> str:
    return "\n".join(f"[wechat.a{n}]\n{wish}" for n, wish in enumerate(wishes))


@pytest.mark.parametrize(
    ("text", "channels"),
    [
        ("", ()),
        (accounts("transfer = false", ""), ()),
        (accounts("transfer = true", "transfer = true"), ("wechat",)),
        (accounts("transfer = true") + "\n[wecom.a]\ntransfer = true", ("wechat", "wecom_kf")),
    ],
)
def test_who_is_given_to_the_platforms_people_does_not_wait_at_the_desk(
    tmp_path: Path, text: str, channels: tuple[str, ...]
) -> None:
    (tmp_path / "channels.toml").write_text(text, encoding="utf-8")
    assert elsewhere(tmp_path) == channels
    rules = LiveRules(load_settings({"JINWEN_HOME": str(tmp_path)}).desk, elsewhere(tmp_path)).rules
    assert rules.elsewhere == set(channels)


def test_accounts_of_one_channel_must_agree_on_who_takes_over(tmp_path: Path) -> None:
    (tmp_path / "channels.toml").write_text(accounts("transfer = true", ""), encoding="utf-8")
    with pytest.raises(ConfigFault, match=r"\[wechat\.a0\] true、\[wechat\.a1\] false；同一渠道的账号要写成一样的"):
        elsewhere(tmp_path)
