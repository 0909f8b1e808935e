"""Binding a user of the account to a customer: both words, one browser, one conversation afterwards."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from connectors.channels.records import Inbound
from connectors.identity.conversations import conversation_of
from connectors.identity.tickets import Tickets
from connectors.wechat.binding import Binding, router
from connectors.wechat.parsing import MESSAGE
from tests.support.channels import Scene, wechat_scene, wechat_settings
from tests.support.identity import BankLogin

PAGE = "https://bank.example/login"


@dataclass
class Login:
    """A scene with the bank's login."""

    scene: Scene
    bank: BankLogin

    async def ticket(self, openid: str = "o-1") -> str:
        """Through 微信's page, as the phone of `openid` does it."""
        away = await self.scene.bot.get("/wechat/main/login")
        assert away.status_code == 302
        asked = httpx.URL(away.headers["location"])
        back = await self.scene.clients[1].get(asked.copy_with(fragment=None).copy_merge_params({"openid": openid}))
        home = await self.scene.bot.get(back.headers["location"])
        assert home.headers["location"].startswith(f"{PAGE}#")
        return parse_qs(urlsplit(home.headers["location"]).fragment)["ticket"][0]

    async def bind(self, ticket: str, token: str) -> httpx.Response:
        return await self.scene.bot.post("/api/wechat/main/binding", json={"ticket": ticket, "token": token})


@pytest.fixture
async def login(tmp_path: Path) -> AsyncIterator[Login]:
    async with wechat_scene(tmp_path, wechat_settings(login_page=PAGE)) as scene:
        bank = BankLogin(tmp_path)
        people = bank.people(scene.store.engine)
        binding = Binding(
            scene.settings,
            scene.api,
            people.check,
            Tickets(scene.store.engine, scene.clock),
            scene.channels.addresses,
            people.conversations,
            "http://bot.test",
        )
        scene.app.include_router(router({"main": binding}))
        yield Login(scene, bank)


async def test_bound_user_speaks_as_the_customer_in_his_conversation(login: Login) -> None:
    await login.scene.say("登录前问的")
    answer = await login.bind(await login.ticket(), login.bank.token("c-1"))
    assert answer.json() == {"bound": True, "moved": 1}
    await login.scene.say("登录后问的")
    turn = login.scene.engine.turns[-1]
    assert (turn.principal.id, turn.session) == ("c-1", conversation_of("c-1"))
    texts = [item.payload["message"]["text"] for item in login.scene.store.outbox_after(turn.session, 0)]
    assert texts == ["您说的是：登录前问的", "您说的是：登录后问的"]
    [reached] = login.scene.channels.addresses.of_customer("c-1")
    assert (reached.channel, reached.user) == ("wechat", "o-1")


async def test_turn_that_was_being_answered_follows(login: Login) -> None:
    await login.scene.say("你好")
    ticket = await login.ticket()
    login.scene.engine.gate.clear()
    entry, _ = login.scene.channels.inbox.put(_late())
    login.scene.channels.runner.begin(entry.id)
    await login.bind(ticket, login.bank.token("c-1"))
    login.scene.engine.gate.set()
    await login.scene.settle()
    assert len(login.scene.store.outbox_after(conversation_of("c-1"), 0)) == 2


async def test_ticket_works_once(login: Login) -> None:
    ticket = await login.ticket()
    assert (await login.bind(ticket, login.bank.token())).status_code == 200
    assert (await login.bind(ticket, login.bank.token("c-2"))).status_code == 401


async def test_ticket_of_another_browser_binds_nothing(login: Login) -> None:
    ticket = await login.ticket("o-evil")
    login.scene.bot.cookies.clear()
    assert (await login.bind(ticket, login.bank.token("c-victim"))).status_code == 401
    assert login.scene.channels.addresses.of_customer("c-victim") == []


async def test_callback_of_another_browser_is_refused(login: Login) -> None:
    away = await login.scene.bot.get("/wechat/main/login")
    state = parse_qs(urlsplit(away.headers["location"]).query)["state"][0]
    login.scene.bot.cookies.clear()
    answer = await login.scene.bot.get("/wechat/main/callback", params={"state": state, "code": "x"})
    assert answer.status_code == 401


@pytest.mark.parametrize("token", ["", "a.b.c"])
async def test_without_the_banks_word_nothing_is_bound(login: Login, token: str) -> None:
    answer = await login.bind(await login.ticket(), token)
    assert answer.status_code in (401, 422)
    assert login.scene.channels.addresses.of_customer("c-1") == []


async def test_code_that_is_none_and_ticket_too_old(login: Login) -> None:
    away = await login.scene.bot.get("/wechat/main/login")
    state = parse_qs(urlsplit(away.headers["location"]).query)["state"][0]
    answer = await login.scene.bot.get("/wechat/main/callback", params={"state": state, "code": "made-up"})
    assert answer.status_code == 401
    ticket = await login.ticket()
    login.scene.clock.pass_by(601)
    assert (await login.bind(ticket, login.bank.token())).status_code == 401


def _late() -> Inbound:
    return Inbound("wechat", "main", "o-1", "m-late", text="慢慢答", grant=MESSAGE)


def test_conversations_have_no_customer_in_their_name() -> None:
    assert "c-1" not in conversation_of("c-1")
