"""Names, terms, lists and amounts in the words of customers, and what must not be answered: on the demo bank."""

from __future__ import annotations

import pytest

from kg.answer import Outcome
from tests.support.demo import demo_bank


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("云鹿货币A万份收益", "云麓货币A的每万份收益"),
        ("程海红利指数的基金代码", "870504"),
        ("禾川回报混合股票仓位", "鹤川回报混合的股票仓位"),
        ("云杉亲子卡介绍一下", "云杉亲子信用卡"),
        ("FOF是what", "FOF："),
        ("啥子叫贴现嘛", "贴现："),
        ("老说破净是咋回事", "破净："),
        ("你们总部在哪", "云杉银行的总部所在地"),
        ("短信通知收费吗", "动账短信提醒的收费标准"),
    ],
)
def test_other_words_for_one_thing(text: str, said: str) -> None:
    assert said in demo_bank().reply(text).message.plain()


@pytest.mark.parametrize(
    ("text", "members", "strangers"),
    [
        ("鹤川旗下的基金有哪些", ["鹤川量化选股", "鹤川现金货币"], ["云麓货币A"]),
        ("澄海的、风险R3及以上的基金", ["澄海优选混合", "澄海可转债"], ["鹤川量化选股", "澄海天天货币"]),
        ("林知远管什么基金", ["云麓均衡混合A", "云麓沪深300指数C"], ["云麓消费股票"]),
        ("手机银行能买、R2、三个月以内的固收理财", ["稳盈30天", "新客盈"], ["私享1号"]),
    ],
)
def test_conditions_said_in_other_ways(text: str, members: list[str], strangers: list[str]) -> None:
    made = demo_bank().reply(text)
    subjects = {f.subject_name for f in made.facts}
    assert set(members) <= subjects
    assert not set(strangers) & subjects


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("近三年收益前3的基金", ["澄海红利指数", "鹤川量化选股", "鹤川先进制造股票"]),
        ("七日年化前两名的现金管理理财", ["安心盈7天", "稳盈天天"]),
        ("哪只基金这一年涨得最猛", ["鹤川创业板指数"]),
    ],
)
def test_the_first_of_an_order(text: str, first: list[str]) -> None:
    made = demo_bank().reply(text)
    assert list(dict.fromkeys(f.subject_name for f in made.facts))[: len(first)] == first


@pytest.mark.parametrize("text", ["云麓货币B没500万买得了吗", "没有500万能买云麓货币B吗"])
def test_who_has_less_is_not_told_that_it_is_enough(text: str) -> None:
    assert demo_bank().reply(text).message.plain().startswith("不")


@pytest.mark.parametrize(
    "text",
    [
        "信用卡逾期一天会上征信吗",
        "松岭银行有几家网点",
        "吃货卡每周几打五折",
        "云杉翡翠红利指数的基金代码",
        "R3是什么意思",
    ],
)
def test_what_is_left_unheard_is_not_answered(text: str) -> None:
    assert demo_bank().reply(text).outcome is not Outcome.ANSWERED
