"""Two replicas behind a proxy, with a real PostgreSQL and a real Redis: order and the delivery rule hold."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from app.factory import create_app
from connectors.channels.hub import Channels
from connectors.simulators.wechat import Platform
from connectors.simulators.wechat_app import platform_app
from connectors.web import problems
from connectors.web.redis_limits import RedisLimiter
from connectors.web.settings import Rate, WebSettings
from connectors.web.store import web_stores
from connectors.wechat import routes
from connectors.wechat.adapter import WeChatAdapter
from connectors.wechat.api import WeChatApi
from connectors.wechat.service import WeChatAccount
from dialogue.store import Store
from tests.support.channels import SEAL, TODAY, SetClock, StoredEngine, wechat_settings
from tests.support.identity import BankLogin

MESSAGES = "/api/v1/app/messages"


class Proxy(httpx.AsyncBaseTransport):
    """Gives each request to the next replica; `down` ones are passed over."""

    def __init__(self, apps: list[FastAPI]) -> None:
        self._doors = [httpx.ASGITransport(app) for app in apps]
        self._turn = itertools.cycle(range(len(apps)))
        self.down: set[int] = set()
        self.served = [0] * len(apps)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        number = next(n for n in self._turn if n not in self.down)
        self.served[number] += 1
        return await self._doors[number].handle_async_request(request)


@dataclass
class Replica:
    """One process's worth of gateway and channels."""

    store: Store
    engine: StoredEngine
    channels: Channels
    app: FastAPI
    limiter: RedisLimiter


@dataclass
class Pair:
    """Two replicas, the proxy before them, the platform, a customer's phone."""

    replicas: list[Replica]
    proxy: Proxy
    platform: Platform
    phone: httpx.AsyncClient
    clock: SetClock

    async def settle(self, seconds: float = 0.0) -> None:
        """Both replicas look at the same time for what is to be done."""
        self.clock.pass_by(seconds)
        for replica in self.replicas:
            for entry in replica.channels.inbox.waiting():
                replica.channels.runner.begin(entry)
        while working := [t for r in self.replicas for t in r.channels.runner.at_work]:
            await asyncio.gather(*working)
        while any(await asyncio.gather(*(r.channels.sender.round() for r in self.replicas))):
            pass

    def screen(self, openid: str = "o-1") -> list[str]:
        return [line["text"] for line in self.platform.user(openid).screen if line["from"] != "user"]


@pytest.fixture
async def pair(tmp_path: Path, postgres_url: str, redis_url: str) -> AsyncIterator[Pair]:
    emptied = Store.open(postgres_url)
    with emptied.engine.begin() as sql:
        for name in (
            "channel_delivery",
            "channel_inbox",
            "channel_address",
            "channel_token",
            "outbox",
            "turn",
            "conversation",
        ):
            sql.execute(text(f"DELETE FROM {name}"))
    emptied.close()
    login, clock, settings = BankLogin(tmp_path), SetClock(), wechat_settings()
    doors: list[FastAPI] = [FastAPI(), FastAPI()]
    callbacks = Proxy(doors)
    bot = httpx.AsyncClient(transport=callbacks, base_url="http://bot.test")
    platform = Platform(settings, "http://bot.test/wechat/main", bot, patience=2.0, clock=lambda: clock().timestamp())
    outside = httpx.AsyncClient(transport=httpx.ASGITransport(platform_app(platform)))
    replicas = []
    for door in doors:
        store = Store.open(postgres_url)
        engine = StoredEngine(store)
        channels = Channels(engine, store, lambda: TODAY, SEAL, clock)
        api = WeChatApi(settings, outside, store.engine, clock)
        adapter = WeChatAdapter(settings, api)
        channels.add(adapter)
        account = WeChatAccount(
            settings,
            adapter,
            channels.runner,
            inbox=channels.inbox,
            deliveries=channels.deliveries,
            wake=channels.sender.wake,
            clock=clock,
        )
        problems.install(door)
        door.include_router(routes.router({"main": account}))
        limiter = RedisLimiter(redis_url)
        app = create_app(
            WebSettings(poll=0.05),
            engine,
            web_stores(store),
            identity=login.people(store.engine),
            limiter=limiter,
            today=lambda: TODAY,
        )
        replicas.append(Replica(store, engine, channels, app, limiter))
    proxy = Proxy([r.app for r in replicas])
    headers = {"Authorization": f"Bearer {login.token()}"}
    phone = httpx.AsyncClient(transport=proxy, base_url="http://b.test", headers=headers)
    made = Pair(replicas, proxy, platform, phone, clock)
    yield made
    await made.settle()
    for client in (bot, outside, phone):
        await client.aclose()
    for replica in replicas:
        await replica.limiter.close()
        replica.store.close()


async def test_conversation_over_both_stays_one_and_in_order(pair: Pair) -> None:
    for number in range(8):
        body = {"message_id": f"m{number}", "text": f"第{number}问"}
        replies = await asyncio.gather(*(pair.phone.post(MESSAGES, json=body) for _ in range(2)))
        assert {r.json()["turn_id"] for r in replies} == {replies[0].json()["turn_id"]}  # sent twice, answered once
    items = (await pair.phone.get(MESSAGES)).json()["items"]
    assert [i["text"] for i in items] == [f"第{n}问" for n in range(8)]
    assert [i["seq"] for i in items] == list(range(1, 9))
    assert all(count > 5 for count in pair.proxy.served)


async def test_messages_at_once_each_get_their_own_place(pair: Pair) -> None:
    bodies = [{"message_id": f"m{n}", "text": f"第{n}问"} for n in range(10)]
    replies = await asyncio.gather(*(pair.phone.post(MESSAGES, json=b) for b in bodies))
    assert sorted(r.json()["seq"] for r in replies) == list(range(1, 11))
    assert sum(len(r.engine.turns) for r in pair.replicas) == 10


async def test_replica_that_goes_down_loses_nothing(pair: Pair) -> None:
    await pair.phone.post(MESSAGES, json={"message_id": "m1", "text": "一"})
    pair.proxy.down.add(0)
    again = await pair.phone.post(MESSAGES, json={"message_id": "m1", "text": "一"})
    assert again.json()["repeated"] is True
    await pair.phone.post(MESSAGES, json={"message_id": "m2", "text": "二"})
    assert [i["text"] for i in (await pair.phone.get(MESSAGES)).json()["items"]] == ["一", "二"]


async def test_platform_that_asks_both_gets_one_answer(pair: Pair) -> None:
    fields = {"MsgType": "text", "Content": "你好", "MsgId": "24000000000000009"}
    await asyncio.gather(*(pair.platform.deliver("o-1", fields) for _ in range(3)))
    assert sum(len(r.engine.turns) for r in pair.replicas) == 1
    assert set(pair.screen()) == {"您说的是：你好"}
    count = len(pair.screen())
    await pair.settle(60)
    assert len(pair.screen()) == count


async def test_what_is_pushed_is_sent_by_one(pair: Pair) -> None:
    for replica in pair.replicas:
        replica.engine.gate.clear()
    for number in range(4):  # nobody answers in time: everything goes by customer-service message
        await pair.platform.say("o-1", f"第{number}问")
    for replica in pair.replicas:
        replica.engine.gate.set()
    await pair.settle(20)
    await pair.settle(60)
    answers = [line for line in pair.screen() if line.startswith("您说的是")]
    assert answers == [f"您说的是：第{n}问" for n in range(4)]
    assert pair.platform.tokens.fetched == 1


async def test_rates_are_counted_over_both(pair: Pair) -> None:
    rate = Rate(per_second=0.001, burst=5)
    first, second = (r.limiter for r in pair.replicas)
    waits = [await limiter.wait_for("somebody", rate) for limiter in (first, second) * 4]
    assert [w == 0 for w in waits] == [True] * 5 + [False] * 3
    assert await first.wait_for("somebody else", rate) == 0


async def test_without_redis_each_counts_by_itself() -> None:
    limiter = RedisLimiter("redis://127.0.0.1:1/0")
    rate = Rate(per_second=0.001, burst=1)
    assert await limiter.wait_for("k", rate) == 0
    assert await limiter.wait_for("k", rate) > 0
    await limiter.close()
