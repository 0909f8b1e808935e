"""Requests made up from the whole OpenAPI document, by one who may do everything: no server error anywhere."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from sqlalchemy import select

from app.factory import OPENAPI_URL, create_app
from connectors.editor.ports import DeskRefused, No
from connectors.growth.ports import GrowthDesk
from connectors.outreach.routes import OutreachDesk
from connectors.outreach.scenes import Scenes
from connectors.outreach.store import OutreachStore
from connectors.staff.auth import Staff
from connectors.staff.roles import Role
from connectors.web.settings import WebSettings
from connectors.web.store import web_stores
from desk import store as handoffs
from desk.tables import event as desk_event
from dialogue.turn import Principal, PrincipalKind, TurnIn
from growth.service import Growth
from kg.answer import Outcome
from kg.journal import Journal
from tests.connectors.test_editor_api import PASSWORD, FakeDesk
from tests.connectors.test_growth_api import MemorySource
from tests.support.agents import StaffedBank
from tests.support.channels import SEAL
from tests.support.customers import write_customer
from tests.support.demo import Bank
from tests.support.identity import BankLogin
from tests.support.offers import NOW, OFFERS, customer_of

_ENDLESS = ("/events", "/stream")  # they end when the server does


class AnyNames(MemorySource):
    """Takes names that nothing has, as the published graph does."""

    def kinds_of(self, names: list[str]) -> frozenset[str]:
        return super().kinds_of([name for name in names if self.bank.lexicon.by_name(name)])


class Everything:
    """An application with all its parts, and a key that opens all doors."""

    def __init__(self, folder: Path, bank: Bank) -> None:
        self.bank = StaffedBank(folder)
        self.bank.hire()
        engine = self.bank.store.engine
        write_customer(engine, customer_of("C1"))
        login = BankLogin(folder)
        source = GrowthDesk(Growth(engine, OFFERS, lambda: NOW), AnyNames(bank), folder)
        self.bank.accounts.add("万能", "", PASSWORD, list(Role))
        key = self.bank.accounts.make_key("万能", "test", [], datetime.now(UTC))
        desk = FakeDesk(no=DeskRefused(No.UNKNOWN, "没有"))
        self.app: FastAPI = create_app(
            WebSettings(limited=False),
            self.bank.engine,
            web_stores(self.bank.store),
            staff=(Staff(self.bank.accounts, Journal(engine)), desk),
            growth=source,
            identity=login.people(engine),
            outreach=OutreachDesk(OutreachStore(engine, SEAL), Scenes(engine)),
            agents=replace(self.bank.agents, growth=source),
        )
        self.schema = schemathesis.openapi.from_asgi(OPENAPI_URL, self.app)
        self.headers = {"Authorization": f"Bearer {key}"}
        self.customer = {"Authorization": f"Bearer {login.token('C1')}"}


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory, bank: Bank) -> Iterator[Everything]:
    made = Everything(tmp_path_factory.mktemp("everything"), bank)
    yield made
    made.bank.store.close()


def fails(everything: Everything, method: str, path: str, waiting: Waiting | None = None) -> str:
    """What an operation answered that is a server error; empty when nothing did. With `waiting` handoffs are real."""
    headers = everything.customer if path.startswith("/api/v1/app/") else everything.headers

    @given(case=everything.schema[path][method.upper()].as_strategy())
    @settings(
        max_examples=5, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck), database=None
    )
    def tried(case: schemathesis.Case[Any]) -> None:
        if "customer" in case.path_parameters:
            case.path_parameters["customer"] = "C1"
        if waiting is not None and "handoff_id" in case.path_parameters:
            case.path_parameters["handoff_id"] = waiting.id()
        case.call_and_validate(checks=[not_a_server_error], headers=headers)

    try:
        tried()
    except Exception as error:  # whatever it is, the others are tried as well
        return f"{method} {path}: {error!r}"
    return ""


class Waiting:
    """A customer who waits for a person at the desk; taken or sent away, another one comes."""

    def __init__(self, everything: Everything) -> None:
        self._bank = everything.bank
        self._said = 0

    def id(self) -> str:
        """The handoff of whoever waits or is talked to now."""
        return asyncio.run(self._id())

    async def _id(self) -> str:
        with self._bank.store.engine.connect() as sql:
            there = handoffs.at_desk(sql)
        if there:
            return there[-1].id
        self._said += 1
        who = Principal(PrincipalKind.CUSTOMER, "C1")
        turn = TurnIn(f"customer-fuzz-{self._said}", "转人工", f"m{self._said}", NOW.date(), principal=who)
        assert (await self._bank.engine.handle(turn)).outcome is Outcome.HANDOFF
        return await self._id()


@pytest.mark.slow
def test_no_request_makes_a_server_error(everything: Everything) -> None:
    listed = [
        (method, path)
        for path, methods in sorted(everything.app.openapi()["paths"].items())
        for method in methods
        if not path.endswith(_ENDLESS)
    ]
    assert len(listed) > 60
    assert [found for method, path in listed if (found := fails(everything, method, path))] == []


@pytest.mark.slow
def test_no_request_about_somebody_at_the_desk_makes_a_server_error(everything: Everything) -> None:
    waiting = Waiting(everything)
    listed = [
        (method, path)
        for path, methods in sorted(everything.app.openapi()["paths"].items())
        for method in methods
        if "{handoff_id}" in path and not path.endswith(_ENDLESS)
    ]
    assert len(listed) > 10
    # Twice, and each before the other once: to somebody who waits and to somebody who is being talked to.
    for method, path in (*listed, *reversed(listed)):
        assert fails(everything, method, path, waiting) == ""
    with everything.bank.store.engine.connect() as sql:
        done = {row.kind for row in sql.execute(select(desk_event.c.kind))}
    assert {"Accept", "AgentSaid", "Return", "TakeOver"} <= done
