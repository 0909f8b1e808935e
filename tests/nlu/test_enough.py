"""Whether an amount is enough, wherever it stands in the question."""

from __future__ import annotations

import pytest

from kg.answer import Outcome
from tests.support.demo import Bank


@pytest.mark.parametrize(
    ("text", "opening"),
    [
        ("八万买稳盈5号够不够", "是"),
        ("8万够买稳盈5号吗", "是"),
        ("三百万够尊享大额存单的门槛吗", "是"),
        ("三万买稳盈5号够不够", "不是"),
        ("80万够尊享大额存单的起存金额吗", "不是"),
        ("稳盈1号的起购金额是1万元吗", "是"),
    ],
)
def test_an_amount_is_held_against_the_least_that_is_wanted(bank: Bank, text: str, opening: str) -> None:
    reply = bank.reply(text)
    assert reply.outcome is Outcome.ANSWERED
    assert reply.message.plain().startswith(opening)
