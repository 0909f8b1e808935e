"""Bringing facts into the console in a real Chromium: pasted lines, copied cells, workbooks, a dropped file."""

from __future__ import annotations

import io

import pytest
from openpyxl import Workbook
from playwright.sync_api import Page, expect

from tests.support.console import Console

pytestmark = [pytest.mark.browser, pytest.mark.graph]

LINES = 'subject,predicate,object,source\n稳盈1号,起购金额,5万元,说明书\n稳盈1号,特点,"好，真好",说明书\n'
CELLS = '主语\t谓语\t宾语\t来源\r\n稳盈1号\t起购金额\t5万元\t\r\n稳盈1号\t特点\t"好\n""真""好,对"\t说明书\r\n'
GIVE_FILE = """(element, [type, name, text]) => {
  const data = new DataTransfer();
  data.items.add(new File([text], name));
  const given = type === "drop" ? { dataTransfer: data } : { clipboardData: data };
  element.dispatchEvent(new (type === "drop" ? DragEvent : ClipboardEvent)(type, { bubbles: true, ...given }));
}"""


def pasting(page: Page) -> None:
    page.get_by_label("改动说明").fill("粘贴来的")
    page.get_by_text("粘贴三元组").click()


@pytest.mark.parametrize(("copied", "feature"), [(LINES, "好，真好"), (CELLS, '好\n"真"好,对')])
def test_pasted_lines_and_copied_cells_become_a_draft(console: Console, copied: str, feature: str) -> None:
    page = console.open_as("王敏")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    pasting(page)
    page.evaluate("text => navigator.clipboard.writeText(text)", copied)
    page.get_by_role("textbox", name="粘贴三元组").focus()
    page.keyboard.press("Control+V")
    page.get_by_role("button", name="检查粘贴的内容").click()
    expect(page.locator(".checks")).to_contain_text("没有错误")
    expect(page.locator(".diff ins")).to_have_text(["5万元", feature], use_inner_text=True)
    expect(page.locator(".title")).to_contain_text("粘贴.csv")


def test_pasted_lines_with_a_mistake_are_corrected_in_their_cell(console: Console) -> None:
    page = console.open_as("王敏")
    pasting(page)
    page.get_by_role("textbox", name="粘贴三元组").fill(CELLS.replace("5万元", "五万块儿吧"))
    page.get_by_role("button", name="检查粘贴的内容").click()
    expect(page.locator(".checks")).to_contain_text("1 错误")
    page.get_by_label("宾语 2").fill("5万元")
    page.get_by_role("button", name="保存并重新检查").click()
    expect(page.locator(".checks")).to_contain_text("没有错误")


@pytest.mark.parametrize(("way", "where"), [("paste", "textarea"), ("drop", ".drop-zone")])
def test_a_copied_or_dropped_file_is_taken_as_if_chosen(console: Console, way: str, where: str) -> None:
    page = console.open_as("王敏")
    pasting(page)
    page.locator(where).evaluate(GIVE_FILE, [way, "门槛.csv", LINES])
    expect(page.locator(".checks")).to_contain_text("没有错误")
    expect(page.locator(".title")).to_contain_text("门槛.csv")


def test_a_workbook_is_checked_cell_by_cell_and_corrected_as_csv(console: Console) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (("主语", "谓语", "宾语"), ("稳盈1号", "起购金额", "五万块儿吧"), ("稳盈1号", "年利率", 0.035)):
        sheet.append(row)
    sheet["C3"].number_format = "0.00%"
    written = io.BytesIO()
    book.save(written)
    page = console.open_as("王敏")
    page.get_by_label("改动说明").fill("工作簿")
    file = {"name": "门槛.xlsx", "mimeType": "application/octet-stream", "buffer": written.getvalue()}
    page.locator("input[type=file]").set_input_files([file])  # type: ignore[arg-type]
    expect(page.locator(".checks")).to_contain_text("1 错误")
    expect(page.locator(".finding.error")).to_contain_text("五万块儿吧")
    page.get_by_role("button", name="转成 CSV").click()
    page.get_by_label("object 2").fill("5万元")
    page.get_by_role("button", name="保存并重新检查").click()
    expect(page.locator(".checks")).to_contain_text("没有错误")
    expect(page.locator(".diff ins").filter(has_text="3.50%")).to_have_count(1)
