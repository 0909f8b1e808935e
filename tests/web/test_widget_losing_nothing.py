"""Reloads, restarts and lost connections in a real Chromium: nothing is lost or doubled."""

from __future__ import annotations

import threading

import httpx
import pytest
from playwright.sync_api import Route, expect

from connectors.web.ports import Readiness
from tests.support.chat import Bank
from tests.support.server import Gateway
from tests.support.waiting import wait_for
from tests.support.widget import ask, replied, said, session_of
from tests.web.conftest import Opener

pytestmark = pytest.mark.browser


def test_reload_shows_the_conversation_again(open_page: Opener, bank: Bank) -> None:
    page = open_page()
    for number, text in enumerate(("你好", "卡丢了怎么办", "比较稳盈1号和稳盈2号"), 1):
        ask(page, text)
        expect(replied(page)).to_have_count(number)
    before = page.locator(".log .words").all_text_contents()
    page.reload()
    expect(replied(page)).to_have_count(3)
    expect(page.locator(".log .words")).to_have_text(before)
    ask(page, "还在吗")
    expect(replied(page)).to_have_count(4)
    assert len(bank.shelf.kept) == 1


def test_messages_typed_without_waiting_arrive_in_the_order_they_were_said(open_page: Opener, bank: Bank) -> None:
    page = open_page()
    texts = [f"第{number}句" for number in range(1, 7)]
    bank.engine.gate = threading.Event()
    for text in texts:
        ask(page, text)
    wait_for("the first to arrive", lambda: bank.engine.waiting)
    bank.engine.gate.set()
    expect(replied(page)).to_have_text([f"您说的是：{text}" for text in texts])
    assert [turn.text for turn in bank.engine.turns] == texts


def test_new_conversation_begins_empty(open_page: Opener, bank: Bank) -> None:
    page = open_page()
    ask(page, "你好")
    expect(replied(page)).to_have_count(1)
    page.get_by_role("button", name="新对话").click()
    expect(page.get_by_text("已开始新的对话")).to_be_visible()
    expect(said(page)).to_have_count(0)
    ask(page, "你好")
    expect(replied(page)).to_have_text(["您说的是：你好"])
    assert len(bank.shelf.kept) == 2


def test_server_restart_loses_and_repeats_nothing(open_page: Opener, gateway: Gateway, bank: Bank) -> None:
    page = open_page(strict=False)
    ask(page, "一")
    expect(replied(page)).to_have_count(1)
    gateway.stop()
    expect(page.get_by_text("连接已断开，正在重新连接…")).to_be_visible()
    ask(page, "二")
    expect(page.locator(".said[data-state=waiting]")).to_have_count(1)
    gateway.start()
    expect(replied(page)).to_have_text(["您说的是：一", "您说的是：二"])
    expect(page.locator(".banner")).to_be_empty()
    ask(page, "三")
    expect(replied(page)).to_have_text(["您说的是：一", "您说的是：二", "您说的是：三"])
    expect(said(page)).to_have_text(["一", "二", "三"])
    assert [turn.text for turn in bank.engine.turns] == ["一", "二", "三"]


def test_what_came_while_offline_is_caught_up_once(open_page: Opener, gateway: Gateway) -> None:
    page = open_page(strict=False)
    ask(page, "一")
    expect(replied(page)).to_have_count(1)
    gateway.stop()
    expect(page.get_by_text("连接已断开，正在重新连接…")).to_be_visible()
    gateway.start()
    # The same customer in another window, before this one is back.
    messages = f"{gateway.url}/api/v1/sessions/{session_of(page)}/messages"
    for text in ("二", "三"):
        httpx.post(messages, json={"message_id": f"other-{ord(text)}", "text": text}).raise_for_status()
    expect(replied(page)).to_have_text(["您说的是：一", "您说的是：二", "您说的是：三"])
    expect(said(page)).to_have_text(["一", "二", "三"])


def test_lost_answer_is_asked_for_again_under_the_same_id(open_page: Opener, bank: Bank) -> None:
    page = open_page(strict=False)
    expect(page.locator(".reply")).to_have_count(1)
    lost: list[str] = []

    def lose_first(route: Route) -> None:
        if lost or route.request.method != "POST":
            route.continue_()
            return
        lost.append(route.request.post_data or "")
        route.fetch()  # the server has answered, the answer does not arrive
        route.abort()

    page.route("**/messages", lose_first)
    ask(page, "只问一次")
    expect(replied(page)).to_have_text(["您说的是：只问一次"])
    expect(page.locator(".said[data-state=sent]")).to_have_count(1)
    assert len(lost) == 1
    assert [turn.text for turn in bank.engine.turns] == ["只问一次"]


def test_refused_message_can_be_sent_again(open_page: Opener, bank: Bank) -> None:
    page = open_page(strict=False)
    expect(page.locator(".reply")).to_have_count(1)
    problem = '{"type": "urn:jinwen:problem:internal-error", "title": "系统出了点问题", "detail": "请稍后再试"}'
    page.route("**/messages", lambda route: route.fulfill(status=500, body=problem))
    ask(page, "再试一次")
    expect(page.locator(".delivery")).to_have_text("未发送：请稍后再试重发")
    page.unroute("**/messages")
    page.get_by_role("button", name="重发").click()
    expect(replied(page)).to_have_text(["您说的是：再试一次"])
    assert len(bank.engine.turns) == 1


def test_forgotten_session_goes_on_in_a_new_one(open_page: Opener, bank: Bank) -> None:
    page = open_page(strict=False)
    ask(page, "一")
    expect(replied(page)).to_have_count(1)
    bank.sessions.kept.clear()
    ask(page, "二")
    expect(page.get_by_text("之前的对话已过期")).to_be_visible()
    expect(replied(page)).to_have_text(["您说的是：一", "您说的是：二"])
    expect(page.get_by_text("之前的对话已过期")).to_have_count(1)


def test_page_says_what_it_waits_for_and_answers_then(open_page: Opener, gateway: Gateway, bank: Bank) -> None:
    bank.engine.state = Readiness(False, "正在加载语言模型")
    page = open_page(strict=False)
    expect(page.locator(".banner")).to_have_text("智能助手正在启动：正在加载语言模型…")
    ask(page, "你好")
    expect(page.locator(".typing")).to_contain_text("正在查询")
    bank.engine.state = Readiness(True)
    expect(replied(page)).to_have_text(["您说的是：你好"])
    expect(page.locator(".banner")).to_be_empty()
