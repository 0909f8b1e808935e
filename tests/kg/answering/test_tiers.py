"""Steps of a rate: which one a figure on a shared border falls into."""

from __future__ import annotations

import pytest

from kg.answering.tiers import on_step
from kg.facts import Fact
from kg.ontology import Ontology
from kg.qualifiers import parse_qualifiers
from kg.value_parser import guess_value

LOAN = ("期限≤1年", "期限=1年-2年", "期限=2年-3年")
DEPOSIT = ("持有期限<3个月", "持有期限=3个月-6个月", "持有期限=6个月-12个月", "持有期限≥12个月")
FUND = ("金额<100万元", "金额=100万元-500万元", "金额≥500万元")
PLAIN = ("期限=1年", "期限=3年")


@pytest.mark.parametrize(
    ("table", "name", "asked", "step"),
    [
        (LOAN, "期限", "1年", "期限≤1年"),
        (LOAN, "期限", "18个月", "期限=1年-2年"),
        (LOAN, "期限", "2年", "期限=1年-2年"),
        (LOAN, "期限", "3年", "期限=2年-3年"),
        (DEPOSIT, "持有期限", "3个月", "持有期限=3个月-6个月"),
        (DEPOSIT, "持有期限", "6个月", "持有期限=6个月-12个月"),
        (DEPOSIT, "持有期限", "1年", "持有期限≥12个月"),
        (FUND, "金额", "100万元", "金额=100万元-500万元"),
        (FUND, "金额", "500万元", "金额≥500万元"),
        (FUND, "金额", "99万元", "金额<100万元"),
        (PLAIN, "期限", "36个月", "期限=3年"),
    ],
)
def test_a_border_belongs_to_one_step(table: tuple[str, ...], name: str, asked: str, step: str) -> None:
    facts = [Fact(text, "x", "x", "利率", qualifiers=parse_qualifiers(text, Ontology())) for text in table]
    assert [f.id for f in on_step(facts, name, guess_value(asked))] == [step]


def test_outside_all_steps_there_is_none() -> None:
    facts = [Fact(text, "x", "x", "利率", qualifiers=parse_qualifiers(text, Ontology())) for text in PLAIN]
    assert on_step(facts, "期限", guess_value("2年")) == []
