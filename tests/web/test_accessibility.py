"""WCAG 2.2 AA by axe-core in a real Chromium: widget, pages and desk, in the states that people see them in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from dialogue.message import Message
from tests.support.agents import StaffedBank
from tests.support.axe import barriers
from tests.support.chat import REPLIES, Bank
from tests.support.floor import Floor
from tests.support.server import serving_app
from tests.support.widget import ask, replied
from tests.web.conftest import Opener
from tests.web.test_widget_offer import CARD

pytestmark = [pytest.mark.browser]
QUESTIONS = ("稳盈1号起购金额是多少", "比较稳盈1号和稳盈2号", "卡丢了怎么办", "那风险等级呢", "带推荐的", "定期存款")


@pytest.fixture
def floor(browser: Browser, tmp_path: Path) -> Iterator[Floor]:
    bank = StaffedBank(tmp_path, ticks=True)
    bank.hire()
    with serving_app(bank.app()) as url:
        yield Floor(browser, url, bank)
    bank.store.close()


@pytest.mark.parametrize("width", [1280, 390], ids=["desktop", "phone"])
@pytest.mark.parametrize(("large", "theme"), [(False, ""), (True, ""), (False, "dark"), (True, "dark")])
def test_the_widget_with_all_that_a_reply_may_carry(
    open_page: Opener, monkeypatch: pytest.MonkeyPatch, width: int, large: bool, theme: str
) -> None:
    monkeypatch.setitem(REPLIES, "带推荐的", Message("稳盈2号的起购金额：5万元", offer=CARD))
    page = open_page("/demo-host", width)
    page.evaluate("theme => document.querySelector('jinwen-chat').setAttribute('theme', theme)", theme)
    page.evaluate("document.querySelector('jinwen-chat').invite('想了解存款利率吗？')")
    expect(page.get_by_role("button", name="想了解存款利率吗？")).to_be_visible()
    assert barriers(page) == []
    page.get_by_role("button", name="打开智能助手").click()
    if large:
        page.get_by_role("button", name="长辈版").click()
    for number, question in enumerate(QUESTIONS, 1):
        ask(page, question)
        expect(replied(page)).to_have_count(number)
    page.get_by_role("button", name="没帮助").last.click()
    assert barriers(page) == []
    page.get_by_role("button", name="评价服务").click()
    assert barriers(page) == []


def test_what_is_wrong_inside_the_widget_is_seen(open_page: Opener) -> None:
    page = open_page("/")
    expect(page.locator(".reply").first).to_be_visible()
    page.evaluate(
        "() => { const bad = document.createElement('button'); bad.append(document.createElement('i'));"
        " document.querySelector('jinwen-chat').shadowRoot.querySelector('.panel').append(bad); }"
    )
    [found] = barriers(page)
    assert found.startswith("button-name")


def test_a_message_that_was_refused_and_one_that_waits(open_page: Opener, bank: Bank) -> None:
    page = open_page("/", strict=False)
    page.route("**/messages", lambda route: route.abort())
    ask(page, "发不出去的")
    expect(page.locator(".said .delivery")).not_to_be_empty()
    assert barriers(page) == []
    page.evaluate("document.querySelector('jinwen-chat').setAttribute('theme', 'dark')")
    assert barriers(page) == []


@pytest.mark.parametrize("lang", ["zh-TW", "en"])
def test_the_widget_in_other_languages(open_page: Opener, lang: str) -> None:
    page = open_page("/demo-host")
    page.evaluate("lang => { document.documentElement.lang = lang; }", lang)
    page.evaluate(
        "() => { const old = document.querySelector('jinwen-chat'); const made = document.createElement('jinwen-chat');"
        " old.replaceWith(made); made.show(); }"
    )
    expect(page.locator(".reply").first).to_be_visible()
    assert barriers(page) == []


@pytest.mark.parametrize("path", ["/", "/phone"])
@pytest.mark.parametrize("width", [1280, 390])
def test_our_pages(open_page: Opener, path: str, width: int) -> None:
    assert barriers(open_page(path, width)) == []


def test_the_desk_from_signing_in_to_the_end(floor: Floor) -> None:
    assert barriers(floor.page("/staff/desk")) == []
    agent = floor.open_as("小林")
    assert barriers(agent) == []
    customer = floor.customer()
    for text in ("稳盈1号起购金额", "转人工"):
        customer.get_by_placeholder("请输入您的问题").fill(text)
        customer.get_by_role("button", name="发送", exact=True).click()
    expect(agent.locator(".call")).to_be_visible()
    assert barriers(agent) == []
    agent.locator(".call").get_by_role("button", name="接听").click()
    expect(agent.get_by_label("回复客户")).to_be_visible()
    for tab in agent.get_by_role("tab").all():
        tab.click()
        expect(tab).to_have_attribute("aria-selected", "true")
        assert barriers(agent) == [], tab.inner_text()
    agent.keyboard.press("Alt+r")
    expect(agent.get_by_label("找一句")).to_be_visible()
    assert barriers(agent) == []
    agent.get_by_role("button", name="结束", exact=True).click()
    expect(agent.get_by_role("dialog")).to_be_visible()
    assert barriers(agent) == []
    agent.get_by_role("dialog").get_by_role("listbox").select_option("solved")
    agent.get_by_role("dialog").get_by_role("button", name="结束").click()
    expect(customer.locator(".reply").last).to_contain_text("请您评价")
    assert barriers(customer) == []
    supervisor: Page = floor.open_as("主管", "/staff/supervisor")
    expect(supervisor.locator(".plot")).to_have_count(6)
    assert barriers(supervisor) == []
