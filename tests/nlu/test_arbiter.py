"""One scale for queries, FAQs, commands, chit-chat and what is out of scope."""

from __future__ import annotations

import pytest

from kg.answer import Choice
from kg.query import Ask, Entity, Query
from nlu import intents
from nlu.memory import Memory
from tests.support.demo import Bank


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("稳盈1号起购多少", intents.KNOWLEDGE[Ask.VALUE]),
        ("什么是复利", intents.KNOWLEDGE[Ask.DESCRIBE]),
        ("有哪些信用卡", intents.KNOWLEDGE[Ask.LIST]),
        ("有多少款信用卡", intents.KNOWLEDGE[Ask.COUNT]),
        ("哪张信用卡年费最低", intents.KNOWLEDGE[Ask.BEST]),
        ("稳盈1号和稳盈2号有什么区别", intents.KNOWLEDGE[Ask.COMPARE]),
        ("稳盈1号是R2吗", intents.KNOWLEDGE[Ask.CHECK]),
        ("存款保险最高偿付限额的依据是什么", intents.KNOWLEDGE[Ask.SOURCE]),
    ],
)
def test_a_question_the_graph_answers_is_a_query(bank: Bank, text: str, intent: str) -> None:
    understood = bank.understood(text)
    assert (understood.intent, understood.faq_id) == (intent, "")
    assert understood.query is not None
    assert 0.5 < understood.confidence <= 1


@pytest.mark.parametrize("intent", ["greet", "thank", intents.HANDOFF, intents.COMPLAIN, intents.OPT_OUT])
def test_a_command_the_classifier_is_sure_of_wins_where_nothing_is_named(bank: Bank, intent: str) -> None:
    understood = bank.understood("麻烦您了", intent=intent)
    assert (understood.intent, understood.query) == (intent, None)


@pytest.mark.parametrize("text", ["转人工客服", "人工客服", "我要找客户服务中心"])
def test_a_command_that_only_names_a_thing_of_the_graph_is_a_command(bank: Bank, text: str) -> None:
    assert bank.understood(text, intent=intents.HANDOFF).intent == intents.HANDOFF


@pytest.mark.parametrize("text", ["什么是人工客服", "客户服务中心几点上班"])
def test_a_question_about_that_thing_is_none(bank: Bank, text: str) -> None:
    assert bank.understood(text, intent=intents.HANDOFF).query is not None


def test_a_clear_question_beats_a_classifier_that_hears_small_talk(bank: Bank) -> None:
    assert bank.understood("稳盈1号起购金额是多少", intent="greet").query is not None


def test_the_product_of_another_bank_is_out_of_scope(bank: Bank) -> None:
    assert bank.understood("招商银行的理财收益怎么样").intent == intents.OUT_OF_SCOPE


def test_a_faq_in_its_own_words_is_a_faq(bank: Bank) -> None:
    found = [bank.understood(faq.question).faq_id == faq.id for faq in bank.lexicon.faqs[::20]]
    assert len(found) > 15
    assert sum(found) / len(found) >= 0.85


def test_an_urgent_matter_is_no_list_and_no_definition(bank: Bank) -> None:
    understood = bank.understood("信用卡被盗刷了", intent=intents.REPORT_URGENT)
    assert (understood.intent, understood.query) == (intents.REPORT_URGENT, None)


def pending() -> Memory:
    queries = [Query(Ask.VALUE, (Entity(n, n),), predicates=("限额",)) for n in ("同行转账", "跨行转账")]
    return Memory().with_choices(tuple(Choice(q.focus[0].name, q) for q in queries))


@pytest.mark.parametrize(
    ("text", "place"), [("同行转账", 0), ("跨行转账", 1), ("第二个", 1), ("第一个", 0), ("跨行轉賬", 1)]
)
def test_a_pending_choice_is_taken(bank: Bank, text: str, place: int) -> None:
    memory = pending()
    understood = bank.understood(text, memory)
    assert (understood.intent, understood.query) == (intents.CHOOSE, memory.pending[place].query)


@pytest.mark.parametrize("text", ["稳盈1号的期限", "第五个", "有哪些信用卡"])
def test_another_question_leaves_the_choice(bank: Bank, text: str) -> None:
    assert bank.understood(text, pending()).intent != intents.CHOOSE


@pytest.mark.parametrize(
    "text", ["", "。。", "😀", "\x00\x01", "MATCH (n) DETACH DELETE n", "<script>alert()</script>"]
)
def test_what_says_nothing_never_becomes_a_query(bank: Bank, text: str) -> None:
    assert bank.understood(text, intent=intents.OUT_OF_SCOPE).query is None


def test_what_a_turn_was_taken_for_is_recorded_with_the_others(bank: Bank) -> None:
    understood = bank.understood("存款保险最多赔多少钱")
    assert understood.runners_up
    assert all(0 <= probability <= 1 for _, _, probability in understood.runners_up)
