"""The customers' page of the console in a real Chromium: the view by role, and a request to erase finished."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from app.factory import create_app
from connectors.growth.ports import GrowthDesk
from connectors.staff.accounts import Accounts
from connectors.staff.auth import Staff
from connectors.staff.roles import Role
from connectors.web.settings import WebSettings
from customer.erasing import ask
from customer.looks import looks_at
from growth.service import Growth
from kg.journal import Journal
from tests.support.agents import NoEditors, NoOffers
from tests.support.chat import Bank
from tests.support.customers import scratch_database, write_customer
from tests.support.offers import NOW, OFFERS, customer_of
from tests.support.server import serving_app

pytestmark = pytest.mark.browser

PASSWORD = "测试用的密码-2026"
KEPT = ("客户身份资料", "≥10年", "反洗钱法（2024年修订）", "第三十四条第三款")


@pytest.fixture
def page(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    engine = scratch_database(tmp_path)
    write_customer(engine, customer_of("c2"))
    with engine.begin() as sql:
        ask(sql, "t1", "c2", channel="web", kept=[KEPT], at=NOW)
    accounts, chat = Accounts(engine), Bank()
    accounts.add("小王", "", PASSWORD, [Role.AGENT])
    desk = GrowthDesk(Growth(engine, OFFERS, lambda: NOW), NoOffers(), tmp_path)
    staff = (Staff(accounts, Journal(engine)), NoEditors())
    errors: list[str] = []
    with serving_app(create_app(WebSettings(), chat.engine, chat.stores, staff=staff, growth=desk)) as url:
        opened = browser.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN").new_page()
        opened.set_default_timeout(15_000)
        opened.on("pageerror", lambda error: errors.append(str(error)))
        opened.goto(f"{url}/staff#/customers")
        opened.get_by_label("用户名").fill("小王")
        opened.get_by_label("密码").fill(PASSWORD)
        opened.get_by_role("button", name="登录").click()
        yield opened
        opened.context.close()
    assert errors == []
    assert {look.actor for look in looks_at(engine, ["c2"])} <= {"小王"}
    engine.dispose()


def test_a_customer_is_shown_with_source_and_time_of_each_field(page: Page) -> None:
    page.get_by_label("客户编号").fill("c2")
    page.get_by_role("button", name="查看").click()
    expect(page.get_by_role("heading", name="客户 c2")).to_be_visible()
    row = page.get_by_role("row").filter(has_text="月收入")
    expect(row).to_contain_text("12,000.00元")
    expect(row).to_contain_text("核心系统")
    expect(page.get_by_role("row").filter(has_text="现在的建议")).to_contain_text("知识图谱现在读不出来")
    page.get_by_label("客户编号").fill("没有这位")
    page.get_by_role("button", name="查看").click()
    expect(page.get_by_role("alert")).to_contain_text("没有这位客户")


def test_a_request_to_erase_names_what_is_kept_and_is_finished(page: Page) -> None:
    request = page.get_by_role("article")
    expect(request).to_contain_text("反洗钱法（2024年修订）》第三十四条第三款")
    request.get_by_role("button", name="办理删除").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("删除客户 c2 的画像")
    dialog.get_by_label("说明").fill("已核验身份证")
    dialog.get_by_role("button", name="办理删除").click()
    expect(page.get_by_text("已删除并办结。")).to_be_visible()
    expect(page.get_by_role("article")).to_have_count(0)
