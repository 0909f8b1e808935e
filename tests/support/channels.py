"""A bot on channels: an engine from a script over a real database, a clock that is set, platforms in memory."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
from fastapi import FastAPI

from connectors.channels.hub import Channels
from connectors.channels.sealing import Seal
from connectors.simulators.wechat import Platform
from connectors.simulators.wechat_app import platform_app
from connectors.web import problems
from connectors.web.ports import Readiness
from connectors.wechat import routes
from connectors.wechat.adapter import WeChatAdapter
from connectors.wechat.api import WeChatApi
from connectors.wechat.service import Timing, WeChatAccount
from connectors.wechat.settings import Mode, WeChatSettings
from dialogue.message import Message
from dialogue.store import ConversationMoved, Store, TurnRecord
from dialogue.turn import PrincipalKind, TurnIn, TurnOut
from kg.answer import Outcome
from tests.support.chat import scripted

AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
TODAY = date(2026, 11, 20)
SEAL = Seal(b"a key of the tests, 16+")
START = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


class SetClock:
    """A clock that moves when it is told to."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class StoredEngine:
    """Answers from a script and writes its turns as the real engine does. `gate` holds answers back while clear; to
    `OWN` a customer hears figures of his own, and the record has KEPT in their place."""

    OWN, FIGURES, KEPT = "我的余额", "尾号1234的余额：8,888.80元", "账户信息不留在对话记录里"

    def __init__(
        self,
        store: Store,
        answer: Callable[[TurnIn], Message] = scripted,
        outcome: Callable[[TurnIn], Outcome | None] = lambda _turn: None,
    ) -> None:
        self.store = store
        self.outcome = outcome
        self.answer = answer
        self.gate = asyncio.Event()
        self.gate.set()
        self.turns: list[TurnIn] = []
        self.held = 0

    def readiness(self) -> Readiness:
        return Readiness(True)

    async def handle(self, turn: TurnIn) -> TurnOut:
        self.held += 1
        await self.gate.wait()
        self.held -= 1
        while True:
            before, known = self.store.standing(turn.session, turn.message_id)
            private = turn.text == self.OWN and turn.principal.kind is PrincipalKind.CUSTOMER
            if known is not None:
                return replace(known, message=Message(self.FIGURES)) if private else known
            out = TurnOut(
                turn.session,
                uuid.uuid4().hex,
                before.seq + 1,
                self.answer(turn),
                self.outcome(turn) or Outcome.ANSWERED,
                "ask",
                1.0,
            )
            if private:
                out = replace(out, message=Message(self.KEPT), private=True)
            try:
                self.store.write_turn(TurnRecord(turn, turn.text, out), before, {"last": turn.text})
            except ConversationMoved:
                continue
            self.turns.append(turn)
            return replace(out, message=Message(self.FIGURES)) if private else out


@dataclass
class Scene:
    """The bot and the platform, each reaching the other without a network."""

    store: Store
    clock: SetClock
    settings: WeChatSettings
    engine: StoredEngine
    channels: Channels
    account: WeChatAccount
    api: WeChatApi
    platform: Platform
    bot: httpx.AsyncClient
    app: FastAPI
    clients: list[httpx.AsyncClient] = field(default_factory=list)

    async def say(self, text: str, openid: str = "o-1", **more: str) -> None:
        await self.platform.say(openid, text, **more)

    def screen(self, openid: str = "o-1") -> list[str]:
        """What the account has said to the user, or the platform about it."""
        return [line["text"] for line in self.platform.user(openid).screen if line["from"] != "user"]

    async def settle(self, seconds: float = 0.0) -> None:
        """Lets `seconds` pass, answers what waits and sends what is due."""
        self.clock.pass_by(seconds)
        for entry_id in self.channels.inbox.waiting():
            self.channels.runner.begin(entry_id)
        while self.channels.runner.at_work:
            await asyncio.gather(*self.channels.runner.at_work)
        while await self.channels.sender.round():
            pass

    def states(self, openid: str = "o-1") -> list[tuple[str, str]]:
        """State and code of every delivery to a user."""
        found = self.channels.addresses.find("wechat", self.settings.name, openid)
        assert found
        return [(d.state.value, d.code) for d in self.channels.deliveries.of_session(found.session)]


def wechat_settings(**changes: object) -> WeChatSettings:
    base = WeChatSettings(
        name="main",
        account="gh_1",
        appid="wx1234567890abcdef",
        token="FinKGtoken2024",
        secret="s3cret",
        aes_key=AES_KEY,
        mode=Mode.SAFE,
        api="http://platform.test",
        open="http://platform.test",
        hosts=("www.yunshan.example",),
        asked=(("rates", "定期存款利率是多少"),),
    )
    return replace(base, **changes)  # type: ignore[arg-type]


@asynccontextmanager
async def wechat_scene(
    tmp_path: Path,
    settings: WeChatSettings | None = None,
    answer: Callable[[TurnIn], Message] = scripted,
    *,
    patience: float = 2.0,
    timing: Timing | None = None,
    outcome: Callable[[TurnIn], Outcome | None] = lambda _turn: None,
) -> AsyncIterator[Scene]:
    """A scene on a database in `tmp_path`: a second one there is the bot after a restart."""
    settings = settings or wechat_settings()
    store = Store.open(f"sqlite:///{tmp_path / 'jinwen.db'}")
    clock = SetClock()
    engine = StoredEngine(store, answer, outcome)
    channels = Channels(engine, store, lambda: TODAY, SEAL, clock)
    app = FastAPI()
    problems.install(app)
    bot = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bot.test")
    platform = Platform(
        settings, "http://bot.test/wechat/main", bot, patience=patience, clock=lambda: clock().timestamp()
    )
    outside = httpx.AsyncClient(transport=httpx.ASGITransport(platform_app(platform)))
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
        timing=timing,
        clock=clock,
    )
    app.include_router(routes.router({"main": account}))
    scene = Scene(store, clock, settings, engine, channels, account, api, platform, bot, app, [bot, outside])
    try:
        yield scene
    finally:
        engine.gate.set()
        await scene.settle()
        for client in scene.clients:
            await client.aclose()
        store.close()
