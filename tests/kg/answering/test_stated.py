"""A year that no fact is of is known without looking at the facts, where their literals are at hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from kg.answering.resolve import View
from kg.answering.sets import member_ids, ordered_ids
from kg.answering.stated import none_of_the_time
from kg.delta import Delta
from kg.facts import Fact
from kg.lexicon.build import build
from kg.lexicon.carry import carry
from kg.lexicon.lexicon import Lexicon
from kg.query import Ask, Constraint, Entity, Order, Period, Query
from kg.values import Op
from tests.support.facts import fact, member, money, on, text
from tests.support.memory import MemorySnapshot

FIRMS = ("云山", "白石", "青屿")
SALES = tuple(
    fact(firm, "营业收入", money(100 * place + year), on("年度", text(f"{year}年")))
    for place, firm in enumerate(FIRMS)
    for year in (2020, 2021)
)
FACTS = (*(member(firm, "公司") for firm in FIRMS), *SALES)
UNDATED = fact("云山", "营业收入", money(7))
OF = Entity("公司", "公司")


def view(facts: tuple[Fact, ...], folder: Path, year: int, many: int = 1) -> View:
    """The facts asked about one year."""
    build(MemorySnapshot(facts), folder, many=many)
    period = Period(date(year, 1, 1), date(year, 12, 31), f"{year}年")
    return View(MemorySnapshot(facts), Lexicon.open(folder), date(2026, 11, 20), period)


@pytest.mark.parametrize(
    ("facts", "year", "many", "none"),
    [
        (FACTS, 2035, 1, True),
        (FACTS, 2021, 1, False),
        ((*FACTS, UNDATED), 2035, 1, False),
        (FACTS, 2035, 100, False),
        ((*FACTS[:3], UNDATED), 2035, 1, False),
    ],
)
def test_none_of_the_time(facts: tuple[Fact, ...], year: int, many: int, none: bool, tmp_path: Path) -> None:
    assert none_of_the_time("营业收入", view(facts, tmp_path / "lexicon", year, many)) is none


def test_a_fact_without_a_time_that_came_later_counts(tmp_path: Path) -> None:
    seen = view(FACTS, tmp_path / "1", 2035)
    carry(tmp_path / "1", tmp_path / "2", 2, Delta(1, added=(UNDATED,)))
    later = View(MemorySnapshot((*FACTS, UNDATED)), Lexicon.open(tmp_path / "2"), seen.today, seen.period)
    assert not none_of_the_time("营业收入", later)


ASKED: tuple[Callable[[View], list[str]], ...] = (
    lambda v: ordered_ids(FIRMS, Order("营业收入", descending=True), Query(Ask.BEST, cls=OF), v),
    lambda v: member_ids(Query(Ask.LIST, cls=OF, constraints=(Constraint("营业收入", Op.GE, money(1)),)), v),
)


@pytest.mark.parametrize("ask", ASKED)
def test_who_asks_for_such_a_year_is_answered_without_facts(
    ask: Callable[[View], list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = view(FACTS, tmp_path / "lexicon", 2035)
    monkeypatch.setattr(MemorySnapshot, "facts_of", None)
    assert ask(asked) == []


@pytest.mark.parametrize("ask", ASKED)
def test_a_year_that_is_there_is_answered_from_its_facts(ask: Callable[[View], list[str]], tmp_path: Path) -> None:
    assert set(ask(view(FACTS, tmp_path / "lexicon", 2020))) == set(FIRMS)
