"""A Chromium, a bank behind a gateway, and pages whose console must stay clean."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from app.graph_process import GraphEndpoint
from connectors.staff.accounts import Accounts
from connectors.staff.auth import Staff
from connectors.staff.roles import Role
from connectors.web.settings import WebSettings
from kg.journal import Journal
from tests.support.chat import Bank
from tests.support.console import PASSWORD, Console
from tests.support.desk import LocalDesk, desk_parts
from tests.support.machine import need_chromium
from tests.support.server import Gateway, running_gateway

_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
]
PARTNER_PORT = 8701  # fixed by the allow-list below; nothing else here listens on it

Opener = Callable[..., Page]


# For a module only: while Playwright runs, its event loop would be in the way of asynchronous tests.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = need_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=_FLAGS)
        expect.set_options(timeout=20_000)  # a machine that is short of cores takes seconds for a check
        yield browser
        browser.close()


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    allowed = frozenset({f"http://127.0.0.1:{PARTNER_PORT}"})
    with running_gateway(Bank(), WebSettings(allowed_origins=allowed)) as gateway:
        yield gateway


@pytest.fixture
def bank(gateway: Gateway) -> Bank:
    return gateway.bank


@pytest.fixture
def open_page(browser: Browser, gateway: Gateway) -> Iterator[Opener]:
    """Opens a page of the gateway (or a whole address) in a fresh browser; errors on its console fail the test."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def opener(path: str = "/", width: int = 1280, height: int = 800, *, strict: bool = True) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        if strict:
            page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
        page.goto(path if "://" in path else gateway.url + path)
        return page

    yield opener
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def console(browser: Browser, arcadedb_endpoint: GraphEndpoint, tmp_path: Path) -> Iterator[Console]:
    """The console over a graph of its own: 王敏 edits, 李强 approves."""
    with desk_parts(arcadedb_endpoint, tmp_path) as parts:
        accounts = Accounts(parts.engine)
        accounts.add("王敏", "", PASSWORD, [Role.EDITOR])
        accounts.add("李强", "", PASSWORD, [Role.APPROVER])
        staff = Staff(accounts, Journal(parts.engine)), LocalDesk(parts)
        with running_gateway(Bank(), staff=staff) as gateway:
            made = Console(browser, gateway.url, parts.engine)
            yield made
            assert made.errors == []
