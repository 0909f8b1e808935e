"""Answers do not depend on the order in which an engine gives its facts: a restored graph gives them in another one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kg.answer import Answer
from kg.answering.service import answer
from kg.ontology import Ontology, Predicate
from kg.query import Ask, Constraint, Entity, Query
from kg.values import Kind, Op
from tests.support.demo import Bank, bank_of
from tests.support.facts import fact, member, money, percent, text
from tests.support.memory import MemorySnapshot

ONTOLOGY = Ontology({"起购金额": Predicate("起购金额", datatype=Kind.MONEY, many=False, better_is="low")})
ROWS = [
    *(member(name, "理财产品") for name in ("甲", "乙", "丙")),
    *(fact("甲", "特点", text(words), many=True) for words in ("首年免费", "随时赎回", "每日计息")),
    fact("甲", "起购金额", money(10000)),
    fact("乙", "起购金额", money(10000)),
    fact("甲", "管理费率", percent("0.2")),
    fact("乙", "管理费率", percent("0.3")),
    fact("甲", "定义", text("一种产品。")),
    fact("甲", "适合人群", text("稳健的客户")),
    fact("甲", "托管人", "某银行"),
    fact("丙", "托管人", "某银行"),
]
FACTS = tuple(replace(f, file="产品.csv", line=line) for line, f in enumerate(ROWS, 2))
QUERIES = [
    Query(Ask.VALUE, (Entity("甲", "甲"),), predicates=("特点",)),
    Query(Ask.DESCRIBE, (Entity("甲", "甲"),)),
    Query(Ask.COMPARE, (Entity("甲", "甲"), Entity("乙", "乙"))),
    Query(Ask.LIST, cls=Entity("理财产品", "理财产品")),
    Query(
        Ask.LIST,
        cls=Entity("理财产品", "理财产品"),
        constraints=(Constraint("起购金额", Op.LE, money(20000)),),
    ),
    Query(Ask.REVERSE, (Entity("某银行", "某银行"),), predicates=("托管人",)),
]


@pytest.fixture(scope="module")
def banks() -> tuple[Bank, Bank]:
    return bank_of(MemorySnapshot(FACTS, ONTOLOGY)), bank_of(MemorySnapshot(FACTS[::-1], ONTOLOGY))


def asked(bank: Bank, query: Query) -> Answer:
    return answer(query, bank.snapshot, bank.lexicon, date(2026, 11, 20))


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: str(query.ask))
def test_an_answer_is_the_same_in_whatever_order_facts_come(banks: tuple[Bank, Bank], query: Query) -> None:
    one, other = (asked(bank, query) for bank in banks)
    assert one == other
    assert one.facts_read()


def test_an_editor_s_order_is_kept(banks: tuple[Bank, Bank]) -> None:
    for bank in banks:
        assert [f.text for f in asked(bank, QUERIES[0]).facts] == ["首年免费", "随时赎回", "每日计息"]


def test_what_a_thing_has_is_told_in_one_order(banks: tuple[Bank, Bank]) -> None:
    one, other = (bank.lexicon for bank in banks)
    for name in ("甲", "乙", "丙", "理财产品"):
        assert one.predicates_of(name) == other.predicates_of(name)
        assert one.own_predicates(name) == other.own_predicates(name)
        assert one.member_predicates(name) == other.member_predicates(name)
    assert one.own_predicates("甲")[0] == "起购金额"
    assert one.incoming_predicates("某银行") == other.incoming_predicates("某银行") == ("托管人",)
