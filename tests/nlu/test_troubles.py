"""Trouble that is spoken of beside a question, and whether it is the speaker's own."""

from __future__ import annotations

import pytest

from customer.model import SignalKind
from nlu.troubles import KINDS, troubles_in


@pytest.mark.parametrize(
    ("text", "kinds", "own"),
    [
        ("我爸去世了，他的存款怎么取出来", ["bereavement"], True),
        ("老伴上个月走了，卡里的钱怎么办", ["bereavement"], True),
        ("亲人过世后存折怎么处理", ["bereavement"], True),
        ("我妈走了一趟网点没办成", [], False),
        ("我的卡不在了", [], False),
        ("信用卡逾期了，最低还款额是多少", ["overdue"], True),
        ("逾期利息怎么算", ["overdue"], False),
        ("如果还不上会怎么样", ["overdue"], False),
        ("刚失业，房贷能缓一缓吗", ["hardship"], False),
        ("我失业了，房贷能缓一缓吗", ["hardship"], True),
        ("我刚给骗子转了钱", ["fraud_fear"], True),
        ("怎么防范电信诈骗", ["fraud_fear"], False),
        ("我得了重病，房贷也还不上了", ["hardship", "overdue"], True),
        ("稳盈1号的起购金额是多少", [], False),
        ("三年定期利率是多少", [], False),
        ("今晚转账马上当天到账吗", [], False),
        ("防癌险和大病保险有什么区别", [], False),
    ],
)
def test_troubles(text: str, kinds: list[str], own: bool) -> None:
    found = troubles_in(text)
    assert [t.kind for t in found] == kinds
    assert any(t.own for t in found) is own


def test_every_kind_has_days_of_service() -> None:
    assert {SignalKind(k) for k in KINDS}
