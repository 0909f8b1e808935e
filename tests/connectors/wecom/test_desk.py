"""A customer of 微信客服 and the bank's own desk, through the simulated platform: to a person and back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from connectors.desk.views import window_of
from connectors.simulators.wecom import WeComPlatform
from connectors.simulators.wecom_app import wecom_app
from connectors.web import problems
from connectors.wecom import routes
from connectors.wecom.adapters import KF, KfAdapter
from connectors.wecom.api import WeComApi
from connectors.wecom.cursors import Cursors
from connectors.wecom.puller import Puller
from connectors.wecom.service import WeComAccount
from connectors.wecom.settings import WeComSettings
from desk import store as handoffs
from desk.model import Accept, Handoff, Return
from tests.support.agents import StaffedBank
from tests.support.channels import AES_KEY

SETTINGS = WeComSettings(
    "main", "ww12345678910", "FinKGtoken2024", AES_KEY, "s3cret", servicers=("zhang",), api="http://wecom.test"
)


class Counter:
    """The desk, the platform, and a customer before it."""

    def __init__(self, folder: Path) -> None:
        self.bank = StaffedBank(folder)
        self.app = FastAPI()
        problems.install(self.app)
        self.bot = httpx.AsyncClient(transport=httpx.ASGITransport(self.app))
        self.platform = WeComPlatform(
            SETTINGS, "http://bot.test/wecom/main", self.bot, clock=lambda: self.bank.clock().timestamp()
        )
        self.outside = httpx.AsyncClient(transport=httpx.ASGITransport(wecom_app(self.platform)))
        engine, channels, clock = self.bank.store.engine, self.bank.channels, self.bank.clock
        api = WeComApi(SETTINGS, self.outside, engine, clock)
        channels.add(KfAdapter(SETTINGS, api))
        inbox, cursors = channels.inbox, Cursors(engine, "test", clock)
        puller = Puller(
            SETTINGS, api, channels.runner, inbox=inbox, deliveries=channels.deliveries, cursors=cursors, clock=clock
        )
        self.account = WeComAccount(SETTINGS, puller, channels.runner, inbox, clock=clock)
        self.app.include_router(routes.router({"main": self.account}))
        with engine.begin() as sql:
            handoffs.seen(sql, "小林", "小林", self.bank.now)
            handoffs.set_agent(sql, "小林", ready=True)

    async def say(self, text: str) -> list[str]:
        """What the customer sees newly, after he has said something."""
        await self.platform.say("c1", text)
        return await self.seen()

    async def seen(self) -> list[str]:
        """What the customer sees newly."""
        before = self._shown
        while self.account.at_work:
            await asyncio.gather(*self.account.at_work)
        while self.bank.channels.runner.at_work:
            await asyncio.gather(*self.bank.channels.runner.at_work)
        while await self.bank.channels.sender.round():
            pass
        lines = [line["text"] for line in self.platform.customer("c1").screen if line["from"] != "user"]
        self._shown = len(lines)
        return lines[before:]

    _shown = 0

    def handoff(self) -> Handoff:
        with self.bank.store.engine.connect() as sql:
            [found] = handoffs.at_desk(sql)
        return found


@pytest.fixture
async def counter(tmp_path: Path) -> AsyncIterator[Counter]:
    made = Counter(tmp_path)
    yield made
    await made.bot.aclose()
    await made.outside.aclose()
    made.bank.store.close()


async def test_to_a_person_and_back(counter: Counter) -> None:
    assert (await counter.say("年费"))[0].startswith("机器答：年费")
    [queued] = await counter.say("转人工")
    assert "正在为您转接人工客服" in queued
    service, handoff = counter.bank.service, counter.handoff()
    assert handoff.channel == KF
    service.act(handoff.id, Accept("小林"), "小林")
    assert await counter.seen() == ["人工客服小林已接入，为您服务。"]
    assert await counter.say("在吗") == []  # the bot is silent
    service.tell(handoff.id, "小林", "您好，请讲", "a1")
    service.tell(handoff.id, "小林", "您好，请讲", "a1")
    assert await counter.seen() == ["【人工客服 小林】\n您好，请讲"]
    left = window_of(counter.bank.channels, handoff.session, KF)
    assert left.left == 4 and left.until is not None  # of five after his last message
    service.act(handoff.id, Return("小林"), "小林")
    returned, survey = await counter.seen()
    assert "智能助手" in returned and survey.startswith("请您评价")
    assert await counter.say("5分 非常满意") == ["感谢您的评价！"]
    assert (await counter.say("那没事了"))[0].startswith("机器答：那没事了")
    with counter.bank.store.engine.connect() as sql:
        ended = handoffs.of_id(sql, handoff.id)
    assert ended is not None and ended.score == 5
    assert counter.bank.bot.seen == ["年费", "转人工", "那没事了"]


async def test_what_the_closed_window_kept_back_comes_with_the_customers_next_message(counter: Counter) -> None:
    await counter.say("转人工")
    service, handoff = counter.bank.service, counter.handoff()
    service.act(handoff.id, Accept("小林"), "小林")
    for number in range(5):
        service.tell(handoff.id, "小林", f"第{number}句", f"a{number}")
    sent = await counter.seen()
    assert len(sent) == 4  # the queue's line was one of the five
    assert window_of(counter.bank.channels, handoff.session, KF).left == 0
    later = await counter.say("我在")
    assert [line.split("\n")[-1] for line in later] == ["第3句", "第4句"]
