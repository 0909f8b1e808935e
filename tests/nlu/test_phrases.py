"""Words that say what is wanted, wherever a segmenter would cut."""

from __future__ import annotations

import pytest

from nlu.phrases import PhraseBook, default_phrases


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("信用卡有哪些", "list"),
        ("都有什么理财", "list"),
        ("年费最低的", "least"),
        ("收益最高的", "most"),
        ("一共多少款", "count"),
        ("两者有什么区别", "compare"),
        ("什么是复利", "define"),
        ("可以提前支取吗", "yes_no"),
        ("依据是什么", "source"),
        ("除了R3以外", "exclude"),
        ("它的期限", "pronoun"),
        ("这两个哪个好", "pronoun_many"),
        ("还有呢", "more"),
        ("多长时间", "how_long"),
        ("多少钱", "how_much"),
        ("在哪里", "where"),
        ("为什么", "why"),
        ("怎么办", "how"),
        ("我能办吗", "yes_no"),
    ],
)
def test_a_phrase_is_found(text: str, label: str) -> None:
    assert label in {p.label for p in default_phrases().find(text)}


@pytest.mark.parametrize("text", ["除了R3以外的", "除了现金管理类之外"])
def test_a_gap_knows_what_it_leaves_out(text: str) -> None:
    found = [p for p in default_phrases().find(text) if p.label == "exclude" and p.inner]
    assert text[slice(*found[0].inner)] in ("R3", "现金管理类") if found[0].inner else False


def test_offsets_are_those_of_the_text() -> None:
    text = "请问 PK 一下 😀 有哪些"
    for phrase in default_phrases().find(text):
        assert text[phrase.start : phrase.end] == phrase.surface


def test_nothing_is_found_in_nothing() -> None:
    assert default_phrases().find("") == []
    assert PhraseBook({"list": ["有哪些"]}).find("没有") == []


def test_a_book_of_its_own() -> None:
    book = PhraseBook({"wish": ["想要", "要…的"]})
    assert [(p.surface, p.label, p.inner) for p in book.find("要红色的")] == [("要", "wish", (1, 3))]
