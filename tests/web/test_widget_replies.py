"""What the widget shows of a reply, and how one types, in a real Chromium; nothing is executed."""

from __future__ import annotations

import re
import threading

import pytest
from playwright.sync_api import expect

from tests.support.chat import RISK, Bank
from tests.support.widget import ask, replied, said
from tests.web.conftest import Opener

pytestmark = pytest.mark.browser


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
    expect(replied(page)).to_have_count(2)  # what was said is shown before it has arrived
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
