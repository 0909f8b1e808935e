"""What is a remark beside a question, and what may be the name of something that is asked about."""

from __future__ import annotations

import pytest

from nlu.analysing import analyse
from nlu.remarks import without_remark
from tests.support.demo import TODAY, demo_bank


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("好高。哪里能买", "哪里能买"),
        ("1.25，好低。最少存多少", "最少存多少"),
        ("难怪这么贵，年费怎么免啊", "年费怎么免啊"),
        ("居然很低！起购多少", "起购多少"),
        ("字真小啊，在哪里能调大", "在哪里能调大"),
    ],
)
def test_what_asks_is_left(text: str, asked: str) -> None:
    assert without_remark(analyse(text, demo_bank().lexicon, TODAY)) == asked


@pytest.mark.parametrize(
    "text",
    [
        "飞天盈真不错，起购多少",  # may be a product of another bank
        "原来是飞天盈啊，起购多少",
        "我想存5万，利率多少",  # what is wanted belongs to the question
        "太行山，门票多少",
        "稳盈1号真不错，起购多少",
        "年费多少",
        "起购多少，几天到账",
        "好的，谢谢",
    ],
)
def test_what_may_be_asked_about_stays(text: str) -> None:
    assert without_remark(analyse(text, demo_bank().lexicon, TODAY)) == ""
