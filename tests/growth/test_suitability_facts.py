"""The rules of suitability are facts of the graph: changed like any fact, and nothing goes out where they are torn."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from customer.suitability import AgeRule, SuitabilityRules, Unsuitable, unsuitable
from growth.catalogue import read_catalogue
from growth.decision import decide
from growth.reasons import Reason
from growth.suitability_facts import read_names, suitability_rules
from growth.telling import reason_in_words
from kg.answering.resolve import View
from kg.facts import Fact
from kg.values import Kind, Op, Value
from tests.support.cases import plain_case
from tests.support.demo import TODAY, Bank
from tests.support.facts import fact, on, text
from tests.support.memory import MemorySnapshot
from tests.support.offers import OFFERS

NAMES = read_names(OFFERS / "suitability.yml")
LATER = date(2027, 3, 1)


def snapshot(bank: Bank, change: Callable[[Iterable[Fact]], Iterable[Fact]]) -> MemorySnapshot:
    return replace(bank.snapshot, facts=tuple(change(bank.snapshot.facts)))


def without(predicate: str) -> Callable[[Iterable[Fact]], Iterable[Fact]]:
    return lambda facts: (f for f in facts if f.predicate != predicate)


def rules(bank: Bank, change: Callable[[Iterable[Fact]], Iterable[Fact]] = iter, day: date = TODAY) -> SuitabilityRules:
    return suitability_rules(NAMES, View(snapshot(bank, change), bank.lexicon, day))


def level_of(rating: str, customer: str, since: date | None = None) -> Fact:
    case = on(NAMES.level, Value(customer, Kind.LEVEL, Decimal(customer[1:])))
    return fact(NAMES.thing, NAMES.highest, text(rating), case, since=since)


def test_the_demo_says_them_whole_and_with_their_source(bank: Bank) -> None:
    found = rules(bank)
    assert found.whole and found.highest == {n: n for n in range(1, 6)}
    assert (found.valid_days, found.adult) == (365, 18)
    assert found.rated == {bank.id_of(n) for n in ("理财产品", "基金", "贵金属", "结构性存款", "国债")}
    assert set(found.ages) == {AgeRule(65, risk=3), AgeRule(75, risk=2), AgeRule(75, months=36)}
    assert "适当性管理细则" in found.source


def test_a_rule_changes_with_its_fact_and_from_its_day(bank: Bank) -> None:
    def stricter(facts: Iterable[Fact]) -> Iterable[Fact]:
        yield from facts
        yield level_of("R2", "C3", since=LATER)

    assert rules(bank, stricter).highest[3] == 3
    assert rules(bank, stricter, LATER).highest[3] == 2, "of two that hold the stricter one counts"


@pytest.mark.parametrize(
    "change",
    [
        *(without(p) for p in (NAMES.highest, NAMES.rated, NAMES.valid, NAMES.adult)),
        lambda facts: [*facts, level_of("很高", "C3")],
        lambda facts: [*facts, level_of("R3", "C9")],
        lambda facts: [*facts, fact(NAMES.thing, NAMES.highest, text("R3"))],
        lambda facts: [
            *facts,
            fact(
                NAMES.thing,
                NAMES.highest,
                text("R1"),
                on(NAMES.age, Value("80岁", Kind.AGE, Decimal(80)), Op.LE),
            ),
        ],
    ],
)
def test_rules_that_are_torn_let_nothing_through(
    bank: Bank, change: Callable[[Iterable[Fact]], Iterable[Fact]]
) -> None:
    torn = rules(bank, change)
    case = plain_case()
    assert not torn.whole
    for product in case.products.values():
        assert unsuitable(product.rated, (), 40, TODAY, torn) is Unsuitable.NO_RULES
    made = decide(replace(case, suitability=torn))
    assert not made.offer and Reason.NO_RULES in {s.reason for s in made.steps}


def test_a_graph_of_something_else_lets_nothing_through_and_breaks_nothing(bank: Bank) -> None:
    nothing = snapshot(bank, lambda facts: (f for f in facts if f.subject_name != NAMES.thing))
    assert not read_catalogue(OFFERS, nothing, bank.lexicon, TODAY).suitability.whole


def test_the_reason_names_the_document(bank: Bank) -> None:
    case = plain_case()
    told = decide(replace(case, suitability=replace(rules(bank), highest=dict.fromkeys(range(1, 6), 1))))
    [step] = [s for s in told.steps if s.reason is Reason.RISK_TOO_HIGH][:1]
    assert reason_in_words(step).endswith("（依据云杉银行产品适当性管理细则（2026年版））")
