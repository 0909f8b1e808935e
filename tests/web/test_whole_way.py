"""The whole way on `jinwen serve --demo` itself: begun in 微信's simulator, gone on in the widget after signing in,
handed to the desk, answered by a person, given back; and a refusal in 微信 counts on every channel."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from connectors.staff.accounts import Accounts
from connectors.staff.roles import Role
from dialogue.store import Store
from tests.support.agents import PASSWORD
from tests.support.customers import write_customer
from tests.support.offers import customer_of
from tests.support.serve_process import FILES, demo_files, served
from tests.support.widget import ask

pytestmark = [pytest.mark.browser, pytest.mark.rasa, pytest.mark.graph, pytest.mark.slow]

WHO = "demo-1"
CHANNELS = ("web", "app", "wechat", "wecom", "sms", "mail")
PAGES = ("网页对话", "手机银行示例", "坐席台", "主管台", "编辑台", "微信公众号模拟器", "微信客服模拟器")
_PATIENCE_MS = 60_000


class Town:
    """A running demonstration, its addresses by name, and people at their pages."""

    def __init__(self, browser: Browser, printed: str, home: Path) -> None:
        self._browser = browser
        self.pages = dict(re.findall(r"^  (\S+?)：(http\S+)$", printed, re.MULTILINE))
        self.store = Store.open(f"sqlite:///{home / 'jinwen.db'}")
        write_customer(self.store.engine, customer_of(WHO))
        accounts = Accounts(self.store.engine)
        accounts.add("小林", "小林", PASSWORD, [Role.AGENT])
        accounts.add("手机银行", "", PASSWORD, [Role.INTEGRATOR])
        key = accounts.make_key("手机银行", "test", [], datetime.now(UTC))
        self.api = httpx.Client(
            base_url=f"{self.pages['网页对话']}api/v1", headers={"Authorization": f"Bearer {key}"}, timeout=60
        )

    def open(self, address: str, width: int = 1280) -> Page:
        page = self._browser.new_context(viewport={"width": width, "height": 860}, locale="zh-CN").new_page()
        page.set_default_timeout(_PATIENCE_MS)
        page.goto(address)
        return page

    def refusals(self) -> dict[str, str | None]:
        """Why the customer is offered nothing, by channel."""
        asked = {c: self.api.post("/recommendations", json={"customer": WHO, "channel": c}) for c in CHANNELS}
        return {channel: answer.json()["reason"] for channel, answer in asked.items()}


@pytest.fixture
def town(browser: Browser, tmp_path: Path) -> Iterator[Town]:
    files = demo_files(tmp_path / "triples", (*FILES, "wealth.csv"))
    with served(tmp_path / "home", files, "--demo", "--port", "0") as server:
        server.ready()
        made = Town(browser, server.printed(), server.home)
        yield made
        made.api.close()
        made.store.close()


def write(page: Page, text: str) -> None:
    """Says something in a simulator or in the phone app."""
    page.locator("#text").fill(text)
    page.locator("#text").press("Enter")


def hears(page: Page, words: str) -> None:
    expect(page.locator("li").filter(has_text=words).last).to_be_visible(timeout=_PATIENCE_MS)


def test_from_wechat_to_a_person_and_back_and_a_refusal_everywhere(town: Town) -> None:
    assert set(PAGES) <= set(town.pages)
    for name in PAGES:
        assert httpx.get(town.pages[name]).status_code == 200, name
    wechat = town.open(town.pages["微信公众号模拟器"], 420)
    write(wechat, "稳盈1号的起购金额是多少")
    hears(wechat, "稳盈1号的起购金额：1万元")
    with wechat.context.expect_page() as opened:
        wechat.get_by_role("link", name="登录手机银行").click()
    phone = opened.value
    phone.set_default_timeout(_PATIENCE_MS)
    phone.get_by_role("button", name="登录").click()
    hears(phone, "微信已经和您的账户连在一起")
    hears(phone, "稳盈1号的起购金额：1万元")

    widget = town.open(town.pages["网页对话（示例客户一已登录）"])
    expect(widget.locator(".reply[data-seq] .words").first).to_contain_text("稳盈1号的起购金额：1万元")
    ask(widget, "那风险等级呢")  # the talk goes on where it was
    expect(widget.locator(".reply[data-seq] .words").last).to_contain_text("稳盈1号的风险等级：R2")

    agent = town.open(town.pages["坐席台"], 1440)
    agent.get_by_label("用户名").fill("小林")
    agent.get_by_label("密码").fill(PASSWORD)
    agent.get_by_role("button", name="登录").click()
    expect(agent.locator(".switch")).not_to_be_empty()
    agent.locator(".switch").click()
    expect(agent.locator(".switch.on")).to_be_visible()
    ask(widget, "转人工")
    agent.locator(".call").get_by_role("button", name="接听").click()
    expect(agent.locator(".talk")).to_contain_text("稳盈1号的起购金额是多少")
    agent.get_by_label("回复客户").fill("您好，我是小林")
    agent.get_by_label("回复客户").press("Enter")
    expect(widget.locator(".reply .words").last).to_contain_text("您好，我是小林")
    hears(phone, "您好，我是小林")
    write(wechat, "我换到微信上说")
    expect(agent.locator(".said.customer").last).to_contain_text("我换到微信上说")
    expect(agent.locator(".limits")).to_contain_text("这个渠道还能发")
    agent.get_by_label("回复客户").fill("微信上也收得到")
    agent.get_by_label("回复客户").press("Enter")
    hears(wechat, "微信上也收得到")
    agent.get_by_role("button", name="转回机器人").click()
    agent.get_by_role("dialog").get_by_role("button", name="转回机器人").click()
    hears(wechat, "请您评价刚才的人工服务")
    wechat.get_by_role("button", name="5分 非常满意").click()
    hears(wechat, "感谢您的评价")

    assert "opted_out" not in town.refusals().values()
    write(wechat, "别再给我推荐了")
    hears(wechat, "任何渠道都不再向您推荐产品")
    assert town.refusals() == dict.fromkeys(CHANNELS, "opted_out")

    ask(widget, "稳盈1号的期限")
    expect(widget.locator(".reply[data-seq] .words").last).to_contain_text("稳盈1号的期限")
    said = widget.locator(".said .words, .reply[data-seq] .words").all_inner_texts()
    wanted = [
        "稳盈1号的起购金额是多少",
        "稳盈1号的起购金额：1万元",
        "那风险等级呢",
        "稳盈1号的风险等级：R2",
        "转人工",
        "正在为您转接人工客服",
        "人工客服小林已接入",
        "您好，我是小林",
        "我换到微信上说",
        "微信上也收得到",
        "人工服务已结束",
        "请您评价",
        "5分 非常满意",
        "感谢您的评价",
        "别再给我推荐了",
        "好的，已登记",
        "稳盈1号的期限",
        "稳盈1号的期限",
    ]
    assert len(said) == len(wanted)
    assert all(text.startswith(start) for text, start in zip(said, wanted, strict=True)), said
