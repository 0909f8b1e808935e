"""Conversations of customers on the demo bank with offers wired in: no Rasa, a scratch database."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

from customer.model import ANY_CHANNEL, Claim, Consent, ConsentState, Customer, Purpose, RiskRating
from dialogue.asker import Asker
from dialogue.engine.bot import BotTurn
from dialogue.engine.turns import TurnHandler
from dialogue.knowledge import Pinned
from dialogue.replying import Setting, reply
from dialogue.runtime import Services
from dialogue.store import Store
from dialogue.turn import Principal, PrincipalKind, TurnIn, TurnOut
from dialogue.wire import said_from_json, said_to_json
from growth.service import Growth
from nlu.memory import SLOT, Memory
from tests.support.customers import write_customer
from tests.support.demo import BANK, PROJECT, TODAY, Bank

NOW = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)  # 14:00 at the bank
OFFERS = PROJECT / "data" / "offers"
THEN = datetime(2026, 6, 1, tzinfo=UTC)


def customer_of(who: str, rating: str | None = "C2", assessed: date = date(2026, 6, 1), **changes: Any) -> Customer:
    """A customer of 40 who agreed to offers and to profiling."""
    until = assessed.replace(year=assessed.year + 1)
    told = (Consent(p.value, ANY_CHANNEL, ConsentState.GRANTED, THEN, "柜面") for p in Purpose)
    plain = Customer(
        who,
        birth_date=Claim(date(1986, 3, 1), "核心系统", THEN),
        region=Claim("云州", "核心系统", THEN),
        monthly_income=Claim(Decimal(12000), "核心系统", THEN),
        risk=RiskRating(rating, assessed, until, "柜面", THEN) if rating else None,
        consents=tuple(told),
    )
    return replace(plain, **changes)


@dataclass
class DemoBot:
    """Understands and replies as the worker does, without Rasa; `intents` is what a classifier would be sure of."""

    bank: Bank
    growth: Growth | None
    intents: dict[str, str] = field(default_factory=dict)

    async def take(self, session: str, text: str, metadata: dict[str, Any], before: dict[str, Any] | None) -> BotTurn:
        """One turn."""
        memory = Memory.from_json((before or {"slots": {}})["slots"].get(SLOT))
        today = date.fromisoformat(metadata["today"])
        understood = self.bank.understood(text, memory, today, self.intents.get(text, ""))
        asker = Asker.of(metadata, session, self.growth)
        setting = Setting(self.bank.snapshot, self.bank.lexicon, today, BANK, text, asker)
        made = reply(understood, memory, setting)
        said = said_from_json(said_to_json(made))
        return BotTurn(said, understood.intent, understood.confidence, {"slots": {SLOT: made.memory.to_json()}})


@dataclass
class _Knowledge:
    bank: Bank

    def pin(self, _revision: int | None = None) -> Pinned:
        return Pinned(1, "memory", self.bank.snapshot, self.bank.understanding)  # type: ignore[arg-type]


class Counter:
    """The demo bank with customers at its window."""

    def __init__(
        self, bank: Bank, folder: Path, *customers: Customer, now: datetime = NOW, offers: Path = OFFERS
    ) -> None:
        self.store = Store.open(f"sqlite:///{folder}/jinwen.db")
        for who in customers:
            write_customer(self.store.engine, who)
        self.now = NOW
        self.growth = Growth(self.store.engine, offers, lambda: self.now)
        self.bot = DemoBot(bank, self.growth)
        services = Services(_Knowledge(bank), BANK, self.growth)  # type: ignore[arg-type]
        self.handler = TurnHandler(self.bot, services, self.store, "model-1")
        self._ids = count(1)

    def ask(self, text: str, who: str = "", intent: str = "", session: str = "", **changes: Any) -> TurnOut:
        """One turn; `who` empty is a visitor."""
        if intent:
            self.bot.intents[text] = intent
        principal = Principal(PrincipalKind.CUSTOMER, who) if who else Principal()
        turn = TurnIn(session or f"s-{who}", text, f"m{next(self._ids)}", TODAY, principal, trace_id="t")
        return asyncio.run(self.handler.handle(replace(turn, **changes)))
