"""Several questions in one message: answered in order, with carry-over; one question with commas stays one."""

from __future__ import annotations

import pytest

from kg.answer import Outcome
from nlu.components.carrying import understood_from_json, understood_to_json
from tests.support.demo import Bank


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("三年期大额存单利率多少,能提前支取吗？", [("三年期大额存单", "年利率"), ("三年期大额存单", "提前支取规则")]),
        ("大额存单起存多少？利率多少？", [("大额存单", "起存金额"), ("大额存单", "年利率")]),
        ("林知远从业几年?许清越呢?", [("林知远", "从业年限"), ("许清越", "从业年限")]),
        ("首套房贷首付多少?另外审批要几天?", [("云杉首套安居贷", "首付比例"), ("云杉首套安居贷", "审批时间")]),
        (
            "第一个是白金卡年费是多少钱,第二个就是稳盈1号最低多少钱可以买",
            [("云杉白金信用卡", "年费"), ("稳盈1号", "起购金额")],
        ),
        ("白金卡年费多少，还有稳盈1号几级风险", [("云杉白金信用卡", "年费"), ("稳盈1号", "风险等级")]),
        ("存款保险最多赔多少,多久赔下来", [("存款保险", "最高偿付限额"), ("存款保险", "偿付期限")]),
    ],
)
def test_each_question_in_order(bank: Bank, text: str, asked: list[tuple[str, str]]) -> None:
    understood = bank.understood(text)
    queries = [p.query for p in understood.parts or (understood,)]
    pairs = [(e.name, p) for q in queries if q is not None for e in q.focus for p in q.predicates]
    assert [pair for pair in pairs if pair in asked] == asked
    reply = bank.reply(text)
    assert reply.outcome is Outcome.ANSWERED
    wanted = [predicate for _, predicate in asked]
    assert [p for p in dict.fromkeys(f.predicate for f in reply.facts) if p in wanted] == list(dict.fromkeys(wanted))


@pytest.mark.parametrize(
    "text",
    [
        "稳盈1号，起购金额",
        "请问，大额存单，利率多少",
        "有哪些理财，R2以下，半年以内，1万能买的",
        "稳盈1号和稳盈2号，哪个收益高",
        "稳盈1号的期限和起购金额",
        "我22岁，学生，能办白金卡吗",
        "我要贷款100万，30年，利率3.5%，等额本金，月供多少",
        "您好，我的卡丢了，怎么办",
        "三年期存款，哪个利率最高",
    ],
)
def test_one_question_with_commas_stays_one(bank: Bank, text: str) -> None:
    assert bank.understood(text).parts == ()


def test_the_second_question_leans_on_the_talk(bank: Bank) -> None:
    replies = bank.talk("大额存单起存多少", "利率多少,能提前支取吗？")
    assert {"年利率", "提前支取规则"} <= {f.predicate for f in replies[-1].facts}


def test_what_is_not_understood_after_a_stop_is_said(bank: Bank) -> None:
    reply = bank.reply("稳盈1号几级风险？附近有好吃的面馆吗？")
    assert "R2" in reply.message.text and reply.outcome is Outcome.ANSWERED
    assert "没有完全明白" in reply.message.text or "服务范围" in reply.message.text


def test_the_talk_goes_on_from_the_last_question(bank: Bank) -> None:
    replies = bank.talk("林知远从业几年?稳盈1号几级风险?", "那期限呢")
    assert [(f.subject_name, f.predicate) for f in replies[-1].facts] == [("稳盈1号", "期限")]


def test_two_tables_are_both_said(bank: Bank) -> None:
    message = bank.reply("大额存单利率多少？有哪些车贷？").message
    assert "1.55%" in message.text and message.table is not None


def test_parts_travel_as_json(bank: Bank) -> None:
    understood = bank.understood("白金卡年费多少，还有稳盈1号几级风险")
    back = understood_from_json(understood_to_json(understood))
    assert [p.query for p in back.parts] == [p.query for p in understood.parts] != []
