"""Offers beside answers: for whom, for whom not, and how a word silences them."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.answer import Outcome
from tests.support.demo import Bank
from tests.support.offers import Counter, customer_of


@pytest.fixture
def counter(bank: Bank, tmp_path: Path) -> Counter:
    return Counter(bank, tmp_path, customer_of("c2"), customer_of("c3", "C3"), customer_of("none", None))


def test_an_offer_stands_beside_the_answer_and_leaves_it_as_it_was(counter: Counter) -> None:
    plain = counter.ask("稳盈2号的起购金额是多少")
    offered = counter.ask("稳盈2号的起购金额是多少", "c2")
    assert plain.message.offer is None
    assert offered.message.offer is not None
    assert offered.message.text == plain.message.text
    assert "产品有风险" in offered.message.offer.notice
    assert [c.label for c in offered.message.offer.choices] == ["为什么推荐给我", "不感兴趣", "别再推荐", "了解一下"]
    assert counter.ask("它的风险等级呢", "c2").message.offer is None, "one a day"


def test_a_cautious_customer_gets_his_answer_and_no_riskier_offer(counter: Counter, bank: Bank) -> None:
    out = counter.ask("乐享1号的业绩比较基准是多少", "c2")
    assert out.outcome is Outcome.ANSWERED and "乐享1号" in out.message.text
    if out.message.offer is not None:
        assert "乐享1号" not in out.message.offer.text


def test_no_more_offers_silences_every_channel_at_once(counter: Counter) -> None:
    receipt = counter.ask("别再推荐了", "c2", "opt_out")
    assert receipt.outcome is Outcome.DONE and "不再向您推荐" in receipt.message.text
    assert counter.ask("稳盈2号的起购金额是多少", "c2").message.offer is None
    assert counter.ask("稳盈2号的起购金额是多少", "c2", session="elsewhere", channel="wechat").message.offer is None
    counter.ask("恢复推荐", "c2", "opt_out")
    assert counter.ask("稳盈2号的起购金额是多少", "c2").message.offer is not None
