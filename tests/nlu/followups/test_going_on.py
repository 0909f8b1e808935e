"""Turns that ask nothing of their own, tell a thing or case in part, take something back, or return to another."""

from __future__ import annotations

import pytest

from kg.answer import Outcome
from kg.facts import INSTANCE_OF
from kg.query import Query
from kg.values import Op
from nlu.case_words import said_in_other_words
from tests.support.demo import Bank

ATM = (("渠道", "本行ATM"), ("渠道", "他行ATM"), ("渠道", "境外ATM"), ("渠道", "手机银行"), ("渠道", "柜台"))


def last(bank: Bank, *turns: str) -> Query:
    reply = bank.talk(*turns)[-1]
    assert reply.query is not None and reply.outcome is Outcome.ANSWERED, reply.message.plain()
    return reply.query


@pytest.mark.parametrize(
    ("turns", "focus", "predicate"),
    [
        (("乐享2号管理费多少", "稳盈天天是多少"), "稳盈天天", "管理费率"),
        (("稳盈2号业绩比较基准", "明年一月起稳盈3号变多少"), "稳盈3号", "业绩比较基准"),
        (("稳盈2号业绩比较基准是多少", "去年一月呢", "那会儿稳盈3号是多少"), "稳盈3号", "业绩比较基准"),
        (("首套安居贷首付几成", "二套的", "首套能还多少年"), "云杉首套安居贷", "贷款期限"),
        (("金添利180天保底收益", "挂钩什么", "90天那款最高多少"), "金添利90天", "最高年化收益率"),
        (("运河湾支行地址", "我要问杭州运河边那个"), "云杉银行杭州运河边支行", "地址"),
        (("澄海纯债的基金经理是谁", "他多大年纪了", "那基金代码总有吧"), "澄海纯债", "基金代码"),
        (("云麓消费股票管理费", "哦不是管理费，托管费"), "云麓消费股票", "托管费率"),
        (("青年卡年费", "不是年费, 免息期"), "云杉青年信用卡", "免息期"),
    ],
)
def test_what_is_meant_is_asked(bank: Bank, turns: tuple[str, ...], focus: str, predicate: str) -> None:
    query = last(bank, *turns)
    assert [e.name for e in query.focus] == [focus]
    assert query.predicates == (predicate,)


def test_the_present_is_come_back_to(bank: Bank) -> None:
    turns = ("稳盈2号业绩基准多少", "明年一月起呢")
    assert last(bank, *turns).period is not None
    assert last(bank, *turns, "回到今天").period is None
    assert last(bank, *turns, "今天1号给多少").period is None


@pytest.mark.parametrize("words", ["再去掉混合类的", "混合类的不要", "去掉混合理财"])
def test_a_kind_is_left_out_of_a_list(bank: Bank, words: str) -> None:
    query = last(bank, "起购一万以内、风险R4的理财", words)
    assert ("混合类理财", Op.NE) in [
        (bank.lexicon.name_of(c.entity_id), c.op) for c in query.constraints if c.predicate == INSTANCE_OF
    ]
    assert len(query.constraints) == 3


@pytest.mark.parametrize(
    ("text", "case"),
    [
        ("手机上转要钱吗", "手机银行"),
        ("在国外取现", "境外ATM"),
        ("别的银行取款机", "他行ATM"),
        ("柜台办", "柜台"),
    ],
)
def test_cases_in_other_words(text: str, case: str) -> None:
    assert list(said_in_other_words(text, ATM)) == [("渠道", case)]


def test_no_case_is_heard_where_none_is_said() -> None:
    assert not list(said_in_other_words("取现手续费多少", ATM))


@pytest.mark.parametrize(
    ("turns", "case"),
    [
        (("跨行转账柜台手续费", "ATM上转八千"), "八千"),
        (("跨行转账柜台手续费", "转20000呢"), "20000"),
    ],
)
def test_a_bare_number_is_an_amount_where_the_case_is_one(bank: Bank, turns: tuple[str, ...], case: str) -> None:
    found = {q.name: q.value.text for q in last(bank, *turns).qualifiers}
    assert found["金额"] == case
