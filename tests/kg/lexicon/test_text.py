"""Folding for matching, with offsets into the original."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.lexicon.text import cuts_number, digits_as_arabic, fold, latin_keys, sound_key


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("稳盈１号", "稳盈1号"),
        ("穩盈1號", "稳盈1号"),
        ("ＡＴＭ 取款", "atm取款"),
        ("信 用\u3000卡", "信用卡"),
        ("利\u200b率", "利率"),
        ("３．５％", "3.5%"),
        ("Ⅲ类户", "iii类户"),
        ("", ""),
    ],
)
def test_width_case_script_and_blanks_fold(written: str, folded: str) -> None:
    assert fold(written).text == folded


@given(st.text(max_size=40))
def test_every_folded_character_knows_where_it_came_from(written: str) -> None:
    folded = fold(written)
    assert len(folded.origin) == len(folded.text) + 1
    assert list(folded.origin) == sorted(folded.origin)
    for index in range(len(folded.text)):
        start, end = folded.span(index, index + 1)
        assert end == start + 1
        assert folded.text[index] in fold(written[start:end]).text


@given(st.text(alphabet="稳盈穩號号1１ abcＡ的利率", max_size=20))
def test_folding_twice_changes_nothing(written: str) -> None:
    once = fold(written).text
    assert fold(once).text == once


def test_alike_sounds_have_one_key() -> None:
    assert sound_key("稳盈1号") == sound_key("文赢1号")
    assert sound_key("稳盈1号") != sound_key("稳盈2号")


def test_latin_keys_are_what_people_type() -> None:
    assert latin_keys("稳盈1号") == ("wenying1hao", "wy1h")


def test_numerals_become_arabic_character_by_character() -> None:
    assert digits_as_arabic("稳盈一号二期") == "稳盈1号2期"


@pytest.mark.parametrize("number", ["12号", "八十八号", "八八号", "2十号", "二十", "一百"])
def test_a_number_is_not_cut(number: str) -> None:
    assert cuts_number(number, 1)


@pytest.mark.parametrize("words", ["1号", "盈八", "期一年", "1三年", "3万", "号2"])
def test_between_words_and_numbers_is_no_cut(words: str) -> None:
    assert not cuts_number(words, 1)
    assert not cuts_number(words, 0)
    assert not cuts_number(words, len(words))
