"""Misspelt attributes and question words on the demo bank."""

from __future__ import annotations

import pytest

from nlu.analysing import analyse
from nlu.misspelt import corrected
from tests.support.demo import TODAY, demo_bank


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("云麓短债A申够费多少", "云麓短债A申购费多少"),
        ("申购澄海纯债授续费多少", "申购澄海纯债手续费多少"),
        ("白金卡年废", "白金卡年费"),
        ("稳盈1号期购金额", "稳盈1号起购金额"),
        ("稳盈1号的管里费", "稳盈1号的管理费"),
        ("什么是业积比较基准", "什么是业绩比较基准"),
        ("诚税贷能借多旧", "诚税贷能借多久"),
        ("我今年48随可以买青禾守护重疾险吗", "我今年48岁可以买青禾守护重疾险吗"),
        ("可以买稳盈5号马", "可以买稳盈5号吗"),
    ],
)
def test_what_sounds_like_a_word_is_read_as_it(written: str, meant: str) -> None:
    bank = demo_bank()
    assert corrected(analyse(written, bank.lexicon, TODAY), bank.lexicon, TODAY).text == meant


@pytest.mark.parametrize(
    "text",
    [
        "白金卡年费多少",
        "林知远的手机号",
        "帮我查一下彩票中奖号码",
        "存款保险条例一共多少字",
        "打电话给我妈",
        "U盾是干啥使的",
        "金卡分期各期费率",
        "雪松路支行面积多大",
        "58岁能存长辈存吗",
        "保管箱特大号一年多少",
    ],
)
def test_ordinary_words_stay(text: str) -> None:
    bank = demo_bank()
    assert corrected(analyse(text, bank.lexicon, TODAY), bank.lexicon, TODAY).text == text


def test_the_reading_is_said() -> None:
    reply = demo_bank().reply("白金卡年废多少")
    assert "年废" in reply.message.plain()
    assert "年费：600元" in reply.message.plain()
