"""Whole messages typed in pinyin, and what is none."""

from __future__ import annotations

import pytest

from nlu.typed_pinyin import in_chinese
from tests.support.demo import Bank


@pytest.mark.parametrize(
    ("typed", "chinese"),
    [
        ("wo xiang zhidao wenyingsanhao de qixian", "我想知道稳盈3号的期限"),
        ("ririying de fengxian dengji？", "日日盈的风险等级"),
        ("wen ying 8 hao fengxian dengji", "稳盈8号风险等级"),
        ("xinyongka nianfei", "信用卡年费"),
    ],
)
def test_pinyin_is_read_as_names_attributes_and_questions(bank: Bank, typed: str, chinese: str) -> None:
    read = in_chinese(typed, bank.lexicon)
    assert read is not None
    assert read.text == chinese
    assert {a.read_as for a in read.read_as} <= set(bank.lexicon.names) | set(bank.lexicon.predicates)


@pytest.mark.parametrize(
    "text",
    [
        "how are you",
        "what is the interest rate",
        "稳盈1号的期限",
        "wenying1hao的期限",
        "123456",
        "",
        "LPR?",
        "haha heihei",
    ],
)
def test_other_languages_and_chinese_are_left_alone(bank: Bank, text: str) -> None:
    assert in_chinese(text, bank.lexicon) is None


def test_what_was_read_is_said(bank: Bank) -> None:
    reply = bank.reply("lexiangyihao de tuoguanren shi shei")
    (fact,) = reply.facts
    assert (fact.subject_name, fact.predicate) == ("乐享1号", "托管人")
    assert "按拼音匹配为“乐享1号”" in reply.message.plain()
