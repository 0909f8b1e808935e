"""What the first issue is done by: deposit insurance from the fact, time, comparison as a table. No server, no Rasa."""

from __future__ import annotations

from datetime import date

import pytest

from kg.answer import Outcome
from kg.query import Ask
from tests.support.demo import PROJECT, Bank

INSURED = (
    "云杉银行倒闭了我的存款最多赔多少",
    "要是你们银行破产，我存的钱最多能赔多少",
    "银行关门了，存款上限赔多少钱",
    "万一云杉银行倒了，存在里面的钱最高赔我多少",
    "存款保险封顶赔多少",
    "存款保险最高给赔到多少万",
    "银行破产清算时储户的存款最多可以赔付多少",
    "如果银行垮了，我的存款能赔多少",
    "銀行倒閉存款最多賠多少",
    "存款保險的最高償付限額",
    "我在云杉银行的存款，银行破产了最多赔多少啊",
)
DATA = sorted(
    path
    for folder in ("data", "nlu", "dialogue", "tests/eval")
    for path in (PROJECT / folder).rglob("*")
    if path.suffix in {".csv", ".yml", ".jsonl", ".json"}
)


@pytest.mark.parametrize("question", INSURED)
def test_deposit_insurance_comes_from_the_fact(bank: Bank, question: str) -> None:
    reply = bank.reply(question)
    assert reply.outcome is Outcome.ANSWERED, reply.message.plain()
    assert "50万元" in reply.message.text
    (fact,) = [f for f in reply.facts if f.predicate == "最高偿付限额"]
    assert (fact.subject_name, fact.text, fact.source) == ("存款保险", "50万元", "存款保险条例")
    assert fact.article.startswith("第五条")
    assert reply.query is not None
    assert any(s.document == "存款保险条例" and s.article.startswith("第五条") for s in reply.message.sources)


def test_the_rewordings_stand_in_no_data_file() -> None:
    texts = {path: path.read_text(encoding="utf-8") for path in DATA}
    assert len(texts) > 30
    found = [(q, path.name) for q in INSURED[1:] for path, text in texts.items() if q in text]
    assert found == []


@pytest.mark.parametrize(
    ("today", "years", "article"),
    [
        (date(2024, 6, 1), "5年", "第十九条"),
        (date(2024, 12, 31), "5年", "第十九条"),
        (date(2025, 1, 1), "10年", "第三十四条"),
        (date(2026, 11, 20), "10年", "第三十四条"),
    ],
)
@pytest.mark.parametrize("question", ["客户身份资料要保存多久", "客户身份资料保存期限是几年"])
def test_what_the_law_says_depends_on_the_day(bank: Bank, question: str, today: date, years: str, article: str) -> None:
    reply = bank.reply(question, today=today)
    (fact,) = [f for f in reply.facts if f.predicate == "保存期限"]
    assert years in fact.text
    assert f"不少于{years}" in reply.message.text
    assert fact.article.startswith(article)
    assert fact.holds_on(today)


@pytest.mark.parametrize(
    "question",
    ["稳盈1号和稳盈2号有什么区别", "对比一下稳盈1号和稳盈2号", "稳盈1号跟稳盈2号比一比", "稳盈1号和2号哪个好"],
)
def test_comparing_two_products_gives_a_table(bank: Bank, question: str) -> None:
    reply = bank.reply(question)
    assert reply.query is not None
    assert reply.query.ask is Ask.COMPARE
    table = reply.message.table
    assert table is not None
    assert table.columns[1:] == ("稳盈1号", "稳盈2号")
    rows = {row[0]: row[1:] for row in table.rows}
    assert rows["期限"] == ("3个月", "6个月")
    assert rows["风险等级"] == ("R2", "R2")
    assert any("业绩比较基准不代表" in notice for notice in reply.message.notices)


def test_a_past_figure_on_request(bank: Bank) -> None:
    before = bank.reply("一年期整存整取年利率", today=date(2024, 6, 1))
    now = bank.reply("一年期整存整取年利率")
    assert ("1.45%" in before.message.text, "0.95%" in now.message.text) == (True, True)
    asked = bank.reply("2024年6月1日一年期整存整取的年利率是多少")
    assert "1.45%" in asked.message.plain()
