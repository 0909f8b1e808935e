"""What cases and times say of the attribute that is asked, and what is no answer though it is near."""

from __future__ import annotations

import pytest

from kg.answer import Outcome
from kg.query import Ask
from tests.support.demo import Bank


@pytest.mark.parametrize(
    ("text", "predicate", "figure"),
    [
        ("凭证式储蓄国债放了十五个月想提前取按多少算", "提前兑取利率", "0.70%"),
        ("云麓短债A没拿够7天就卖扣多少", "赎回费率", "1.50%"),
        ("进取1号未持满一年赎回要扣几个点", "赎回费率", "1.00%"),
        ("长辈存存五年几个点", "年利率", "1.45%"),
    ],
)
def test_the_attribute_with_figures_for_the_case_is_meant(bank: Bank, text: str, predicate: str, figure: str) -> None:
    reply = bank.reply(text)
    assert reply.query is not None and reply.query.predicates == (predicate,)
    assert [f.text for f in reply.facts if f.predicate == predicate] == [figure]


@pytest.mark.parametrize(
    "text",
    [
        "稳盈2号上个月亏了多少",
        "云杉装修贷今年放了多少钱",
        "福字金条去年卖出多少根",
        "信用卡临时提上去的额度有多少",
        "青禾无忧医疗险的保费",
    ],
)
def test_what_is_only_near_is_no_answer(bank: Bank, text: str) -> None:
    assert bank.reply(text).outcome is not Outcome.ANSWERED


def test_the_cases_there_are_are_named_where_the_asked_one_is_not(bank: Bank) -> None:
    reply = bank.reply("特惠存存六年的利率")
    assert reply.outcome is Outcome.UNANSWERABLE
    assert [choice.label for choice in reply.message.choices] == ["1年", "2年", "3年"]


@pytest.mark.parametrize(
    ("text", "members"),
    [
        ("贺云舒管着哪几只", {"澄海中证500指数", "澄海天天货币", "澄海纯债"}),
        ("韩书屿在管哪些", {"鹤川双利债券", "鹤川现金货币"}),
    ],
)
def test_a_verb_asks_for_what_points_to_its_doer(bank: Bank, text: str, members: set[str]) -> None:
    reply = bank.reply(text)
    assert reply.query is not None and reply.query.ask is Ask.REVERSE
    assert {f.subject_name for f in reply.facts} == members


def test_a_verb_goes_on_with_whom_the_talk_is_about(bank: Bank) -> None:
    reply = bank.talk("苏望舒学历", "还管哪些基金")[-1]
    assert {f.subject_name for f in reply.facts if f.predicate == "基金经理"} == {
        "鹤川量化选股", "鹤川养老目标2045", "鹤川创业板指数",
    }  # fmt: skip


def test_a_longer_time_goes_on_with_its_own_attribute(bank: Bank) -> None:
    reply = bank.talk("云麓成长混合近一年收益", "近三年呢")[-1]
    assert reply.query is not None and reply.query.predicates == ("近三年收益率",)


@pytest.mark.parametrize("text", ["上周金价涨了多少", "去年卖了几克"])
def test_a_time_with_words_of_its_own_does_not_repeat_the_question(bank: Bank, text: str) -> None:
    assert bank.talk("积存金赎回费率", text)[-1].outcome is not Outcome.ANSWERED
