"""Literals at hand say what a graph says, as they were built and after changes were worked in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.delta import Delta, NamedEntity
from kg.facts import Fact
from kg.lexicon import literals_kept
from kg.lexicon.amend import amend
from kg.lexicon.build import build
from kg.lexicon.carry import carry
from kg.lexicon.lexicon import Lexicon
from kg.lexicon.literals import Literals
from kg.overlay import Overlay
from kg.query import Constraint
from kg.store.readings import Narrowing, readings
from kg.values import Kind, Op, Value
from tests.support.facts import fact, member, money, on, percent, term, text
from tests.support.memory import MemorySnapshot

DAY = date(2026, 11, 20)
SUBJECTS = ("江月", "松涛", "稳盈", "青松")
FACTS = (
    *(member(name, "理财产品") for name in SUBJECTS),
    fact("江月", "起点", money(100)),
    fact("松涛", "起点", money(5000)),
    fact("稳盈", "起点", money(200)),
    fact("江月", "收益", percent("2.1", "3.6")),
    fact("松涛", "收益", percent("2.8"), until=date(2025, 12, 31)),
    fact("青松", "收益", percent("3", "5"), on("期限", term(36))),
    fact("江月", "币种", text("人民币")),
)
DEARER = Delta(1, added=(fact("江月", "起点", money(7000)),), closed=(FACTS[4],))


def at_hand(facts: tuple[Fact, ...], folder: Path, many: int = 1) -> Literals | None:
    build(MemorySnapshot(facts), folder, many=many)
    return Lexicon.open(folder).literals


def after(facts: tuple[Fact, ...], delta: Delta) -> tuple[Fact, ...]:
    return (*(f for f in facts if f not in delta.closed), *delta.added)


def said(literals: Literals, constraint: Constraint, day: date | None = None) -> list[str]:
    """Subjects that meet a constraint."""
    parts = [literals.subjects(r) for r in readings(constraint.predicate, constraint, Narrowing(day))]
    return sorted({subject for part in parts for subject in part or ()})


def in_order(literals: Literals, predicate: str, *, descending: bool) -> list[str]:
    found = literals.by_figure(predicate, Narrowing(), descending=descending)
    return list(dict.fromkeys(found if found is not None else ()))


numbers = st.integers(-3, 6).map(Decimal)
plain = numbers.map(lambda n: Value(f"{n}%", Kind.PERCENT, n, unit="%"))
ranges = st.tuples(numbers, numbers).filter(lambda ends: ends[0] < ends[1]).map(lambda e: percent(str(e[0]), str(e[1])))
days = st.none() | st.sampled_from((date(2025, 1, 1), DAY, date(2027, 1, 1)))


@st.composite
def rates(draw: st.DrawFn) -> list[Fact]:
    """At most one rate for each subject and term."""
    found = []
    for subject in SUBJECTS:
        for case in draw(st.sets(st.sampled_from((12, 36)))):
            value = draw(plain | ranges)
            found.append(fact(subject, "收益", value, on("期限", term(case)), since=draw(days), until=draw(days)))
    return found


constraints = st.builds(
    lambda op, value: Constraint("收益", op, value),
    st.sampled_from((Op.EQ, Op.GE, Op.GT, Op.LE, Op.LT, Op.NE)),
    plain | ranges,
).filter(lambda c: c.op is Op.EQ or (c.value is not None and c.value.number_to is None))
HELD = fact("理财产品", "收益", percent("0"))
"""Stays, so that the predicate is held whatever else goes."""


@settings(max_examples=60, deadline=None)
@given(rates(), rates(), st.lists(constraints, max_size=6), days)
def test_subjects_are_those_of_the_graph_before_and_after_a_change(
    first: list[Fact], then: list[Fact], asked: list[Constraint], day: date | None
) -> None:
    old = (*FACTS[:4], HELD, *first)
    delta = Delta(1, added=tuple(f for f in then if f not in first), closed=tuple(f for f in first if f not in then))
    new = after(old, delta)
    with TemporaryDirectory() as scratch:
        folder = Path(scratch)
        states = [(at_hand(old, folder / "1"), old)]
        carry(folder / "1", folder / "2", 2, delta)
        states.append((Lexicon.open(folder / "2").literals, new))
        for literals, facts in states:
            assert literals is not None
            for constraint in asked:
                there = MemorySnapshot(facts).ids_where("收益", constraint, day=day)
                assert said(literals, constraint, day) == sorted(there), constraint
        built = at_hand(new, folder / "built")
        assert built is not None
        for descending in (True, False):
            kept = in_order(states[1][0] or built, "收益", descending=descending)
            assert kept == in_order(built, "收益", descending=descending)


def test_in_order_by_lower_ends_or_by_upper_ones(tmp_path: Path) -> None:
    literals = at_hand(FACTS, tmp_path / "built")
    assert literals is not None
    assert in_order(literals, "收益", descending=False) == ["江月", "松涛", "青松"]
    assert in_order(literals, "收益", descending=True) == ["青松", "江月", "松涛"]
    on_day = literals.by_figure("收益", Narrowing(DAY), descending=True)
    assert list(dict.fromkeys(on_day or ())) == ["青松", "江月"]
    cases = literals.by_figure("收益", Narrowing(None, (on("期限", term(36)),)), descending=True)
    assert set(cases or ()) == {"青松"}


def chain() -> Iterator[Delta]:
    """Changes one after the other: a figure raised, taken back, a product more, that product gone."""
    yield DEARER
    yield Delta(2, added=(FACTS[4],), closed=DEARER.added)
    more = (member("远山", "理财产品"), fact("远山", "起点", money(60)))
    yield Delta(3, added=more, created=(NamedEntity("远山", "远山"),))
    yield Delta(4, closed=more, withdrawn=("远山",))


def test_changes_lie_over_changes(tmp_path: Path) -> None:
    facts = FACTS
    build(MemorySnapshot(facts), tmp_path / "1", many=1)
    for number, delta in enumerate(chain(), 2):
        before = replace(MemorySnapshot(facts), revision=number - 1)
        assert amend(tmp_path / str(number - 1), Overlay(before, delta), delta, tmp_path / str(number))
        facts = after(facts, delta)
        literals = Lexicon.open(tmp_path / str(number)).literals
        assert literals is not None
        for edge in (50, 100, 6000):
            constraint = Constraint("起点", Op.GE, money(edge))
            assert said(literals, constraint) == sorted(MemorySnapshot(facts).ids_where("起点", constraint)), number
        assert in_order(literals, "起点", descending=False) == MemorySnapshot(facts).ids_ordered(
            "起点", descending=False, limit=9
        )


def test_an_empty_change_keeps_all(tmp_path: Path) -> None:
    build(MemorySnapshot(FACTS), tmp_path / "1", many=1)
    carry(tmp_path / "1", tmp_path / "2", 2, DEARER)
    carry(tmp_path / "2", tmp_path / "3", 3, Delta(2))
    literals = Lexicon.open(tmp_path / "3").literals
    assert literals is not None
    assert said(literals, Constraint("起点", Op.GE, money(1000))) == ["松涛", "江月"]


def test_a_predicate_with_a_change_that_cannot_be_told_is_left_to_the_engine(tmp_path: Path) -> None:
    build(MemorySnapshot(FACTS), tmp_path / "1", many=1)
    carry(tmp_path / "1", tmp_path / "2", 2, Delta(1, closed=(fact("江月", "起点", money(3)),)))
    literals = Lexicon.open(tmp_path / "2").literals
    assert literals is not None
    assert literals.held == {"收益", "币种"}
    (reading,) = readings("起点", Constraint("起点", Op.GE, money(1)))
    assert literals.subjects(reading) is None
    assert literals.by_figure("起点", Narrowing(), descending=True) is None


def test_the_predicate_with_too_many_changes_is_left_to_the_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(literals_kept, "_MOST_CHANGES", 1)
    build(MemorySnapshot(FACTS), tmp_path / "1", many=1)
    carry(tmp_path / "1", tmp_path / "2", 2, replace(DEARER, closed=(*DEARER.closed, FACTS[10])))
    literals = Lexicon.open(tmp_path / "2").literals
    assert literals is not None
    assert literals.held == {"收益", "币种"}
    assert said(literals, Constraint("币种", Op.EQ, text("人民币"))) == []
    assert said(literals, Constraint("收益", Op.GE, percent("2.5"))) == ["松涛", "青松"]


def test_only_predicates_with_many_literals_are_held(tmp_path: Path) -> None:
    odd = (fact("江月", "甲|乙", money(1)), fact("松涛", "甲|乙", money(2)), fact("稳盈", "甲|乙", money(3)))
    three = at_hand((*FACTS, *odd), tmp_path / "three", many=3)
    assert three is not None
    assert three.held == {"起点", "收益"}
    assert at_hand(FACTS, tmp_path / "none", many=4) is None
    assert not list((tmp_path / "none").glob("literal*"))


def test_what_a_text_contains_is_left_to_the_engine(tmp_path: Path) -> None:
    literals = at_hand(FACTS, tmp_path / "built")
    assert literals is not None
    (reading,) = readings("币种", Constraint("币种", Op.HAS, text("人民")))
    assert literals.subjects(reading) is None
