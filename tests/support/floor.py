"""Everybody at once in a real Chromium: customers at their pages, agents at theirs."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect

from tests.support.agents import PASSWORD, StaffedBank


class Floor:
    """A running bank, and pages whose console must stay clean."""

    def __init__(self, browser: Browser, url: str, bank: StaffedBank) -> None:
        self._browser, self.url, self.bank = browser, url, bank
        self.errors: list[str] = []

    def page(self, path: str, width: int = 1440) -> Page:
        """A page in a browser of its own."""
        page = self._browser.new_context(viewport={"width": width, "height": 900}, locale="zh-CN").new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda line: self.errors.append(line.text) if line.type == "error" else None)
        page.goto(f"{self.url}{path}")
        return page

    def customer(self) -> Page:
        """A customer's widget."""
        return self.page("/", 900)

    def open_as(self, name: str, path: str = "/staff/desk", *, ready: bool = True) -> Page:
        """A page of somebody of the staff, signed in; at the desk he takes customers where `ready`."""
        page = self.page(path)
        page.get_by_label("用户名").fill(name)
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        if path == "/staff/desk":
            expect(page.locator(".switch")).not_to_be_empty()
            if ready:
                page.locator(".switch").click()
                expect(page.locator(".switch.on")).to_be_visible()
        self.errors.clear()  # asking who is signed in before anybody is
        return page
