"""English words inside Chinese questions: read as the attribute they mean, said to be, or left alone."""

from __future__ import annotations

import pytest

from kg.answer import Outcome
from nlu.encoder import KEPT, VectorStore
from nlu.foreign_words import prepare
from tests.support.demo import Bank, demo_bank


@pytest.fixture(scope="module")
def bank() -> Bank:
    return demo_bank()


@pytest.mark.parametrize(
    ("asked", "subject", "predicate", "words"),
    [
        ("金卡annual fee多少", "云杉金卡信用卡", "年费", "annual fee"),
        ("活期的interest rate是多少呀", "活期存款", "年利率", "interest rate"),
        ("savings account的活期interest rate", "活期存款", "年利率", "interest rate"),
        ("稳盈5号的risk level", "稳盈5号", "风险等级", "risk level"),
        ("云杉学子信用卡的minimum payment怎么算", "云杉学子信用卡", "最低还款比例", "minimum payment"),
    ],
)
def test_an_attribute_may_be_said_in_english(bank: Bank, asked: str, subject: str, predicate: str, words: str) -> None:
    reply = bank.reply(asked)
    assert {(f.subject_name, f.predicate) for f in reply.facts} == {(subject, predicate)}
    assert f"您说的“{words}”，按“{predicate}”理解" in reply.message.text


@pytest.mark.parametrize("asked", ["稳盈1号的boss是谁", "金卡的lucky color", "稳盈1号的nickname叫什么"])
def test_what_a_thing_does_not_have_is_not_made_up(bank: Bank, asked: str) -> None:
    assert bank.reply(asked).outcome is Outcome.UNANSWERABLE


@pytest.mark.parametrize("asked", ["我测评是C4，可以buy乐享3号吗", "稳盈2号能不能 sell", "怎么apply薪易贷"])
def test_what_somebody_wants_to_do_is_no_attribute(bank: Bank, asked: str) -> None:
    assert "按“" not in bank.reply(asked).message.text


@pytest.mark.parametrize("asked", ["什么是LPR", "APP转账一天限额多少", "ATM取现手续费"])
def test_words_that_the_graph_knows_stay(bank: Bank, asked: str) -> None:
    assert "按“" not in bank.reply(asked).message.text


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("想取消短信提醒不扣那两块钱", "关闭方式"),
        ("稳盈1号的boss是谁", "托管人"),
    ],
)
def test_what_is_offered_instead_begins_with_what_lies_nearest(bank: Bank, asked: str, first: str) -> None:
    reply = bank.reply(asked)
    assert (reply.outcome, reply.message.choices[0].label) == (Outcome.UNANSWERABLE, first)


def test_names_of_things_are_encoded_before_anybody_asks(bank: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    assert prepare(bank.lexicon) > len(bank.lexicon.predicates) / 2
    encoded: list[str] = []
    monkeypatch.setattr(VectorStore, "_append", lambda _self, keys, _vectors: encoded.extend(keys))
    KEPT.of(["年费", "风险等级", "起购金额"])
    assert bank.reply("稳盈2号的risk level").facts
    assert encoded == []
