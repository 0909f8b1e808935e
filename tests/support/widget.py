"""What tests of the widget do and look at in a page."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page


def ask(page: Page, text: str) -> None:
    """Types a question and sends it."""
    page.get_by_label("请输入您的问题").fill(text)
    page.keyboard.press("Enter")


def said(page: Page) -> Locator:
    """What the customer said."""
    return page.locator(".said .words")


def replied(page: Page) -> Locator:
    """Replies to questions, the greeting left out."""
    return page.locator(".reply[data-seq] .words")


def session_of(page: Page) -> str:
    """The id of the conversation that the page keeps."""
    talk = page.evaluate("Object.entries(sessionStorage).find(([key]) => key.startsWith('jinwen:talk:'))[1]")
    return re.search(r'"session":"([\w-]+)"', talk).group(1)  # type: ignore[union-attr]
