"""From what a turn is taken to mean to what is said, over the demo bank."""

from __future__ import annotations

import pytest

from dialogue.message import Message
from dialogue.replying import examples
from kg.answer import Outcome
from kg.query import Ask
from nlu import intents
from nlu.memory import Memory
from nlu.understood import Understood
from tests.support.demo import BANK, Bank

HOTLINE = "客服热线"


def hotline(bank: Bank) -> str:
    (fact,) = [f for f in bank.snapshot.facts_of([bank.id_of(BANK)], [HOTLINE])][:1]
    return fact.text


@pytest.mark.parametrize(
    ("text", "outcome", "said"),
    [
        ("稳盈1号起购多少", Outcome.ANSWERED, "稳盈1号的起购金额：1万元"),
        ("定期存款三年期利率多少", Outcome.ANSWERED, "定期存款的年利率（期限3年）：1.25%"),
        ("稳盈1号是R2吗", Outcome.ANSWERED, "是的。"),
        ("稳盈1号是R3吗", Outcome.ANSWERED, "不是。"),
        ("有多少款信用卡", Outcome.ANSWERED, "信用卡共有"),
        ("稳盈1号的冷却期", Outcome.UNANSWERABLE, "我这里没有"),
        ("转账限额", Outcome.CLARIFY, "您问的是哪一个"),
    ],
)
def test_a_question_gets_its_kind_of_reply(bank: Bank, text: str, outcome: Outcome, said: str) -> None:
    reply = bank.reply(text)
    assert reply.outcome is outcome
    assert said in reply.message.text


def test_an_answer_cites_its_document(bank: Bank) -> None:
    message = bank.reply("稳盈1号起购多少").message
    assert [s.document for s in message.sources] == ["稳盈1号产品说明书（2026年版）"]
    assert message.sources[0].article
    assert message.sources[0].fact_ids
    assert "来源：" in message.plain()
    assert message.focus == "稳盈1号·起购金额"


def test_what_was_assumed_is_said(bank: Bank) -> None:
    assert "按读音理解为“稳盈1号”" in bank.reply("稳赢一号起购").message.text
    assert "（按拼音匹配为“稳盈1号”）" in bank.reply("wenying1hao起购").message.text


def test_what_is_inherited_is_said(bank: Bank) -> None:
    reply = bank.reply("云杉白金信用卡的违约金怎么收")
    assert "（按信用卡的一般规定）" in reply.message.text
    assert reply.facts[0].inherited_from == "信用卡"


def test_conditions_of_card_and_class_are_read_together(bank: Bank) -> None:
    text = bank.reply("白金信用卡申请条件").message.text
    assert "年收入不低于20万元" in text
    assert "年龄不低于18岁" in text


def test_wealth_figures_carry_their_risk_notice(bank: Bank) -> None:
    message = bank.reply("稳盈1号的业绩比较基准").message
    assert any("业绩比较基准不代表" in notice for notice in message.notices)
    assert message.plain().endswith(message.notices[-1])


def test_a_table_by_case(bank: Bank) -> None:
    table = bank.reply("定期存款利率").message.table
    assert table is not None
    assert table.columns == ("期限", "年利率")
    assert ("3年", "1.25%") in table.rows


def test_an_unknown_attribute_offers_what_is_known(bank: Bank) -> None:
    message = bank.reply("稳盈1号的冷却期").message
    assert message.choices
    for choice in message.choices:
        assert choice.text.startswith("稳盈1号")
        assert bank.reply(choice.text).outcome is Outcome.ANSWERED, choice.text


def test_a_list_remembers_what_it_showed(bank: Bank) -> None:
    reply = bank.reply("有哪些信用卡")
    assert reply.message.table is not None
    assert [e.name for e in reply.memory.shown] == [row[0] for row in reply.message.table.rows]
    assert reply.memory.last is not None
    assert reply.memory.last.ask is Ask.LIST


@pytest.mark.parametrize("text", ["我的卡丢了", "信用卡被盗刷了怎么办", "我被骗转账了", "密码泄露了"])
def test_urgent_matters_open_with_the_hotline(bank: Bank, text: str) -> None:
    reply = bank.reply(text, intent=intents.REPORT_URGENT)
    first = reply.message.text.splitlines()[0]
    assert hotline(bank) in first
    assert reply.message.urgent
    assert reply.message.choices == ()
    assert len(reply.message.text.splitlines()) > 2
    assert {f.predicate for f in reply.facts} == {HOTLINE, "紧急步骤"}


def test_urgent_steps_keep_their_order(bank: Bank) -> None:
    reply = bank.reply("信用卡被盗刷了", intent=intents.REPORT_URGENT)
    orders = [q.value.number for f in reply.facts for q in f.qualifiers if q.name == "顺序"]
    assert orders == sorted(orders, key=lambda n: n or 0)
    assert len(orders) >= 2


@pytest.mark.parametrize(
    ("intent", "outcome"),
    [
        (intents.ASK_ACCOUNT, Outcome.HANDOFF),
        (intents.HANDOFF, Outcome.HANDOFF),
        (intents.COMPLAIN, Outcome.HANDOFF),
        (intents.DISTRESS, Outcome.HANDOFF),
        (intents.OPT_OUT, Outcome.DONE),
        (intents.OUT_OF_SCOPE, Outcome.OUT_OF_SCOPE),
        (intents.FALLBACK, Outcome.FALLBACK),
        *((name, Outcome.CHITCHAT) for name in sorted(intents.CHITCHAT)),
    ],
)
def test_every_intent_without_a_question_has_its_words(bank: Bank, intent: str, outcome: Outcome) -> None:
    from dialogue.replying import Setting, reply
    from tests.support.demo import TODAY

    setting = Setting(bank.snapshot, bank.lexicon, TODAY, BANK, "……")
    said = reply(Understood(intent, 1.0), Memory(), setting)
    assert (said.outcome, bool(said.message.text)) == (outcome, True)
    if outcome is Outcome.HANDOFF:
        assert hotline(bank) in said.message.text


@pytest.mark.parametrize(
    ("text", "foreign"),
    [
        ("What is the interest rate?", True),
        ("안녕하세요 예금 금리", True),
        ("Bonjour, quel est le taux?", True),
        ("Какой процент по вкладу?", True),
        ("金利はいくらですか、教えてください", True),
        ("ok", False),
        ("APP登录不了", False),
        ("123456", False),
        ("利率是多少", False),
    ],
)
def test_other_languages_are_told_so_in_two(bank: Bank, text: str, foreign: bool) -> None:
    for intent in (intents.OUT_OF_SCOPE, intents.FALLBACK):
        said = bank.reply(text, intent=intent).message.text
        assert ("Chinese only" in said) is foreign, said


def test_my_balance_is_never_defined(bank: Bank) -> None:
    reply = bank.reply("我的余额是多少", intent=intents.ASK_ACCOUNT)
    assert "核验身份" in reply.message.text
    assert reply.query is None


def test_the_examples_of_the_fallback_can_be_answered(bank: Bank) -> None:
    offered = examples(bank.lexicon)
    assert len(offered) == 3
    for question in offered:
        assert bank.reply(question).outcome is Outcome.ANSWERED, question


def test_a_message_comes_back_from_its_json(bank: Bank) -> None:
    for text in ("稳盈1号和稳盈2号对比", "转账限额", "稳盈1号的业绩比较基准"):
        message = bank.reply(text).message
        assert Message.from_json(message.to_json()) == message
