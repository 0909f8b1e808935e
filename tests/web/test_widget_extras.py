"""The widget beyond talking: signing in, languages, what outlives a reload, survey, transcript, files, invitation."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from app.factory import create_app
from connectors.identity.conversations import conversation_of
from connectors.web.settings import WebSettings
from connectors.web.store import web_stores
from dialogue.message import Message
from dialogue.store import Store
from dialogue.store.speaking import speak
from tests.support.channels import TODAY, StoredEngine
from tests.support.chat import Bank
from tests.support.identity import BankLogin
from tests.support.server import serving_app
from tests.support.waiting import wait_for
from tests.support.widget import ask, replied, said
from tests.web.conftest import Opener

pytestmark = pytest.mark.browser
WEB = Path(__file__).parents[2] / "web"


def test_weight_of_all_modules() -> None:
    packed = sum(len(gzip.compress(path.read_bytes())) for path in WEB.glob("*.js"))
    assert packed <= 60_000, f"{packed} bytes gzipped"


@pytest.mark.parametrize(
    ("lang", "label", "heading"),
    [
        ("zh-CN", "请输入您的问题", "云杉银行智能助手"),
        ("zh-TW", "請輸入您的問題", "雲杉銀行智慧助手"),
        ("en", "Type your question in Chinese", "Spruce Bank assistant"),
    ],
)
def test_words_follow_the_page(open_page: Opener, lang: str, label: str, heading: str) -> None:
    page = open_page("/demo-host")
    page.evaluate(
        "lang => { document.querySelectorAll('jinwen-chat').forEach(e => e.remove());"
        " document.documentElement.lang = lang;"
        " const e = document.createElement('jinwen-chat'); e.setAttribute('open', ''); document.body.append(e); }",
        lang,
    )
    expect(page.get_by_label(label)).to_be_visible()
    expect(page.get_by_role("dialog", name=heading)).to_be_visible()


def test_every_language_has_every_word() -> None:
    names = {
        path.name: set(re.findall(r"^  (\w+):", path.read_text(encoding="utf-8"), re.MULTILINE))
        for path in WEB.glob("texts.*.js")
    }
    assert len(names) == 3
    assert len({frozenset(found) for found in names.values()}) == 1


def test_unsent_message_outlives_a_reload(open_page: Opener, bank: Bank) -> None:
    page = open_page(strict=False)
    ask(page, "第一问")
    expect(replied(page)).to_have_count(1)
    page.route("**/api/**", lambda route: route.abort())
    ask(page, "断网时问的")
    expect(page.locator(".delivery").last).to_contain_text("未发送")
    page.unroute("**/api/**")
    page.reload()
    expect(replied(page)).to_have_text(["您说的是：第一问", "您说的是：断网时问的"])
    expect(said(page)).to_have_text(["第一问", "断网时问的"])
    assert [turn.text for turn in bank.engine.turns] == ["第一问", "断网时问的"]
    page.reload()
    expect(replied(page)).to_have_count(2)


def test_survey_is_kept(open_page: Opener, bank: Bank) -> None:
    page = open_page()
    ask(page, "你好")
    page.get_by_role("button", name="评价服务").click()
    group = page.get_by_role("group", name="您对这次服务满意吗？")
    expect(group.get_by_role("radio").first).to_be_focused()
    page.get_by_role("button", name="提交").click()
    assert bank.surveys.kept == {}  # an answer is needed
    group.get_by_label("很满意", exact=True).check()
    page.get_by_label("还有什么想告诉我们的").fill("打13800138000给我")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_text("感谢您的评价")).to_be_visible()
    assert list(bank.surveys.kept.values()) == [(5, "打138****8000给我")]


def test_transcript_is_a_file(open_page: Opener) -> None:
    page = open_page()
    ask(page, "比较稳盈1号和稳盈2号")
    expect(replied(page)).to_have_count(1)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="下载对话").click()
    text = Path(waiting.value.path()).read_text(encoding="utf-8-sig")
    assert "您说：比较稳盈1号和稳盈2号" in text
    assert "风险等级 R2" in text
    assert waiting.value.suggested_filename.endswith(".txt")


def test_files_are_refused_with_a_word(open_page: Opener) -> None:
    page = open_page()
    drop = """() => {
      const data = new DataTransfer();
      data.items.add(new File(["x"], "idcard.jpg", { type: "image/jpeg" }));
      const chat = document.querySelector("jinwen-chat").shadowRoot.querySelector(".panel");
      return chat.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
    }"""
    assert page.evaluate(drop) is False  # the browser does not open it either
    expect(page.locator(".divider").last).to_contain_text("不能发送图片和文件")


def test_invitation_comes_once_a_week_at_most(open_page: Opener) -> None:
    page = open_page("/demo-host")
    invite = "document.querySelector('jinwen-chat').invite('想了解存款利率吗？')"
    page.evaluate(invite)
    bubble = page.get_by_role("button", name="想了解存款利率吗？")
    expect(bubble).to_be_visible()
    page.get_by_role("button", name="不用了").click()
    expect(bubble).to_have_count(0)
    page.evaluate(invite)
    expect(bubble).to_have_count(0)
    page.evaluate("localStorage.removeItem('jinwen:invited')")
    page.evaluate(invite)
    bubble.click()
    expect(page.get_by_label("请输入您的问题")).to_be_focused()


CHECK = """() => {
  const root = document.querySelector("jinwen-chat").shadowRoot;
  const label = (e) => e.getAttribute("aria-label") || e.title || e.labels?.[0]?.textContent || e.textContent || "";
  const name = (e) => label(e).trim();
  const shown = (e) => e.getClientRects().length > 0;
  const controls = [...root.querySelectorAll("button, textarea, input, a, [role=button]")].filter(shown);
  const small = controls.filter((e) => e.tagName === "BUTTON" && (e.offsetHeight < 24 || e.offsetWidth < 24));
  const ids = [...root.querySelectorAll("[id]")].map((e) => e.id);
  return {
    unnamed: controls.filter((e) => !name(e)).map((e) => e.outerHTML),
    small: small.map((e) => e.outerHTML),
    doubled: ids.filter((id, n) => ids.indexOf(id) !== n),
    headless: [...root.querySelectorAll("table")].filter((t) => !t.querySelector("th")).length,
    positive: [...root.querySelectorAll("[tabindex]")].filter((e) => e.tabIndex > 0).length,
    images: [...root.querySelectorAll("img:not([alt]), svg:not([aria-hidden])")].length,
  };
}"""


def test_controls_have_names_and_room(open_page: Opener) -> None:
    """Names, target sizes (WCAG 2.5.8), ids, table heads, tab order; test_accessibility.py has axe's rules."""
    page = open_page()
    ask(page, "比较稳盈1号和稳盈2号")
    expect(replied(page)).to_have_count(1)
    page.get_by_role("button", name="评价服务").click()
    found = page.evaluate(CHECK)
    clean = {"unnamed": [], "small": [], "doubled": [], "headless": 0, "positive": 0, "images": 0}
    assert found == clean


@pytest.fixture
def signed(tmp_path: Path) -> Iterator[tuple[str, BankLogin, StoredEngine]]:
    store = Store.open(f"sqlite:///{tmp_path / 'jinwen.db'}")
    engine, login = StoredEngine(store), BankLogin(tmp_path)
    people = login.people(store.engine)
    app = create_app(WebSettings(), engine, web_stores(store), identity=people, today=lambda: TODAY)
    with serving_app(app) as address:
        yield address, login, engine
    store.close()


def test_signing_in_brings_devices_together(browser: Browser, signed: tuple[str, BankLogin, StoredEngine]) -> None:
    address, login, engine = signed
    desk, phone = (browser.new_context(locale="zh-CN").new_page() for _ in range(2))
    for page, text in ((phone, "在手机上问的"), (desk, "在电脑上问的")):
        page.goto(address)
        ask(page, text)
        expect(replied(page)).to_have_count(1)
    sign = "token => document.querySelector('jinwen-chat').signIn(token)"
    phone.evaluate(sign, login.token())
    desk.evaluate(sign, login.token())
    both = ["您说的是：在手机上问的", "您说的是：在电脑上问的"]
    expect(replied(desk)).to_have_text(both)
    expect(replied(phone)).to_have_text(both)
    ask(phone, "登录后问的")
    expect(replied(desk)).to_have_text([*both, "您说的是：登录后问的"])
    assert engine.turns[-1].principal.id == "c-1"
    _close(desk, phone)


def test_what_came_first_stands_first_whatever_is_being_typed(
    browser: Browser, signed: tuple[str, BankLogin, StoredEngine]
) -> None:
    address, login, engine = signed
    page = browser.new_context(locale="zh-CN").new_page()
    page.goto(address)
    ask(page, "先问的")
    expect(replied(page)).to_have_count(1)
    page.evaluate("token => document.querySelector('jinwen-chat').signIn(token)", login.token())
    expect(replied(page)).to_have_count(1)
    held: list[Route] = []
    page.route("**/messages", lambda r: held.append(r) if r.request.method == "POST" else r.continue_())
    ask(page, "还没有送到的")
    expect(said(page)).to_have_count(2)
    with engine.store.engine.begin() as sql:
        speak(sql, conversation_of("c-1"), Message("银行先说的"), datetime.now(UTC))
    expect(replied(page)).to_have_count(2)
    wait_for("the message to be held", lambda: held)
    held[0].continue_()
    expect(replied(page)).to_have_count(3)
    seen = page.locator(".said .words, .reply[data-seq] .words").all_inner_texts()
    assert seen == ["先问的", "您说的是：先问的", "银行先说的", "还没有送到的", "您说的是：还没有送到的"]
    page.unroute("**/messages")
    # The answer to a question comes at once, what another process said before with the next look: whichever is first.
    with engine.store.engine.begin() as sql:
        speak(sql, conversation_of("c-1"), Message("银行又说的"), datetime.now(UTC))
    ask(page, "马上问的")
    expect(replied(page)).to_have_count(5)
    assert page.locator(".said .words, .reply[data-seq] .words").all_inner_texts()[5:] == [
        "银行又说的",
        "马上问的",
        "您说的是：马上问的",
    ]
    _close(page)


def _close(*pages: Page) -> None:
    for page in pages:
        page.context.close()
