"""A bank with an agents' desk and no Rasa: real turns and tables, a bot that follows a script, a clock that is set."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from app.factory import create_app
from connectors.channels.hub import Channels
from connectors.channels.sealing import Seal
from connectors.desk.ports import AgentDesk
from connectors.desk.service import DeskService
from connectors.desk.ticking import ticking
from connectors.growth.ports import GrowthDesk
from connectors.staff.accounts import Accounts
from connectors.staff.auth import Staff
from connectors.staff.roles import Role
from connectors.web.ports import Readiness
from connectors.web.settings import WebSettings
from connectors.web.store import web_stores
from desk.hours import BANK_ZONE
from desk.live_rules import LiveRules
from dialogue.engine.bot import BotTurn
from dialogue.engine.turns import TurnHandler
from dialogue.knowledge import Pinned
from dialogue.message import Message, Source
from dialogue.runtime import Services
from dialogue.store import Store
from dialogue.turn import FactOut, TurnIn, TurnOut
from dialogue.wire import Said
from growth.catalogue import Catalogue
from growth.service import Growth
from kg.answer import Outcome
from kg.journal import Journal
from kg.store import GraphUnavailable
from nlu import intents
from tests.support.tiny_bank import BANK, tiny_snapshot, tiny_understanding

DATA = Path(__file__).parents[2] / "data" / "desk"
OFFERS = DATA.parent / "offers"
NOON = datetime(2026, 11, 23, 12, tzinfo=BANK_ZONE)
PASSWORD = "坐席用的密码-2026"
PEOPLE = {"小林": Role.AGENT, "小周": Role.AGENT, "主管": Role.SUPERVISOR, "编辑": Role.EDITOR}
_FACT = FactOut("稳盈1号", "起购金额", "1万元", source="说明书", article="第三节")
_SCRIPT = {
    "转人工": (intents.HANDOFF, Outcome.HANDOFF, "请拨打热线"),
    "我要投诉": (intents.COMPLAIN, Outcome.HANDOFF, "很抱歉"),
    "活不下去了": (intents.DISTRESS, Outcome.HANDOFF, "我很担心您"),
    "稳盈9号的门槛": ("ask_attribute", Outcome.UNANSWERABLE, "图谱里没有稳盈9号"),
    "嗯嗯啊啊": (intents.FALLBACK, Outcome.FALLBACK, "没有明白"),
}


class ScriptedBot:
    """Knows a few sentences; everything else is answered. `seen` are the texts that it was asked, `during` is done once
    in the middle of the next turn."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.during: Callable[[], Awaitable[None]] | None = None

    async def take(self, session: str, text: str, metadata: dict[str, Any], before: dict[str, Any] | None) -> BotTurn:
        self.seen.append(text)
        if self.during is not None:
            during, self.during = self.during, None
            await during()
        intent, outcome, words = _SCRIPT.get(text, ("ask_attribute", Outcome.ANSWERED, f"机器答：{text}"))
        answered = outcome is Outcome.ANSWERED
        message = Message(words, sources=(Source("说明书", "第三节"),) if answered else (), focus="稳盈1号·起购金额")
        facts = (_FACT,) if answered else ()
        return BotTurn(Said(message, outcome, facts=facts), intent, 0.9, {"n": len(self.seen)})


class FixedKnowledge:
    """The tiny bank at revision 1."""

    def __init__(self, folder: Path) -> None:
        self._pinned = Pinned(1, "memory", tiny_snapshot(), tiny_understanding(folder))  # type: ignore[arg-type]

    def pin(self, revision: int | None = None) -> Pinned:
        return self._pinned


@dataclass
class HandlerEngine:
    """An Engine (connectors.web.ports) around one handler."""

    handler: TurnHandler

    def readiness(self) -> Readiness:
        return Readiness(True)

    async def handle(self, turn: TurnIn) -> TurnOut:
        return await self.handler.handle(turn)


@dataclass
class StaffedBank:
    """Everything on one database; `now` is the desk's clock, unless it is to be the machine's (`ticks`)."""

    folder: Path
    url: str = ""
    now: datetime = NOON
    ticks: bool = False
    bot: ScriptedBot = field(default_factory=ScriptedBot)
    adapters: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.store = Store.open(self.url or f"sqlite:///{self.folder / 'jinwen.db'}")
        self.live = LiveRules(DATA)
        self.accounts = Accounts(self.store.engine)
        self.engine = self.replica()
        self.channels = Channels(self.engine, self.store, self._today, Seal(b"a key of the tests, 16+"), self.clock)
        for adapter in self.adapters:
            self.channels.add(adapter)
        self.service = DeskService(self.store, self.live, self.channels, self.clock)
        self.agents = AgentDesk(self.service, DATA, self.channels)

    def clock(self) -> datetime:
        return datetime.now(UTC) if self.ticks else self.now

    def _today(self) -> date:
        return self.clock().date()

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)

    def replica(self) -> HandlerEngine:
        """An engine of another process."""
        services = Services(FixedKnowledge(self.folder), BANK, desk=self.live)  # type: ignore[arg-type]
        handler = TurnHandler(self.bot, services, self.store, "model-1")
        assert handler._handing is not None
        handler._handing._clock = self.clock
        return HandlerEngine(handler)

    def hire(self) -> None:
        for name, role in PEOPLE.items():
            self.accounts.add(name, f"{name}（坐席）" if role is Role.AGENT else "", PASSWORD, [role])

    def app(self) -> FastAPI:
        @contextlib.asynccontextmanager
        async def lifespan(app: FastAPI) -> AsyncIterator[None]:
            async with ticking(self.agents, app.state.web.hub):
                yield

        return create_app(
            WebSettings(limited=False),
            self.engine,
            web_stores(self.store),
            staff=(Staff(self.accounts, Journal(self.store.engine)), NoEditors()),
            growth=GrowthDesk(Growth(self.store.engine, OFFERS, self.clock), NoOffers(), self.folder),
            agents=self.agents,
            today=self._today,
            lifespan=lifespan,
        )


class NoEditors:
    """Nothing is asked of the editors' desk here."""

    async def call(self, operation: str, **arguments: object) -> object:
        raise AssertionError(operation)


class NoOffers:
    """A graph that is away: the view of a customer stands without the offer of the moment."""

    def catalogue(self, _growth: Growth, _day: date) -> Catalogue:
        raise GraphUnavailable("graph", "no graph here", "none is needed")

    def id_of(self, _name: str) -> str | None:
        return None

    def kinds_of(self, _names: list[str]) -> frozenset[str]:
        return frozenset()
