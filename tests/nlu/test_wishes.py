"""Wishes about offers in many wordings: direction, kinds, channels, what was just offered."""

from __future__ import annotations

import pytest

from nlu.wishes import about_profiling, asks_to_delete, asks_why_not, wishes_in
from tests.support.demo import Bank

ALL_OFF, ALL_ON = (False, (), (), False), (True, (), (), False)


def off(*kinds: str) -> tuple[object, ...]:
    return (False, kinds, (), False)


def on(*kinds: str) -> tuple[object, ...]:
    return (True, kinds, (), False)


@pytest.mark.parametrize(
    ("text", "wishes"),
    [
        ("别再推荐了", [ALL_OFF]),
        ("不要给我推销", [ALL_OFF]),
        ("退订", [ALL_OFF]),
        ("烦不烦啊，天天推这些", [ALL_OFF]),
        ("恢复推荐", [ALL_ON]),
        ("可以继续给我推荐了", [ALL_ON]),
        ("取消免打扰", [ALL_ON]),
        ("重新打开推荐", [ALL_ON]),
        ("可以推荐基金但别推保险", [on("基金"), off("保险")]),
        ("基金可以推，保险就算了", [on("基金"), off("保险")]),
        ("别再给我推荐信用卡了，贷款也不要", [off("信用卡"), off("贷款")]),
        ("以后别跟我说理财", [off("理财产品")]),
        ("我对保险没兴趣", [off("保险")]),
        ("稳盈1号别再推给我了", [off("稳盈1号")]),
        ("只推基金", [ALL_OFF, on("基金")]),
        ("除了存款，别的都别给我推荐", [ALL_OFF, on("存款产品")]),
        ("保险之外的都可以推荐", [ALL_ON, off("保险")]),
        ("别发短信了", [(False, (), ("sms",), False)]),
        ("不想再收到你们的短信和电话", [(False, (), ("sms", "phone"), False)]),
        ("短信可以发，电话别打", [(True, (), ("sms",), False), (False, (), ("phone",), False)]),
        ("不要再用微信给我发广告", [(False, (), ("wechat",), False)]),
        ("不感兴趣", [(False, (), (), True)]),
        ("这个我不感兴趣", [(False, (), (), True)]),
        ("那款别再提了", [(False, (), (), True)]),
        ("稳盈1号的起购金额是多少", []),
    ],
)
def test_what_is_wished(bank: Bank, text: str, wishes: list[tuple[object, ...]]) -> None:
    found = [(w.allow, tuple(n for _, n in w.kinds), w.channels, w.this) for w in wishes_in(text, bank.lexicon)]
    assert found == wishes


@pytest.mark.parametrize(
    ("text", "yes"),
    [
        ("为什么不推荐那款高收益的", True),
        ("怎么不给我推乐享1号", True),
        ("为什么推荐给我", False),
        ("推荐的理由", False),
    ],
)
def test_why_not_is_told_from_why(text: str, yes: bool) -> None:
    assert asks_why_not(text) is yes


def test_profiling_and_deleting_are_told_apart() -> None:
    assert about_profiling("关掉个性化推荐") and not about_profiling("别推荐了")
    assert asks_to_delete("把我的数据删了") and not asks_to_delete("我的数据有哪些")
