"""The console in a real Chromium: five mistakes corrected, seen by a second person, published, taken back."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import insert

from connectors.staff.accounts import Accounts
from connectors.staff.roles import Role
from connectors.web.tables import web_feedback
from dialogue.message import Message
from dialogue.store import Conversation, Store, TurnRecord
from dialogue.turn import FactOut, TurnIn, TurnOut
from kg.answer import Outcome
from kg.query import Ask, Entity, Query
from tests.support.console import PASSWORD, Console

pytestmark = [pytest.mark.browser, pytest.mark.graph]

MISTAKES = """subject,predicate,object,qualifiers,source
稳盈1号,起购金额,五万块儿吧,,说明书
稳盈1号,年利率,百分之几,,说明书
稳盈1号,年费,,,说明书
稳盈1号,购买渠道,网点,多,一格,说明书
稳盈1号,年费,"10元,,说明书
"""


def upload(page: Page, content: str, message: str) -> None:
    page.get_by_label("改动说明").fill(message)
    file = {"name": "调整.csv", "mimeType": "text/csv", "buffer": content.encode()}
    page.locator("input[type=file]").set_input_files([file])  # type: ignore[arg-type]
    expect(page.get_by_role("heading", name="检查结果")).to_be_visible()


def test_five_mistakes_corrected_approved_published_and_rolled_back(console: Console) -> None:
    editor = console.open_as("王敏")
    upload(editor, MISTAKES, "上调门槛")
    expect(editor.locator(".checks")).to_contain_text("5 错误")
    expect(editor.locator(".wrong-cell")).to_have_count(3)
    expect(editor.get_by_role("button", name="提交审批")).to_have_count(0)
    editor.get_by_label("object 2").fill("5万元")
    editor.get_by_label("object 3").fill("1.35%")
    editor.get_by_label("object 4").fill("10元")
    editor.get_by_label("请整行改写 5").fill("稳盈1号,购买渠道,网点,,说明书")
    editor.get_by_label("删去这一行 6").click()
    editor.get_by_role("button", name="保存并重新检查").click()
    expect(editor.locator(".checks")).to_contain_text("没有错误")
    expect(editor.locator(".answer")).to_have_count(1, timeout=60_000)
    expect(editor.locator(".answer .new").first).to_contain_text("5万元")
    expect(editor.get_by_role("button", name="批准并发布")).to_have_count(0)
    editor.get_by_label("试问").fill("稳盈1号的起购金额是多少")
    editor.get_by_role("button", name="试问", exact=True).click()
    expect(editor.locator(".sides[role=status] .new")).to_contain_text("5万元")
    editor.get_by_role("button", name="提交审批").click()
    expect(editor.locator(".title .chip.waiting")).to_be_visible()

    approver = console.open_as("李强")
    approver.get_by_role("link", name="上调门槛").click()
    publish = approver.get_by_role("button", name="批准并发布")
    expect(publish).to_be_disabled()
    approver.get_by_label("我看过").check()
    publish.click()
    approver.get_by_role("dialog").get_by_role("button", name="批准并发布").click()
    expect(approver.locator(".card.good")).to_contain_text("已发布第 2 版")

    approver.goto(approver.url.split("#")[0] + "#/log")
    expect(approver.get_by_role("heading", name="第 2 版")).to_be_visible()
    approver.locator("[data-number='1']").get_by_role("button", name="回到这一版").click()
    approver.get_by_role("dialog").get_by_role("textbox").fill("没有核准")
    approver.get_by_role("dialog").get_by_role("button", name="回到这一版").click()
    expect(approver.get_by_role("heading", name="第 3 版")).to_contain_text("没有核准")
    told = approver.locator("[data-number='2'] .story")
    for act in ("起草", "改正", "提交审批", "发布"):
        expect(told).to_contain_text(act)


def test_what_an_editor_types_is_never_markup(console: Console) -> None:
    page = console.open_as("王敏")
    evil = "<img src=x onerror=document.title='坏'>"
    upload(page, f'subject,predicate,object\n稳盈1号,特点,"{evil}"\n', evil)
    expect(page.get_by_role("heading", name=evil)).to_be_visible()
    expect(page.locator("ins")).to_have_text(evil)
    expect(page.locator(".answers")).to_contain_text("答案都不变", timeout=60_000)
    page.goto(page.url.split("#")[0] + "#/entity/" + "%3Cb%3E")
    expect(page.locator("main .wrong")).to_contain_text("<b>")
    assert page.title() != "坏"
    assert page.locator("img[src=x]").count() == 0


def test_one_fact_is_changed_from_its_entity_page(console: Console) -> None:
    page = console.open_as("王敏")
    page.get_by_role("link", name="知识", exact=True).click()
    page.get_by_label("搜索").fill("稳盈")
    page.get_by_role("link", name="稳盈1号").click()
    row = page.locator("tr:has(th:text-is('起购金额'))")
    row.get_by_role("button", name="来历").click()
    expect(page.locator("tr:not([hidden]) table")).to_contain_text("products.csv:3")
    row.get_by_role("button", name="改这条").click()
    page.get_by_role("dialog").get_by_label("新的值").fill("2万元")
    page.get_by_role("dialog").get_by_role("button", name="改这条").click()
    expect(page.locator(".diff del")).to_have_text("1万元")
    expect(page.locator(".diff ins")).to_have_text("2万元")
    expect(page.locator(".answer .new")).to_contain_text("2万元", timeout=60_000)


def test_a_wrong_password_says_so_and_opens_nothing(console: Console, browser: Browser) -> None:
    page = console.open_as("王敏")
    page.get_by_role("button", name="退出").click()
    page.get_by_label("用户名").fill("王敏")
    page.get_by_label("密码").fill("不对的密码")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("alert")).to_contain_text("用户名或密码不对")
    expect(page.locator("nav")).to_have_count(0)


def test_a_question_asked_in_vain_becomes_a_draft(console: Console) -> None:
    asked_in_vain(console.engine, "稳盈1号的托管费率是多少", "稳盈1号")
    page = console.open_as("王敏")
    page.get_by_role("link", name="答不上的问题").click()
    gap = page.locator("article", has_text="稳盈1号的托管费率是多少")
    expect(gap.locator(".chip").first).to_contain_text("缺")
    gap.locator("summary").click()
    gap.get_by_role("textbox").fill("subject,predicate,object\n稳盈1号,托管费率,0.05%\n")
    gap.get_by_role("button", name="起草答案").click()
    expect(page.locator(".diff ins")).to_have_text("0.05%")
    expect(page.locator(".answers")).to_contain_text("黄金问答", timeout=60_000)


def asked_in_vain(engine: Any, question: str, about: str) -> None:
    """A recorded turn without an answer."""
    query = Query(Ask.VALUE, (Entity(about, about),), predicates=("托管费率",)).to_json()
    given = TurnIn("web-1", question, "m1", date.today())
    out = TurnOut("web-1", "t1", 1, Message("没有"), Outcome.UNANSWERABLE, "ask_attribute", 0.9, query=query)
    Store(engine).write_turn(TurnRecord(given, question, out), Conversation(), {})


def test_an_admin_adds_a_colleague_who_then_signs_in(console: Console, browser: Browser) -> None:
    Accounts(console.engine).add("管理员", "", PASSWORD, [Role.ADMIN])
    page = console.open_as("管理员")
    page.get_by_role("link", name="账号").click()
    page.get_by_label("用户名").fill("赵云")
    page.get_by_label("姓名").fill("赵云")
    page.get_by_label("密码（至少").fill(PASSWORD)
    page.get_by_label("编辑", exact=True).check()
    page.get_by_role("button", name="添加用户").click()
    row = page.locator(".person", has_text="赵云")
    expect(row.locator(".chip").first).to_have_text("可用")
    row.get_by_role("button", name="生成密钥").click()
    page.get_by_role("dialog").get_by_role("textbox").fill("夜间批量")
    page.get_by_role("dialog").get_by_role("button", name="生成密钥").click()
    expect(page.get_by_role("dialog")).to_contain_text("jwk_")
    page.get_by_role("dialog").get_by_role("button", name="我已保存").click()
    console.open_as("赵云")
    row.get_by_role("button", name="停用").click()
    page.get_by_role("dialog").get_by_role("button", name="停用").click()
    expect(row.locator(".chip").first).to_have_text("已停用")


def test_a_question_of_the_chat_becomes_a_golden_one_by_one_click(console: Console) -> None:
    asked_in_vain(console.engine, "稳盈1号的托管费率是多少", "稳盈1号")
    page = console.open_as("王敏")
    page.get_by_role("link", name="黄金问答").click()
    row = page.locator(".asked tr", has_text="稳盈1号的托管费率是多少")
    row.get_by_role("button", name="加入黄金问答").click()
    expect(page.locator(".asked .published")).to_have_text("已是黄金问答")
    expect(page.locator("section:not(.asked) td", has_text="稳盈1号的托管费率是多少")).to_be_visible()


def test_the_neighbourhood_unfolds_and_a_product_is_withdrawn(console: Console) -> None:
    page = console.open_as("王敏")
    page.goto(page.url.split("#")[0] + "#/entity/" + "稳盈1号")
    graph = page.locator(".near")
    expect(graph.locator(".unfolded")).to_have_count(1)
    graph.get_by_role("button", name="理财产品").locator("circle").click()
    expect(graph.locator(".unfolded")).to_have_count(2)
    page.get_by_role("button", name="下架").click()
    page.get_by_role("dialog").get_by_label("理由").fill("额度已满")
    page.get_by_role("dialog").get_by_role("button", name="下架").click()
    expect(page.locator(".diff ins")).to_contain_text("已停售")
    expect(page.locator(".answer .new")).to_contain_text("稳盈1号已停售", timeout=60_000)


def test_an_entity_shows_what_customers_ask_of_it(console: Console) -> None:
    asked_in_vain(console.engine, "稳盈1号的托管费率是多少", "稳盈1号")
    page = console.open_as("王敏")
    page.goto(page.url.split("#")[0] + "#/entity/" + "稳盈1号")
    row = page.locator(".asked tr", has_text="稳盈1号的托管费率是多少")
    row.get_by_role("button", name="加入黄金问答").click()
    expect(page.locator(".asked .published")).to_have_text("已是黄金问答")


def test_a_reply_with_a_thumb_down_stands_beside_the_facts_it_used(console: Console) -> None:
    fact = FactOut("稳盈1号", "起购金额", "1万元")
    query = Query(Ask.VALUE, (Entity("稳盈1号", "稳盈1号"),), predicates=("起购金额",)).to_json()
    given = TurnIn("web-7", "稳盈1号多少钱能买", "m1", date.today())
    message = Message("稳盈1号的起购金额：1万元")
    out = TurnOut("web-7", "t7", 1, message, Outcome.ANSWERED, "ask_attribute", 0.9, query=query, facts=(fact,))
    Store(console.engine).write_turn(TurnRecord(given, given.text, out), Conversation(), {})
    opinion = {"session": "web-7", "seq": 1, "turn_id": "t7", "rating": "down", "reason": "内容不对"}
    with console.engine.begin() as sql:
        sql.execute(insert(web_feedback).values(**opinion, at=datetime.now(UTC)))
    page = console.open_as("李强")
    page.get_by_role("link", name="答不上的问题").click()
    shown = page.locator(".disliked")
    expect(shown.locator("h3")).to_contain_text("稳盈1号多少钱能买")
    expect(shown.locator(".warn")).to_have_text("内容不对")
    expect(shown.locator(".old")).to_contain_text("稳盈1号的起购金额：1万元")
    expect(shown.locator(".new")).to_contain_text("稳盈1号 起购金额 1万元")
    shown.get_by_role("button", name="加入黄金问答").click()
    page.get_by_role("link", name="黄金问答").click()
    expect(page.locator("section:not(.asked) td", has_text="稳盈1号多少钱能买")).to_be_visible()
