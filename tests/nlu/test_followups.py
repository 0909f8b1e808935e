"""Turns that lean on what went before: each kind of ellipsis, through the memory's JSON."""

from __future__ import annotations

import pytest

from kg.answer import Outcome
from kg.query import Ask, Entity, Query
from nlu.followups.pointing import Pointing, pointers
from nlu.followups.referents import placed
from tests.support.demo import Bank

SHOWN = tuple(Entity(str(n), f"第{n}号产品") for n in range(1, 6))


@pytest.mark.parametrize(
    ("text", "picked"),
    [
        ("第二个", ["2"]),
        ("第2个的起购金额", ["2"]),
        ("第二款呢", ["2"]),
        ("倒数第一个", ["5"]),
        ("最后一个", ["5"]),
        ("最后那个产品的期限", ["5"]),
        ("后两款", ["4", "5"]),
        ("第三方支付", []),
        ("前两个", ["1", "2"]),
        ("第一个和第三个对比", ["1", "3"]),
        ("前者", ["1"]),
        ("后者", ["5"]),
        ("第九个", []),
        ("起购金额", []),
    ],
)
def test_ordinals_point_into_what_was_shown(text: str, picked: list[str]) -> None:
    places = [p for p in pointers(text) if p.kind is Pointing.PLACES]
    assert [e.id for p in places for e in placed(p, SHOWN)] == picked
    assert not any(placed(p, ()) for p in places)


def last(bank: Bank, *turns: str) -> Query:
    """The Query that the last of these turns came to."""
    reply = bank.talk(*turns)[-1]
    assert reply.query is not None, reply.message.plain()
    return reply.query


def about(query: Query) -> list[str]:
    return [e.name for e in query.focus]


@pytest.mark.parametrize(
    ("turns", "focus", "predicate"),
    [
        (("稳盈1号风险等级", "那起购金额呢"), "稳盈1号", "起购金额"),
        (("稳盈1号风险等级", "它的期限"), "稳盈1号", "期限"),
        (("稳盈1号风险等级", "托管人"), "稳盈1号", "托管人"),
        (("稳盈1号风险等级", "那稳盈2号呢"), "稳盈2号", "风险等级"),
        (("稳盈1号风险等级", "起购金额呢", "稳盈2号呢"), "稳盈2号", "起购金额"),
        (("定期存款利率", "那大额存单呢"), "大额存单", "年利率"),
        (("什么是复利", "稳盈1号的期限", "那风险等级呢"), "稳盈1号", "风险等级"),
    ],
)
def test_what_is_left_out_comes_from_the_last_question(
    bank: Bank, turns: tuple[str, ...], focus: str, predicate: str
) -> None:
    query = last(bank, *turns)
    assert (query.ask, about(query), query.predicates) == (Ask.VALUE, [focus], (predicate,))


@pytest.mark.parametrize(("turn", "months"), [("五年的呢", 60), ("那一年期呢", 12), ("三个月呢", 3)])
def test_a_value_replaces_the_case(bank: Bank, turn: str, months: int) -> None:
    query = last(bank, "定期存款两年期利率多少", turn)
    assert [q.value.months for q in query.qualifiers] == [months]
    assert query.predicates == ("年利率",)


def test_a_time_replaces_the_period(bank: Bank) -> None:
    query = last(bank, "定期存款三年期利率多少", "去年呢")
    assert query.period is not None
    assert query.period.start.year == 2025
    assert query.qualifiers[0].value.months == 36


def test_a_value_narrows_the_list_and_is_shown(bank: Bank) -> None:
    query = last(bank, "R2以下的理财有哪些", "半年以内的呢")
    assert {c.predicate for c in query.constraints} == {"风险等级", "期限"}
    assert query.predicates == ("风险等级", "期限")


def test_the_same_kind_of_value_replaces_the_old_one(bank: Bank) -> None:
    query = last(bank, "R2以下的理财有哪些", "R3的呢")
    assert [(c.predicate, c.value.text) for c in query.constraints if c.value] == [("风险等级", "R3")]


def test_an_ordinal_is_the_one_that_was_shown_there(bank: Bank) -> None:
    replies = bank.talk("R2以下的理财有哪些", "第二个的起购金额")
    assert replies[0].message.table is not None
    assert replies[1].query is not None
    assert about(replies[1].query) == [replies[0].message.table.rows[1][0]]
    assert replies[1].query.predicates == ("起购金额",)


def test_more_turns_the_page(bank: Bank) -> None:
    first, second = bank.talk("有哪些信用卡", "还有呢")
    assert second.query is not None
    assert second.query.offset == 10
    assert not set(first.shown) & set(second.shown)


def test_after_the_last_page_there_is_no_more(bank: Bank) -> None:
    reply = bank.talk("有哪些信用卡", "还有呢", "还有呢")[-1]
    assert reply.message.text == "没有更多了。"


def test_they_are_the_two_that_were_compared(bank: Bank) -> None:
    query = last(bank, "稳盈1号和稳盈2号对比", "它们哪个收益高")
    assert (query.ask, about(query)) == (Ask.COMPARE, ["稳盈1号", "稳盈2号"])


def test_the_best_of_the_class_that_was_listed(bank: Bank) -> None:
    query = last(bank, "有哪些信用卡", "年费最低的是哪张")
    assert (query.ask, query.cls and query.cls.name, query.order and query.order.predicate) == (
        Ask.BEST,
        "信用卡",
        "年费",
    )


def test_a_question_back_is_answered_by_name_by_ordinal_or_by_label(bank: Bank) -> None:
    (asked,) = bank.talk("转账限额")
    assert asked.outcome is Outcome.CLARIFY
    second = asked.memory.pending[1]
    assert second.query is not None
    for answer in (second.label, "第二个"):
        chosen = bank.reply(answer, asked.memory)
        assert chosen.query == second.query, answer


def test_without_memory_nothing_is_carried(bank: Bank) -> None:
    assert bank.reply("那起购金额呢").outcome is Outcome.CLARIFY


@pytest.mark.parametrize("turn", ["稳盈88号起购多少", "那稳盈八十八号呢"])
def test_a_thing_that_is_unknown_is_not_the_one_before(bank: Bank, turn: str) -> None:
    reply = bank.talk("稳盈1号风险等级", turn)[-1]
    assert reply.outcome is Outcome.UNANSWERABLE
    assert reply.facts == ()


def test_what_was_assumed_is_said_in_a_follow_up_too(bank: Bank) -> None:
    assert "按拼音匹配为“稳盈2号”" in bank.talk("稳盈1号起购多少", "wenying2hao呢")[-1].message.text


def test_a_new_question_is_not_bent_to_the_old_one(bank: Bank) -> None:
    query = last(bank, "稳盈1号风险等级", "存款保险最多赔多少")
    assert (about(query), query.predicates) == (["存款保险"], ("最高偿付限额",))
