"""The widget by keyboard, in large type, on phones and on other sites, in a real Chromium."""

from __future__ import annotations

import gzip
import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from playwright.sync_api import expect

from tests.support.chat import LAW, Bank
from tests.support.server import Gateway
from tests.support.waiting import wait_for
from tests.support.widget import ask, replied, said
from tests.web.conftest import PARTNER_PORT, Opener

pytestmark = pytest.mark.browser


PHONES = [(320, 640), (390, 844), (430, 932)]


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


def test_a_page_chooses_the_theme_and_its_own_colours(open_page: Opener) -> None:
    page = open_page("/demo-host")
    page.get_by_role("button", name="打开智能助手").click()
    background = "element => getComputedStyle(element).backgroundColor"
    bubble = page.locator(".reply .bubble").first
    expect(bubble).to_be_visible()
    light = bubble.evaluate(background)
    choose = "theme => document.querySelector('jinwen-chat').setAttribute('theme', theme)"
    page.evaluate(choose, "dark")
    dark = bubble.evaluate(background)
    page.evaluate(choose, "auto")
    assert (bubble.evaluate(background), dark) == (light, "rgb(24, 35, 31)")
    page.emulate_media(color_scheme="dark")
    assert bubble.evaluate(background) == dark
    page.evaluate("document.querySelector('jinwen-chat').style.setProperty('--brand', 'rgb(1, 2, 3)')")
    assert page.locator("jinwen-chat header").evaluate(background) == "rgb(1, 2, 3)"


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
