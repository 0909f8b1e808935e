"""An offer beside an answer, in a real Chromium: a box of its own, why, no, never, and more."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from dialogue.message import Message, OfferCard, QuickReply
from tests.support.chat import REPLIES, Bank
from tests.support.widget import ask, replied, said
from tests.web.conftest import Opener

pytestmark = pytest.mark.browser

CARD = OfferCard(
    decision="d1",
    label="推荐",
    text="<b>稳盈30天</b>起购1元",
    notice="理财非存款，产品有风险，投资须谨慎；以产品说明书和合同为准。",
    choices=(
        QuickReply("为什么推荐给我", payload="offer:d1:why"),
        QuickReply("不感兴趣", payload="offer:d1:no"),
        QuickReply("别再推荐", payload="offer:d1:never"),
        QuickReply("了解一下", "介绍一下稳盈30天", "offer:d1:more"),
    ),
)


@pytest.fixture
def page(open_page: Opener, monkeypatch: pytest.MonkeyPatch) -> Page:
    monkeypatch.setitem(REPLIES, "稳盈2号的起购金额", Message("稳盈2号的起购金额：5万元", offer=CARD))
    opened = open_page()
    ask(opened, "稳盈2号的起购金额")
    expect(replied(opened)).to_have_text(["稳盈2号的起购金额：5万元"])
    return opened


def test_the_offer_stands_apart_from_the_answer_with_its_risk_notice(page: Page) -> None:
    box = page.get_by_role("complementary", name="推荐")
    expect(box).to_contain_text("<b>稳盈30天</b>起购1元")  # shown as text, never as markup
    expect(box.locator("small")).to_contain_text("产品有风险")
    expect(box.get_by_role("button")).to_have_text(["为什么推荐给我", "不感兴趣", "别再推荐", "了解一下"])
    expect(page.locator(".bubble .offer")).to_have_count(0)


@pytest.mark.parametrize(
    ("label", "text", "payload"),
    [
        ("为什么推荐给我", "为什么推荐给我", "offer:d1:why"),
        ("不感兴趣", "不感兴趣", "offer:d1:no"),
        ("别再推荐", "别再推荐", "offer:d1:never"),
        ("了解一下", "介绍一下稳盈30天", "offer:d1:more"),
    ],
)
def test_each_choice_says_what_it_says_and_names_the_decision(
    page: Page, bank: Bank, label: str, text: str, payload: str
) -> None:
    page.get_by_role("complementary", name="推荐").get_by_role("button", name=label).click()
    expect(said(page)).to_have_text(["稳盈2号的起购金额", text])
    expect(replied(page)).to_have_count(2)
    last = bank.engine.turns[-1]
    assert (last.text, last.payload) == (text, payload)


def test_the_choices_are_reached_by_keyboard(page: Page) -> None:
    page.get_by_role("button", name="别再推荐").focus()
    page.keyboard.press("Enter")
    expect(said(page).last).to_have_text("别再推荐")
