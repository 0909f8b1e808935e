"""Which names a text mentions, over the demo bank and over a graph of homonyms."""

from __future__ import annotations

import pytest

from kg.lexicon.linker import link
from tests.support.demo import Bank, bank_of
from tests.support.facts import fact, member, subclass, text
from tests.support.memory import MemorySnapshot


def linked(bank: Bank, words: str) -> list[tuple[str, str, str]]:
    """(surface, name of the best candidate, how) of every mention."""
    return [(m.surface, m.best.name, m.how) for m in link(words, bank.lexicon)]


@pytest.mark.parametrize(
    ("words", "surface", "name", "how"),
    [
        pytest.param("稳盈1号起购金额", "稳盈1号", "稳盈1号", "exact", id="exact"),
        pytest.param("稳盈１号期限", "稳盈１号", "稳盈1号", "exact", id="full width"),
        pytest.param("稳 盈 1 号", "稳 盈 1 号", "稳盈1号", "exact", id="blanks"),
        pytest.param("穩盈1號的風險等級", "穩盈1號", "稳盈1号", "exact", id="traditional"),
        pytest.param("白金信用卡年费", "白金信用卡", "云杉白金信用卡", "alias", id="alias"),
        pytest.param("稳赢一号收益", "稳赢一号", "稳盈1号", "homophone", id="homophone with a Chinese numeral"),
        pytest.param("文盈1号多少钱", "文盈1号", "稳盈1号", "homophone", id="homophone wen/wen"),
        pytest.param("薪易带额度", "薪易带", "云杉薪易贷", "homophone", id="homophone of an alias"),
        pytest.param("wenying1hao起购", "wenying1hao", "稳盈1号", "pinyin", id="pinyin"),
        pytest.param("WENYING1HAO起购", "WENYING1HAO", "稳盈1号", "pinyin", id="pinyin in capitals"),
        pytest.param("wy1h", "wy1h", "稳盈1号", "initials", id="initials"),
        pytest.param(
            "三年期大额存单利率", "三年期大额存单", "三年期大额存单", "exact", id="longest name, not its parts"
        ),
        pytest.param(
            "存款保险条例有几条", "存款保险条例", "存款保险条例", "exact", id="law, not the matter in its name"
        ),
    ],
)
def test_a_name_is_found_as_people_write_it(bank: Bank, words: str, surface: str, name: str, how: str) -> None:
    assert linked(bank, words)[0] == (surface, name, how)


def test_chinese_numerals_in_a_name_stand_for_arabic_ones(bank: Bank) -> None:
    ((surface, name, _),) = linked(bank, "稳盈一号")
    assert (surface, name) == ("稳盈一号", "稳盈1号")


@pytest.mark.parametrize(
    "words",
    [
        "稳盈88号起购",
        "稳盈11号",
        "稳盈81号",
        "稳盈八十八号",
        "稳盈八八号",
        "稳盈二十号",
        "文盈88号",
        "wenying88hao",
        "安心盈15天",
    ],
)
def test_a_number_in_a_name_is_never_guessed(bank: Bank, words: str) -> None:
    assert linked(bank, words) == []


def test_a_figure_behind_a_short_form_may_be_something_else(bank: Bank) -> None:
    assert linked(bank, "安心盈5万能买吗") == [("安心盈", "安心盈7天", "alias")]


@pytest.mark.parametrize(
    "words", ["今天天气怎么样", "我想问一下这个东西", "哈哈哈哈", "", "。。。", "😀😀", "123456", "abc"]
)
def test_ordinary_words_are_no_misspelt_names(bank: Bank, words: str) -> None:
    assert linked(bank, words) == []


def test_several_names_keep_their_order_and_do_not_overlap(bank: Bank) -> None:
    mentions = link("优职贷和薪易贷哪个好", bank.lexicon)
    assert [m.best.name for m in mentions] == ["云杉优职贷", "云杉薪易贷"]
    assert mentions[0].end <= mentions[1].start


def test_spans_are_those_of_the_original_text(bank: Bank) -> None:
    words = "请问 穩 盈１號 的期限"
    (mention, *_) = link(words, bank.lexicon)
    assert words[mention.start : mention.end] == mention.surface == "穩 盈１號"


@pytest.fixture(scope="module")
def homonyms() -> Bank:
    """Two people of one name, a class, and a long name with a short one inside."""
    facts = (
        subclass("基金经理", "人物"),
        member("p1", "基金经理"),
        member("p2", "基金经理"),
        fact("p1", "别名", text("王海燕")),
        fact("p2", "别名", text("王海燕")),
        member("星河贷", "贷款"),
        member("星河贷款中心", "机构"),
        member("朗润蓝鲸盈", "产品"),
        member("朗润白鲸盈", "产品"),
    )
    return bank_of(MemorySnapshot(facts))


def test_same_names_are_all_candidates(homonyms: Bank) -> None:
    (mention,) = link("王海燕管什么", homonyms.lexicon)
    assert {c.id for c in mention.candidates} == {"p1", "p2"}


def test_the_longest_reading_wins(homonyms: Bank) -> None:
    assert linked(homonyms, "星河贷款中心在哪") == [("星河贷款中心", "星河贷款中心", "exact")]


def test_two_names_equally_near_are_both_candidates(homonyms: Bank) -> None:
    (mention,) = link("朗润灰鲸盈", homonyms.lexicon)
    assert mention.how == "typo"
    assert {c.name for c in mention.candidates} == {"朗润蓝鲸盈", "朗润白鲸盈"}


def test_a_misspelling_is_found_and_said(homonyms: Bank) -> None:
    (mention,) = link("朗润蓝鲸赢盈", homonyms.lexicon)
    assert (mention.best.name, mention.exact) == ("朗润蓝鲸盈", False)


def test_covered_places_are_not_searched_for_misspellings(homonyms: Bank) -> None:
    words = "朗润蓝京盈"
    assert link(words, homonyms.lexicon) != []
    assert link(words, homonyms.lexicon, covered=[(0, len(words))]) == []


@pytest.fixture(scope="module")
def cut_short() -> Bank:
    """Things that are called by less than their names, or otherwise."""
    names = ("临州猎隼足球俱乐部", "栖霞医学院附属第二医院", "埃德加·冯·霍恩", "糖(小说)", "烛衡")
    called = (fact(names[1], "简称", text("栖医二院")), fact(names[4], "别名", text("照夜君、衡山老母")))
    facts = (*(fact(name, "性质", text("甲")) for name in names), *called)
    return bank_of(MemorySnapshot(facts))


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("临州猎隼的主场在哪", "临州猎隼足球俱乐部"),
        ("霍恩是哪国人", "埃德加·冯·霍恩"),
        ("埃德加冯霍恩是哪国人", "埃德加·冯·霍恩"),
        ("栖医二院在哪", "栖霞医学院附属第二医院"),
        ("《糖》是谁写的", "糖(小说)"),
        ("小说糖是谁写的", "糖(小说)"),
        ("照夜君是谁", "烛衡"),
    ],
)
def test_a_name_is_found_by_its_part_or_another_name(cut_short: Bank, words: str, name: str) -> None:
    assert [m.best.name for m in link(words, cut_short.lexicon)] == [name]


@pytest.mark.parametrize("words", ["栖霞医学院附属第三医院在哪", "糖是什么味道", "猎隼吃什么"])
def test_what_goes_on_otherwise_is_another_name(cut_short: Bank, words: str) -> None:
    assert link(words, cut_short.lexicon) == []
