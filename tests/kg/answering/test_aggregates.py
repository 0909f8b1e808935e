"""Sums, means, shares and histories over the demo bank, against figures worked out from the facts themselves."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kg.answer import Outcome
from kg.query import Ask
from tests.support.demo import TODAY, Bank


def figures(bank: Bank, cls: str, predicate: str) -> list[Decimal]:
    """The figures of the day of all direct members of a class."""
    members = {i for i, _ in bank.snapshot.members([bank.id_of(cls)], 1000)}
    held = (f for f in bank.snapshot.facts if f.subject_id in members and f.predicate == predicate)
    return [f.value.number for f in held if f.holds_on(TODAY) and f.value is not None and f.value.number is not None]


def test_a_mean_is_that_of_the_facts(bank: Bank) -> None:
    reply = bank.reply("旗舰网点平均有几台ATM")
    found = figures(bank, "旗舰网点", "ATM台数")
    mean = (sum(found, Decimal(0)) / len(found)).quantize(Decimal("0.01"))
    assert reply.query is not None and reply.query.ask is Ask.AVERAGE
    assert f"平均{mean.normalize():f}台" in reply.message.text and f"{len(found)}个" in reply.message.text


def test_a_sum_is_that_of_the_facts(bank: Bank) -> None:
    reply = bank.reply("旗舰网点ATM加起来多少台")
    assert f"合计{sum(figures(bank, '旗舰网点', 'ATM台数'))}台" in reply.message.text


def test_a_share_of_all_members(bank: Bank) -> None:
    text = bank.reply("R1的理财占几成").message.text
    assert "共42个" in text and "6个" in text and "14.29%" in text


def test_rates_are_not_added_up(bank: Bank) -> None:
    reply = bank.reply("理财产品的管理费率加起来多少")
    assert reply.query is None or reply.query.ask is not Ask.SUM or reply.outcome is Outcome.UNANSWERABLE


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("白金卡年费什么时候涨的", ["2027-01-01", "600元", "680元"]),
        ("三年期整存整取利率什么时候降的", ["2026-05-15", "1.30%", "1.25%"]),
    ],
)
def test_when_it_last_changed(bank: Bank, text: str, said: list[str]) -> None:
    reply = bank.reply(text)
    assert reply.query is not None and reply.query.ask is Ask.HISTORY
    assert [word for word in said if word not in reply.message.text] == []


def test_how_it_changed_is_a_table_in_order_of_time(bank: Bank) -> None:
    table = bank.reply("三年期整存整取利率怎么变的").message.table
    assert table is not None
    assert [row[-1] for row in table.rows][-3:] == ["1.30%", "1.25%", "1.20%"]
    assert [row[0] for row in table.rows] == sorted(row[0] for row in table.rows)
