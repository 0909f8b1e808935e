"""A Chromium, a bank behind a gateway, and pages whose console must stay clean."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from connectors.web.settings import WebSettings
from tests.support.chat import Bank
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
