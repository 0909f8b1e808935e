"""What a thing does not have in the case, for the time or under the term asked: said to be unknown, not answered."""

from __future__ import annotations

import pytest

from kg.answer import Outcome
from tests.support.demo import Bank


@pytest.mark.parametrize(
    "text",
    [
        "英镑定期存款年利率是多少",
        "瑞士法郎存定期利率多少",
        "韩元活期利率",
        "云杉存单质押贷三套的首付",
        "二手房安居贷四套首付比例多少",
        "数字人民币六类钱包一天能付多少",
        "超大号保管箱押金多少",
        "云麓均衡混合E申购费率",
        "红利进取的夏普比率是多少",
        "云杉银行不良率多少",
        "澄海可转债2018年近一年收益率",
        "七类户年累计限额",
        "装修贷批核率高不高",
        "学子卡激活率有多少",
        "诚税贷坏账率",
        "乐享3号上周净值多少",
        "澄海优选混合净值是多少",
        "有哪些又灵活又保险的理财",
        "收益最稳当的理财是哪个",
    ],
)
def test_what_the_graph_lacks_is_not_answered(bank: Bank, text: str) -> None:
    assert bank.reply(text).outcome is not Outcome.ANSWERED


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("人民币定期存款三年利率", "1.25%"),
        ("美元定期存款半年的年利率", "2.10%"),
        ("数字人民币三类钱包余额上限", "2万元"),
        ("大号保管箱押金", "1000元"),
        ("云麓均衡混合C申购费率", "0%"),
        ("二手房安居贷二套首付比例", "首付比例"),
        ("网银U盾有效期多久", "年"),
        ("私行卡柜台一天取现上限", "万元"),
        ("红利进取的赎回费率", "%"),
        ("日日盈七日年化多少", "1.33%"),
        ("百万医疗等待期", "禾安百万医疗险"),
        ("积存金最少买多少", "云杉积存金"),
    ],
)
def test_what_it_has_still_is(bank: Bank, text: str, shown: str) -> None:
    reply = bank.reply(text)
    assert reply.outcome is Outcome.ANSWERED
    assert shown in reply.message.plain()
