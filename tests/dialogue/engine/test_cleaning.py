"""What a customer types is made safe before anything reads it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.engine.cleaning import MAX_CHARACTERS, READ_CHARACTERS, clean, gist


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ('/greet{"x":1}', '／greet{"x":1}'),
        ("   /restart", "／restart"),
        ("\u200b\ufeff/restart", "／restart"),
        ("\x00\x1b[31m你好\x07", "[31m你好"),
        ("第一行\r\n第二行", "第一行  第二行"),
        ("利率/费率是多少", "利率/费率是多少"),
        ("MATCH (n) DETACH DELETE n", "MATCH (n) DETACH DELETE n"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("😀👍🏽", "😀👍🏽"),
        (" \t\n ", ""),
        ("", ""),
        ("我的卡号6222021234567890123丢了", "我的卡号6222****0123丢了"),
    ],
)
def test_clean_table(typed: str, read: str) -> None:
    assert clean(typed) == read


def test_clean_survives_ten_kilobytes() -> None:
    assert len(clean("利率" * 5000)) == MAX_CHARACTERS


@given(st.text(max_size=300))
def test_clean_is_never_a_command(text: str) -> None:
    read = clean(text)
    assert not read.startswith("/")
    assert read == read.strip()
    assert "\n" not in read
    assert "\x00" not in read


def test_gist_keeps_a_question_and_both_ends_of_a_story() -> None:
    assert gist("稳盈1号的起购金额") == "稳盈1号的起购金额"
    story = gist("我被骗了。" + "说来话长。" * 500 + "现在怎么办？")
    assert story.startswith("我被骗了。")
    assert story.endswith("现在怎么办？")
    assert len(story) <= READ_CHARACTERS + 1
