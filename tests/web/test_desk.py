"""The agents' desk in a real Chromium: a customer's widget on one side, the agents' pages on the other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.agents import StaffedBank
from tests.support.floor import Floor
from tests.support.server import serving_app

pytestmark = [pytest.mark.browser]


@pytest.fixture
def floor(browser: Browser, tmp_path: Path) -> Iterator[Floor]:
    bank = StaffedBank(tmp_path, ticks=True)
    bank.hire()
    with serving_app(bank.app()) as url:
        made = Floor(browser, url, bank)
        yield made
        assert made.errors == []
    bank.store.close()


# A sign lives for four seconds, and a busy machine may look later: what stood there is kept.
KEEP = """element => { const kept = (window.kept ??= []);
  new MutationObserver(() => kept.push(element.textContent)).observe(element, { childList: true, subtree: true }); }"""


COUNT_SOUNDS = """() => { const make = BaseAudioContext.prototype.createOscillator; window.sounds = 0;
  BaseAudioContext.prototype.createOscillator = function () { window.sounds += 1; return make.call(this); }; }"""


def keep_signs(page: Page) -> None:
    """From now on `expect_sign` knows what the typing sign has said."""
    page.locator(".typing").evaluate(KEEP)


def expect_sign(page: Page, words: str) -> None:
    """The typing sign says so, or has said it."""
    page.wait_for_function("words => window.kept.some((text) => text.includes(words))", arg=words)


def ask(page: Page, text: str) -> None:
    page.get_by_placeholder("请输入您的问题").fill(text)
    page.get_by_role("button", name="发送", exact=True).click()


def test_from_the_widget_to_a_person_and_back(floor: Floor) -> None:
    agent = floor.open_as("小林")
    customer = floor.customer()
    ask(customer, "稳盈1号起购金额")
    expect(customer.locator(".reply").last).to_contain_text("机器答")
    ask(customer, "转人工")
    expect(customer.locator(".reply").last).to_contain_text("前面还有0位")

    call = agent.locator(".call")
    expect(call).to_contain_text("请接听")
    assert "请接听" in agent.title()
    call.get_by_role("button", name="接听").click()
    expect(agent.locator(".talk")).to_contain_text("稳盈1号起购金额")
    expect(agent.locator(".panel")).to_contain_text("稳盈1号·起购金额：1万元")
    expect(customer.locator(".reply").last).to_contain_text("人工客服小林（坐席）已接入")
    for page in (agent, customer):
        keep_signs(page)
    # Before the agent has said anything, he is there already.
    customer.get_by_placeholder("请输入您的问题").press_sequentially("喂", delay=5)
    expect_sign(agent, "客户正在输入……")
    customer.get_by_placeholder("请输入您的问题").fill("")

    agent.get_by_label("回复客户").fill("您好，请讲")
    agent.get_by_label("回复客户").press("Enter")
    expect(customer.locator(".reply").last).to_contain_text("您好，请讲")
    expect(customer.locator(".reply .speaker").last).to_have_text("人工客服 小林（坐席）")
    customer.get_by_placeholder("请输入您的问题").press_sequentially("我想改手机号", delay=5)
    expect_sign(agent, "客户正在输入……")
    customer.get_by_role("button", name="发送", exact=True).click()
    expect(agent.locator(".said.customer").last).to_contain_text("我想改手机号")
    agent.get_by_label("回复客户").press_sequentially("好", delay=5)
    expect_sign(customer, "对方正在输入")

    agent.keyboard.press("Alt+g")
    expect(agent.locator(".suggested")).to_contain_text("机器答：我想改手机号")
    agent.get_by_role("button", name="填进输入框").click()
    expect(agent.get_by_label("回复客户")).to_have_value("机器答：我想改手机号")
    agent.get_by_label("回复客户").fill("")
    agent.keyboard.press("Alt+r")
    agent.get_by_label("找一句").fill("身份证")
    agent.get_by_label("找一句").press("Enter")
    expect(agent.get_by_label("回复客户")).to_have_value("这项业务需要您本人带身份证到网点办理。")
    agent.get_by_role("button", name="发送", exact=True).click()
    expect(customer.locator(".reply").last).to_contain_text("带身份证到网点")
    agent.get_by_role("tab", name="备注").click()
    agent.get_by_label("写备注").fill("<b>想改手机号</b>")
    agent.get_by_role("button", name="保存备注").click()
    expect(agent.locator(".panel")).to_contain_text("<b>想改手机号</b>")
    agent.screenshot(path="test-results/desk-talking.png")

    agent.get_by_role("button", name="结束", exact=True).click()
    agent.get_by_role("dialog").get_by_role("listbox").select_option("solved")
    agent.get_by_role("dialog").get_by_role("button", name="结束").click()
    expect(agent.locator(".talk-head")).to_contain_text("待评价")
    customer.get_by_role("button", name="4分 满意").click()
    expect(customer.locator(".reply").last).to_contain_text("感谢您的评价")
    ask(customer, "那年费呢")
    expect(customer.locator(".reply").last).to_contain_text("机器答：那年费呢")
    customer.screenshot(path="test-results/desk-widget.png")
    said = customer.locator(".said .words, .reply .words").all_inner_texts()
    order = [
        "稳盈1号起购金额",
        "转人工",
        "您好，请讲",
        "我想改手机号",
        "这项业务需要您本人带身份证到网点办理。",
        "那年费呢",
    ]
    places = [said.index(text) for text in order]
    assert places == sorted(places)


def test_the_supervisor_sees_queues_and_figures_and_takes_over(floor: Floor) -> None:
    agent = floor.open_as("小林")
    customer = floor.customer()
    ask(customer, "我要投诉")
    agent.locator(".call").get_by_role("button", name="接听").click()
    expect(agent.get_by_label("回复客户")).to_be_visible()
    other = floor.customer()
    ask(other, "转人工")
    expect(other.locator(".reply").last).to_contain_text("转接人工客服")

    supervisor = floor.open_as("主管", "/staff/supervisor")
    expect(supervisor.locator(".tile").filter(has_text="对话中")).to_contain_text("1")
    expect(supervisor.locator(".plot")).to_have_count(6)
    expect(supervisor.get_by_role("img", name="为什么转人工")).to_have_attribute("aria-label", re.compile("投诉 1"))
    supervisor.screenshot(path="test-results/desk-supervisor.png", full_page=True)
    supervisor.locator("tr", has_text="投诉").first.get_by_role("button", name="接管").click()
    supervisor.wait_for_url("**/staff/desk")
    supervisor.locator(".line").first.get_by_role("button").first.click()
    supervisor.get_by_label("回复客户").fill("我是主管")
    supervisor.get_by_role("button", name="发送", exact=True).click()
    expect(customer.locator(".reply").last).to_contain_text("我是主管")
    expect(agent.get_by_label("回复客户")).to_be_hidden()


def test_several_customers_at_once_by_keyboard(floor: Floor) -> None:
    agent = floor.open_as("小林")
    agent.evaluate(COUNT_SOUNDS)
    people = []
    for number in (1, 2):
        page = floor.customer()
        ask(page, f"第{number}位的问题")
        expect(page.locator(".reply").last).to_contain_text("机器答")
        ask(page, "转人工")
        expect(agent.locator(".call")).to_be_visible()
        agent.keyboard.press("Alt+a")
        expect(agent.locator(".talk")).to_contain_text(f"第{number}位的问题")
        people.append(page)
    assert agent.evaluate("window.sounds") == 2
    ask(people[0], "<img src=x onerror=\"document.title='坏'\">还在吗")
    expect(agent.locator(".line .clock").first).to_contain_text("等您回复")
    agent.keyboard.press("Alt+1")
    expect(agent.locator(".said.customer").last).to_contain_text("<img src=x")
    agent.get_by_label("回复客户").fill("在的<b>")
    agent.get_by_label("回复客户").press("Enter")
    expect(people[0].locator(".reply").last).to_contain_text("在的<b>")
    expect(people[1].locator(".log")).not_to_contain_text("在的")
    agent.get_by_role("button", name="转回机器人").click()
    agent.screenshot(path="test-results/desk-two.png")
    agent.get_by_role("dialog").get_by_role("button", name="转回机器人").click()
    expect(people[0].locator(".reply").last).to_contain_text("请您评价")
    expect(agent.locator(".line")).to_have_count(1)
    assert "坏" not in agent.title() and agent.locator("img[src=x]").count() == 0
