"""Something is said while the app is closed: the customer is notified, unless a page of his shows it in time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from fastapi.testclient import TestClient

from app.factory import create_app
from connectors.app.announcing import Announcer
from connectors.desk.service import DeskService
from connectors.identity.conversations import conversation_of
from connectors.notices.sending import NoticeSender
from connectors.notices.store import Medium, Notice, NoticeStore
from connectors.web.settings import WebSettings
from connectors.web.store import web_stores
from desk import store as handoffs
from desk.model import Accept
from dialogue.turn import Principal, PrincipalKind, TurnIn
from tests.support.agents import StaffedBank
from tests.support.identity import BankLogin

WHO = "C7"
TALK = conversation_of(WHO)


@dataclass
class Phones:
    """The bank's push service: `rang` are whom it was told to notify."""

    medium: Medium = Medium.PUSH
    keyed: bool = True
    rang: list[Notice] = field(default_factory=list)

    async def send(self, notice: Notice) -> str:
        self.rang.append(notice)
        return f"p{len(self.rang)}"


class App:
    """A customer of the bank's app with a person of the desk."""

    def __init__(self, folder: Path) -> None:
        self.bank = StaffedBank(folder)
        self.login = BankLogin(folder)
        self.phones = Phones()
        self.notices = NoticeStore(self.bank.store.engine, self.bank.clock)
        self.announcer = Announcer(self.notices)
        service = DeskService(
            self.bank.store, self.bank.live, self.bank.channels, self.bank.clock, announcer=self.announcer
        )
        self.desk = service
        self.app = create_app(
            WebSettings(poll=0.05),
            self.bank.engine,
            web_stores(self.bank.store),
            identity=replace(self.login.people(self.bank.store.engine), announcer=self.announcer),
            agents=replace(self.bank.agents, service=service),
        )
        headers = {"Authorization": f"Bearer {self.login.token(WHO)}"}
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app), base_url="http://bank.test/api/v1/app", headers=headers
        )

    async def served(self, channel: str = "app") -> str:
        """The customer has asked for a person on the channel, and one has come."""
        with self.bank.store.engine.begin() as sql:
            handoffs.seen(sql, "小林", "小林", self.bank.now)
            handoffs.set_agent(sql, "小林", ready=True)
        who = Principal(PrincipalKind.CUSTOMER, WHO)
        await self.bank.engine.handle(
            TurnIn(TALK, "转人工", "m1", self.bank.now.date(), principal=who, channel=channel)
        )
        with self.bank.store.engine.connect() as sql:
            found = handoffs.standing(sql, TALK)
        assert found is not None
        self.desk.act(found.id, Accept("小林"), "小林")
        return found.id

    async def rang(self, seconds: float = 20) -> int:
        """How many notifications have gone, that much later."""
        self.bank.now += timedelta(seconds=seconds)
        await NoticeSender(self.notices, [self.phones]).round()
        return len(self.phones.rang)


@pytest.fixture
async def phone(tmp_path: Path) -> AsyncIterator[App]:
    made = App(tmp_path)
    yield made
    await made.client.aclose()
    made.bank.store.close()


async def test_what_an_agent_says_to_a_closed_app_rings_once_without_content(phone: App) -> None:
    handoff = await phone.served()
    assert await phone.rang() == 1  # that somebody has come
    phone.desk.tell(handoff, "小林", "您的卡已解锁，卡号尾号1234", "a1")
    phone.desk.tell(handoff, "小林", "您的卡已解锁，卡号尾号1234", "a1")
    assert await phone.rang(5) == 1  # a page may still show it
    assert await phone.rang() == 2
    assert await phone.rang(3600) == 2
    notice = phone.phones.rang[-1]
    assert notice.recipient == WHO and notice.template.filled(notice.parts).endswith("请打开手机银行查看。")


async def test_what_is_read_in_time_does_not_ring(phone: App) -> None:
    handoff = await phone.served()
    phone.desk.tell(handoff, "小林", "您好", "a1")
    assert len((await phone.client.get("/messages")).json()["items"]) == 3
    assert await phone.rang() == 0


async def test_what_an_open_page_shows_does_not_ring(phone: App) -> None:
    handoff = await phone.served()
    with TestClient(phone.app) as client, client.websocket_connect("/api/v1/app/socket") as socket:
        socket.send_json({"type": "auth", "token": phone.login.token(WHO), "after": 0})
        seen = [socket.receive_json() for _ in range(3)]
        assert [f["type"] for f in seen] == ["ready", "reply", "reply"]
        await asyncio.to_thread(phone.desk.tell, handoff, "小林", "您好", "a1")
        assert (await asyncio.to_thread(socket.receive_json))["message"]["text"] == "您好"
        socket.send_json({"type": "nonsense"})  # what came before this was worked off, announcing included
        assert (await asyncio.to_thread(socket.receive_json))["type"] == "problem"
        assert await phone.rang() == 0


async def test_a_customer_of_another_channel_is_not_rung(phone: App) -> None:
    handoff = await phone.served("web")
    phone.desk.tell(handoff, "小林", "您好", "a1")
    assert await phone.rang() == 0


async def test_a_reply_that_found_the_connection_closed_rings(phone: App) -> None:
    phone.announcer.left(WHO, TALK, 7)
    phone.announcer.left(WHO, TALK, 7)
    assert await phone.rang() == 1
    phone.announcer.left(WHO, TALK, 8)
    phone.announcer.seen(TALK, [7, 8])
    assert await phone.rang() == 1
