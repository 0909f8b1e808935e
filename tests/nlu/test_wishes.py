"""Wishes about offers in many wordings: direction, kinds, channels, what was just offered."""

from __future__ import annotations

import pytest

from nlu import intents
from nlu.plain_wishes import may_refuse, plain_wish
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
        ("推荐基金可以保险免谈", [on("基金"), off("保险")]),
        ("基金可以推保险就免了", [on("基金"), off("保险")]),
        ("可以推基金别推保险和贷款", [on("基金"), off("保险", "贷款")]),
        ("短信可以电话免谈", [(True, (), ("sms",), False), (False, (), ("phone",), False)]),
        ("停发短信", [(False, (), ("sms",), False)]),
        ("这个我不要", [(False, (), (), True)]),
        ("不用了，谢谢", [(False, (), (), True)]),
        ("不用推荐了", [ALL_OFF]),
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


REFUSED = [
    "别老给我推",
    "别再给我发那些理财短信",
    "能不能别推荐了",
    "你们天天推销烦死了",
    "麻烦把我从营销名单里去掉",
    "我不需要任何产品推荐",
    "停止一切推销",
    "谢绝推销",
    "请勿推荐",
    "推荐就不必了",
    "少给我推荐这些没用的",
    "不要向我介绍产品",
    "贵金属别给我推",
    "以后电话营销就免了",
    "公众号推送关了吧",
    "关闭产品推荐",
    "把推荐功能关了",
    "我拒绝接收广告信息",
    "取消推荐",
    "别再给我看这种推荐",
    "不想要这些推荐",
    "短信轰炸受不了了",
    "求求你别推荐了",
    "把营销短信给我停了",
    "我只想问问题，不想被推销",
    "推荐基金可以保险免谈",
    "不要再用微信给我发广告",
]
WANTED = ["恢复推荐", "恢复基金推荐", "还是给我推荐吧", "取消免打扰", "重新开启营销短信", "解除屏蔽"]
NEITHER = [
    "为什么不推荐R5的",
    "别的推荐有吗",
    "有没有别的推荐",
    "不推荐我买理财吗",
    "为什么不推荐那款高收益的",
    "怎么没给我推荐基金",
    "不要手续费的卡有哪些",
    "短信提醒怎么开通",
    "关闭短信提醒收费吗",
    "怎么取消自动续存",
    "不用年费的信用卡推荐一下",
    "推荐的产品可以随时取出来吗",
    "取消信用卡需要什么手续",
    "余额变动短信怎么关",
    "你推荐的那款风险高吗",
    "为什么老是推荐这个",
    "给我推荐个理财",
    "推荐一款不用跑网点的存款",
    "不需要抵押的贷款有哪些",
    "收不到短信验证码怎么办",
    "之前说别推荐，现在可以推了",
    "别再推荐了，三年定期利率多少",
    "推荐一款免年费的卡",
    "特别推荐哪款",
    "级别高的推荐有吗",
]


@pytest.mark.parametrize(("texts", "wish"), [(REFUSED, False), (WANTED, True), (NEITHER, None)])
def test_plain_wishes_are_told_from_what_only_looks_like_them(texts: list[str], wish: bool | None) -> None:
    assert [t for t in texts if plain_wish(t) is not wish] == []


def test_a_plain_wish_needs_no_classifier_and_a_misheard_one_does_not_win(bank: Bank) -> None:
    assert bank.understood("关闭产品推荐").intent == intents.OPT_OUT
    assert bank.understood("取消免打扰").intent == intents.OPT_IN
    assert not may_refuse("别的推荐有吗") and may_refuse("只给我推存款就行")
    assert bank.understood("有没有别的推荐", intent=intents.OPT_OUT).intent != intents.OPT_OUT
    assert bank.understood("别再烦我", intent=intents.OPT_OUT).intent == intents.OPT_OUT
