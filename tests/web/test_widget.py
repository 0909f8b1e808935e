"""The widget in a real Chromium: what a customer sees, and that nothing is lost, doubled or executed."""

from __future__ import annotations

import gzip
import http.server
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from playwright.sync_api import Locator, Page, Route, expect

from connectors.web.ports import Readiness
from tests.support.chat import LAW, RISK, Bank
from tests.support.server import Gateway
from tests.support.waiting import wait_for
from tests.web.conftest import PARTNER_PORT, Opener

pytestmark = pytest.mark.browser

PHONES = [(320, 640), (390, 844), (430, 932)]


def ask(page: Page, text: str) -> None:
    page.get_by_label("请输入您的问题").fill(text)
    page.keyboard.press("Enter")


def said(page: Page) -> Locator:
    return page.locator(".said .words")


def replied(page: Page) -> Locator:
    """Replies to questions, the greeting left out."""
    return page.locator(".reply[data-seq] .words")


def session_of(page: Page) -> str:
    talk = page.evaluate("Object.entries(sessionStorage).find(([key]) => key.startsWith('jinwen:talk:'))[1]")
    return re.search(r'"session":"([\w-]+)"', talk).group(1)  # type: ignore[union-attr]


def test_question_gets_reply_with_focus_notice_and_source(open_page: Opener) -> None:
    page = open_page()
    ask(page, "稳盈1号起购金额是多少")
    expect(said(page)).to_have_text(["稳盈1号起购金额是多少"])
    expect(replied(page)).to_have_text(["稳盈1号的起购金额：1万元"])
    expect(page.locator(".focus")).to_have_text("您在问稳盈1号·起购金额")
    expect(page.locator(".notice")).to_contain_text(RISK)
    source = page.get_by_text("云杉银行理财产品说明书（2026年版）")
    expect(source).to_be_hidden()
    page.get_by_text("来源（1）").click()
    expect(source).to_be_visible()
    expect(page.locator(".sources li")).to_contain_text("第三节自2026年1月1日起")


def test_what_was_carried_over_is_put_right_by_one_click(open_page: Opener) -> None:
    page = open_page()
    ask(page, "那风险等级呢")
    chip = page.locator(".focus")
    expect(chip).to_have_text("您在问稳盈1号·风险等级改成稳盈2号期限不限")
    chip.get_by_role("button", name="改成：稳盈2号").click()
    expect(said(page)).to_have_text(["那风险等级呢", "稳盈2号的风险等级"])
    expect(replied(page)).to_have_count(2)
    expect(page.locator(".correction")).to_have_count(0)


def test_log_and_signs_speak_to_screen_readers(open_page: Opener, bank: Bank) -> None:
    page = open_page()
    bank.engine.gate = threading.Event()
    ask(page, "你好")
    expect(page.get_by_role("log", name="对话内容")).to_have_attribute("aria-live", "polite")
    expect(page.locator(".typing[role=status]")).to_contain_text("正在查询")
    expect(page.locator(".delivery")).to_have_text("发送中")
    bank.engine.gate.set()
    expect(replied(page)).to_have_text(["您说的是：你好"])
    expect(page.locator(".typing")).to_be_empty()
    expect(page.locator(".delivery")).to_be_empty()


def test_comparison_is_a_table_with_caption_and_headers(open_page: Opener) -> None:
    page = open_page()
    ask(page, "比较稳盈1号和稳盈2号")
    table = page.get_by_role("table", name="稳盈1号与稳盈2号")
    expect(table.get_by_role("columnheader")).to_have_text(
        ["", "风险等级", "业绩比较基准", "起购金额", "期限", "赎回规则"]
    )
    expect(table.get_by_role("rowheader")).to_have_text(["稳盈1号", "稳盈2号"])
    expect(table.get_by_role("cell", name="3.65%")).to_be_visible()


def test_urgent_reply_stands_out_with_a_number_to_call(open_page: Opener) -> None:
    page = open_page()
    ask(page, "卡丢了怎么办")
    expect(page.locator(".bubble.urgent .alarm")).to_have_text("紧急")
    expect(page.get_by_role("link", name="400-800-1234")).to_have_attribute("href", "tel:4008001234")


def test_numbers_to_call_are_links_and_amounts_are_not(open_page: Opener) -> None:
    page = open_page()
    ask(page, "热线")
    expect(page.locator(".reply[data-seq] a")).to_have_text(["956-0088", "110"])


def test_choice_is_sent_with_its_payload(open_page: Opener, bank: Bank) -> None:
    page = open_page()
    ask(page, "定期存款")
    choices = page.get_by_role("group", name="快捷回复")
    expect(choices.get_by_role("button")).to_have_text(["利率", "起存金额", "提前支取"])
    choices.get_by_role("button", name="起存金额").click()
    expect(said(page)).to_have_text(["定期存款", "定期存款的起存金额"])
    expect(choices).to_have_count(0)
    assert (bank.engine.turns[1].text, bank.engine.turns[1].payload) == ("定期存款的起存金额", "c.2")


def test_thumbs_are_kept_for_their_reply(open_page: Opener, bank: Bank) -> None:
    page = open_page()
    ask(page, "你好")
    ask(page, "卡丢了怎么办")
    second = page.locator(".reply[data-seq='2']")
    second.get_by_role("button", name="没帮助").click()
    expect(second.get_by_role("button", name="没帮助")).to_have_attribute("aria-pressed", "true")
    second.get_by_role("button", name="答非所问").click()
    expect(second.get_by_text("哪里不好")).to_be_hidden()
    (feedback,) = bank.feedback.kept.values()
    assert (feedback.seq, feedback.rating, feedback.reason) == (2, "down", "答非所问")


def test_enter_while_composing_chinese_sends_nothing(open_page: Opener, bank: Bank) -> None:
    page = open_page()
    box = page.get_by_label("请输入您的问题")
    box.focus()
    devtools = page.context.new_cdp_session(page)
    devtools.send("Input.imeSetComposition", {"text": "cun kuan", "selectionStart": 8, "selectionEnd": 8})
    page.keyboard.press("Enter")
    box.dispatch_event("keydown", {"key": "Enter", "keyCode": 229, "bubbles": True})
    devtools.send("Input.insertText", {"text": "存款"})
    expect(box).to_have_value(re.compile("存款"))
    expect(said(page)).to_have_count(0)
    page.keyboard.press("Enter")
    expect(said(page)).to_have_count(1)
    assert len(bank.engine.turns) <= 1


def test_shift_enter_breaks_the_line(open_page: Opener) -> None:
    page = open_page()
    page.get_by_label("请输入您的问题").fill("第一行")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("第二行")
    page.keyboard.press("Enter")
    expect(said(page)).to_have_text(["第一行\n第二行"])


def test_text_over_the_limit_is_not_sent(open_page: Opener) -> None:
    page = open_page()
    expect(page.locator(".reply")).to_have_count(1)
    ask(page, "中" * 2001)
    expect(page.get_by_text("已超出1个字")).to_be_visible()
    expect(page.get_by_role("button", name="发送")).to_be_disabled()
    expect(said(page)).to_have_count(0)


@pytest.mark.parametrize("text", ["坏", '<img src=x onerror="document.title=1"><script>document.title=1</script>'])
def test_markup_is_only_text(open_page: Opener, text: str) -> None:
    page = open_page()
    title = page.title()
    ask(page, text)
    expect(replied(page)).to_contain_text(["<img src=x onerror="])
    assert page.locator("jinwen-chat img, jinwen-chat script, jinwen-chat b:has-text('粗')").count() == 0
    assert page.title() == title


def test_reload_shows_the_conversation_again(open_page: Opener, bank: Bank) -> None:
    page = open_page()
    for number, text in enumerate(("你好", "卡丢了怎么办", "比较稳盈1号和稳盈2号"), 1):
        ask(page, text)
        expect(replied(page)).to_have_count(number)
    before = page.locator(".log .words").all_inner_texts()
    page.reload()
    expect(replied(page)).to_have_count(3)
    assert page.locator(".log .words").all_inner_texts() == before
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


def test_everything_works_by_keyboard(open_page: Opener) -> None:
    page = open_page("/demo-host")
    launcher = page.get_by_role("button", name="打开智能助手")
    for _ in range(10):
        page.keyboard.press("Tab")
        if launcher.evaluate("element => element.matches(':focus')"):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="云杉银行智能助手")).to_be_visible()
    expect(page.get_by_label("请输入您的问题")).to_be_focused()
    page.keyboard.type("定期存款")
    page.keyboard.press("Enter")
    choices = page.get_by_role("group", name="快捷回复").get_by_role("button")
    expect(choices).to_have_text(["利率", "起存金额", "提前支取"])
    page.keyboard.press("Shift+Tab")
    expect(choices.nth(0)).to_be_focused()
    for key, index in (("ArrowRight", 1), ("ArrowDown", 2), ("ArrowRight", 0), ("ArrowLeft", 2), ("Home", 0)):
        page.keyboard.press(key)
        expect(choices.nth(index)).to_be_focused()
    page.keyboard.press("Enter")
    expect(said(page)).to_have_text(["定期存款", "定期存款的利率"])
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(launcher).to_be_focused()


def test_reply_to_a_closed_panel_is_counted_on_the_launcher(open_page: Opener, bank: Bank) -> None:
    page = open_page("/demo-host")
    page.get_by_role("button", name="打开智能助手").click()
    bank.engine.gate = threading.Event()
    ask(page, "你好")
    wait_for("the question to arrive", lambda: bank.engine.waiting)
    page.keyboard.press("Escape")
    bank.engine.gate.set()
    expect(page.locator(".badge")).to_contain_text("1")
    page.get_by_role("button", name="打开智能助手").click()
    expect(replied(page)).to_have_text(["您说的是：你好"])
    page.keyboard.press("Escape")
    expect(page.locator(".badge")).to_be_hidden()


def test_large_type_is_larger_and_stays(open_page: Opener) -> None:
    page = open_page()
    words = page.locator(".reply .words").first
    size = "element => parseFloat(getComputedStyle(element).fontSize)"
    normal = words.evaluate(size)
    page.get_by_role("button", name="长辈版").click()
    assert words.evaluate(size) >= 1.25 * normal
    page.reload()
    expect(page.get_by_role("button", name="标准版")).to_have_attribute("aria-pressed", "true")
    assert words.evaluate(size) >= 1.25 * normal
    page.get_by_role("button", name="标准版").click()
    assert words.evaluate(size) == normal


@pytest.mark.parametrize("path", ["/", "/demo-host"])
@pytest.mark.parametrize(("width", "height"), PHONES)
@pytest.mark.parametrize("large", [False, True])
def test_phone_never_scrolls_sideways(open_page: Opener, path: str, width: int, height: int, large: bool) -> None:
    page = open_page(path, width, height)
    if path != "/":
        page.get_by_role("button", name="打开智能助手").click()
    if large:
        page.get_by_role("button", name="长辈版").click()
    for text in ("比较稳盈1号和稳盈2号", "卡丢了怎么办", "很长的英文" + "abcdefghij" * 20):
        ask(page, text)
    expect(replied(page)).to_have_count(3)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width
    log = page.get_by_role("log")
    assert log.evaluate("element => element.scrollWidth <= element.clientWidth")
    box = page.get_by_label("请输入您的问题")
    assert box.evaluate("element => parseFloat(getComputedStyle(element).fontSize)") >= 16
    table = page.get_by_role("region", name="稳盈1号与稳盈2号")
    assert table.evaluate("element => element.scrollWidth > element.clientWidth")
    for control in (box, page.get_by_role("button", name="发送"), page.get_by_role("button", name="新对话")):
        area = control.bounding_box()
        assert area
        assert area["x"] >= 0 and area["x"] + area["width"] <= width
        assert area["y"] + area["height"] <= height


@contextmanager
def partner_site(gateway_url: str, port: int) -> Iterator[str]:
    """A site of somebody else that embeds the widget by one script tag."""
    html = f'<!doctype html><title>别人的网站</title><script type="module" src="{gateway_url}/widget/jinwen-chat.js">'

    class Site(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/" else 204)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            if self.path == "/":
                self.wfile.write(f"{html}</script>".encode())

        def log_message(self, *_line: object) -> None:
            """Says nothing."""

    http.server.ThreadingHTTPServer.allow_reuse_address = True
    with http.server.ThreadingHTTPServer(("127.0.0.1", port), Site) as site:
        threading.Thread(target=site.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{site.server_port}/"
        site.shutdown()


def test_one_script_tag_embeds_it_on_a_listed_site(open_page: Opener, gateway: Gateway) -> None:
    with partner_site(gateway.url, PARTNER_PORT) as address:
        page = open_page(address)
        page.get_by_role("button", name="打开智能助手").click()
        ask(page, "云杉银行倒闭了我的存款最多赔多少")
        expect(replied(page)).to_have_text(["存款保险的最高偿付限额：50万元"])
        page.get_by_text("来源（1）").click()
        expect(page.get_by_text(LAW.document)).to_be_visible()


def test_a_site_not_listed_gets_no_conversation(open_page: Opener, gateway: Gateway, bank: Bank) -> None:
    with partner_site(gateway.url, 0) as address:
        page = open_page(address, strict=False)
        page.get_by_role("button", name="打开智能助手").click()
        expect(page.locator(".banner")).not_to_be_empty()
        assert bank.sessions.kept == {}


def test_widget_is_small(open_page: Opener) -> None:
    sizes: dict[str, int] = {}
    page = open_page()
    expect(page.locator(".reply")).to_have_count(1)
    for name in page.evaluate("performance.getEntriesByType('resource').map(entry => entry.name)"):
        if "/widget/" in name:
            sizes[name] = len(gzip.compress(httpx.get(name).content))
    assert len(sizes) == 12
    assert sum(sizes.values()) <= 60_000
