"""Pointing words: what stands in the text, before anybody asks what it means."""

from __future__ import annotations

import pytest

from kg.answer import Choice, Outcome
from kg.query import Ask, Entity, Query
from nlu.followups.choosing import chosen
from nlu.followups.correcting import takes_back
from nlu.followups.pointing import Pointing, pointers
from nlu.memory import Memory
from tests.support.demo import demo_bank


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("它的起购金额", [("one", "它")]),
        ("这家公司注册资本多少", [("one", "这家")]),
        ("刚才那个颐养产品", [("one", "刚才那个")]),
        ("之前问的那个", [("one", "之前问的那个")]),
        ("他什么学历", [("person", "他")]),
        ("这位经理", [("person", "这位")]),
        ("它们哪个高", [("many", "它们")]),
        ("它俩一样吗", [("many", "它俩")]),
        ("这两款哪个好", [("many", "这两款")]),
        ("俩哪个风险高", [("many", "俩")]),
        ("另一只呢", [("other", "另一只")]),
        ("他家还有什么", [("house", "他家")]),
        ("上一个", [("previous", "上一个")]),
        ("第二个和第三个比", [("places", "第二个"), ("places", "第三个")]),
        ("前两个比一下", [("places", "前两个")]),
        ("那起购金额呢", []),
        ("那个，稳盈1号起购多少", []),
        ("到期之前能取吗", []),
        ("他行转账要钱吗", []),
        ("其他的呢", []),
        ("其中R2的", []),
        ("第三方支付", []),
        ("网上所有的", []),
        ("上个月", []),
    ],
)
def test_pointing_words_are_found(text: str, found: list[tuple[str, str]]) -> None:
    assert [(p.kind.value, text[p.start : p.end]) for p in pointers(text)] == found


def test_places_say_which() -> None:
    (place,) = pointers("倒数第二个")
    assert (place.kind, place.place) == (Pointing.PLACES, -2)
    (few,) = pointers("后两款")
    assert few.last == 2


@pytest.mark.parametrize(
    ("text", "wrong"),
    [("不是年费，是免息期", True), ("不是R3,我要R2", True), ("不是本行的卡也能用吗", False), ("是不是R2", False)],
)
def test_what_is_taken_back_is_heard(text: str, wrong: bool) -> None:
    assert takes_back(text) is wrong


CHOICES = tuple(
    Choice(name, Query(Ask.VALUE, (Entity(name, name),), predicates=("限额",)))
    for name in ("ATM转账", "同行转账", "手机号转账")
)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("同行转账", "同行转账"),
        ("同行的", "同行转账"),
        ("就手机号那个吧", "手机号转账"),
        ("第一个", "ATM转账"),
        ("3", "手机号转账"),
        ("最后一个", "手机号转账"),
        ("都要", "ATM转账、同行转账、手机号转账"),
        ("转账", ""),
        ("第五个", ""),
        ("稳盈1号起购多少", ""),
    ],
)
def test_a_choice_is_taken_by_name_part_place_or_all(text: str, label: str) -> None:
    taken = chosen(text, Memory(pending=CHOICES))
    assert (taken.label if taken else "") == label


@pytest.mark.parametrize("asked", ["大额存单那个起存金额", "大额存单它那个起存金额"])
def test_fillers_behind_a_class_do_not_mean_the_list_before(asked: str) -> None:
    reply = demo_bank().talk("有哪些理财产品", asked)[-1]
    assert reply.outcome is Outcome.ANSWERED
    assert {f.predicate for f in reply.facts} == {"起存金额"}
    assert all("大额存单" in f.subject_name for f in reply.facts)


def test_places_told_by_words_that_reach_back_are_one_thing() -> None:
    replies = demo_bank().talk("有哪些信用卡", "云杉白金信用卡的年费", "刚才第一张的年费")
    assert len({f.subject_name for f in replies[-1].facts}) == 1
    assert replies[-1].facts[0].subject_name != "云杉白金信用卡"


def test_a_correction_stays_with_what_is_talked_about() -> None:
    replies = demo_bank().talk("云杉装修贷的贷款额度", "不是额度，是期限")
    assert {f.subject_name for f in replies[-1].facts} <= {"云杉装修贷"}
