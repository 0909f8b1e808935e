"""The staff console in a browser: people sign in, and no script of the pages may fail."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Browser, Page, expect

PASSWORD = "测试用的密码-2026"


class Console:
    """A gateway with two people, and pages whose console must stay clean."""

    def __init__(self, browser: Browser, url: str, engine: Any) -> None:
        self._browser, self._url, self.engine = browser, url, engine
        self.errors: list[str] = []

    def open_as(self, name: str) -> Page:
        page = self._browser.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN").new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.goto(f"{self._url}/staff")
        page.get_by_label("用户名").fill(name)
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        expect(page.get_by_role("heading", name="草稿").first).to_be_visible()
        return page
