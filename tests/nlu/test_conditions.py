"""Conditions on the members of a class: heard and applied, or said to be unknown, never dropped."""

from __future__ import annotations

import pytest

from kg.answer import Outcome
from kg.query import Ask
from kg.values import Op
from tests.nlu.test_parser import names, read
from tests.support.demo import Bank


@pytest.mark.parametrize(
    ("text", "predicate", "op", "number"),
    [
        ("年费150以内的信用卡", "年费", Op.LE, 150),
        ("没有年费的信用卡有哪些", "年费", Op.EQ, 0),
        ("免管理费的理财", "管理费率", Op.EQ, 0),
        ("首付不超过25%的房贷", "首付比例", Op.LE, 25),
        ("有没有10万以上才能买的理财", "起购金额", Op.GE, 100000),
        ("不是R2的混合基金", "风险等级", Op.NE, 2),
        ("非R3的理财有哪些", "风险等级", Op.NE, 3),
    ],
)
def test_a_condition_is_applied(bank: Bank, text: str, predicate: str, op: Op, number: int) -> None:
    query = read(bank, text)
    found = [(c.predicate, c.op, int(c.value.number or 0)) for c in query.constraints if c.value is not None]
    assert (query.ask, found) == (Ask.LIST, [(predicate, op, number)])


def test_a_text_that_can_say_no_answers_having(bank: Bank) -> None:
    query = read(bank, "北京能租保管箱的网点")
    assert ("保管箱服务", Op.NE) in [(c.predicate, c.op) for c in query.constraints]


def test_an_excluded_class_is_not_the_class_asked_for(bank: Bank) -> None:
    query = read(bank, "除了车贷还有什么贷款")
    assert query.cls is not None and query.cls.name == "贷款"
    assert [(c.op, c.entity_id) for c in query.constraints] == [(Op.NE, bank.id_of("车贷"))]


@pytest.mark.parametrize("text", ["能遛狗的理财有哪些", "除了星辰系列以外的理财有哪些"])
def test_a_condition_that_is_not_understood_is_no_list_without_it(bank: Bank, text: str) -> None:
    reply = bank.reply(text)
    assert reply.outcome is not Outcome.ANSWERED or reply.query is None or reply.query.ask is not Ask.LIST


@pytest.mark.parametrize(
    "text", ["云杉翡翠信用卡年费多少", "云杉银行开封鼓楼支行地址", "稳盈77号和稳盈1号哪个收益高", "龙年生肖金章多少钱"]
)
def test_a_longer_unknown_name_is_not_the_known_part_of_it(bank: Bank, text: str) -> None:
    assert bank.reply(text).outcome is Outcome.UNANSWERABLE


@pytest.mark.parametrize(
    ("text", "predicate"), [("哪个网点ATM最多", "ATM台数"), ("从业最久的基金经理是谁", "从业年限")]
)
def test_a_superlative_takes_part_of_a_name(bank: Bank, text: str, predicate: str) -> None:
    query = read(bank, text)
    assert query.ask is Ask.BEST and query.order is not None
    assert (query.order.predicate, query.order.descending) == (predicate, True)


def test_three_short_names_in_a_row(bank: Bank) -> None:
    assert set(names(read(bank, "稳盈1号2号3号的期限"))) == {"稳盈1号", "稳盈2号", "稳盈3号"}
