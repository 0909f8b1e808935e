"""A delta laid over a revision reads like the revision that publishing it makes; a trace tells what can be touched."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kg.delta import Delta, NamedEntity
from kg.facts import Fact
from kg.lexicon.build import build
from kg.lexicon.carry import carry, leaves_words
from kg.lexicon.lexicon import Lexicon
from kg.overlay import Overlay
from kg.query import Constraint
from kg.reading_trace import Traced
from kg.values import Op
from tests.support.facts import fact, member, money, on, percent, subclass, term, text
from tests.support.memory import MemorySnapshot

DAY = date(2026, 11, 20)
BEFORE: tuple[Fact, ...] = (
    subclass("理财产品", "产品"),
    subclass("基金", "产品"),
    member("稳盈1号", "理财产品"),
    member("稳盈2号", "理财产品"),
    member("江月", "理财产品"),
    member("青松", "基金"),
    fact("稳盈1号", "起购金额", money(10000)),
    fact("稳盈2号", "起购金额", money(50000)),
    fact("江月", "起购金额", money(100)),
    fact("稳盈1号", "收益", percent("2.1", "3.6")),
    fact("稳盈2号", "收益", percent("2.8")),
    fact("稳盈1号", "特点", text("随时赎回"), many=True),
    fact("稳盈1号", "管理人", "云杉理财", many=True),
    fact("稳盈2号", "管理人", "云杉理财", many=True),
    fact("定期", "利率", percent("1.55"), on("期限", term(12))),
    fact("定期", "利率", percent("1.90"), on("期限", term(36))),
)
DEARER = fact("稳盈1号", "起购金额", money(60000))
DELTAS = {
    "a figure": Delta(1, added=(DEARER,), closed=(BEFORE[6],)),
    "nothing": Delta(1),
    "a product more": Delta(
        1,
        added=(member("松涛", "理财产品"), fact("松涛", "起购金额", money(1)), fact("松涛", "收益", percent("4"))),
        created=(NamedEntity("松涛", "松涛"),),
    ),
    "a product less": Delta(1, closed=(BEFORE[4], BEFORE[8]), withdrawn=("江月",)),
    "another class": Delta(1, added=(member("稳盈2号", "基金"),), closed=(BEFORE[3],)),
    "another case": Delta(1, added=(fact("定期", "利率", percent("2.0"), on("期限", term(60))),), closed=(BEFORE[15],)),
    "a relation moved": Delta(
        1,
        added=(fact("稳盈1号", "管理人", "江山理财", many=True),),
        closed=(BEFORE[12],),
        created=(NamedEntity("江山理财", "江山理财"),),
    ),
    "a text": Delta(1, added=(fact("稳盈1号", "特点", text("每月赎回"), many=True),), closed=(BEFORE[11],)),
}


def after(delta: Delta) -> MemorySnapshot:
    """The revision that publishing makes."""
    closed = {f.id for f in delta.closed}
    return MemorySnapshot((*(f for f in BEFORE if f.id not in closed), *delta.added), revision=2)


@pytest.mark.parametrize("name", DELTAS)
def test_an_overlay_reads_like_the_next_revision(name: str) -> None:
    laid, made = Overlay(MemorySnapshot(BEFORE), DELTAS[name]), after(DELTAS[name])
    ids = [i for i, _ in MemorySnapshot(BEFORE).iter_entities()] + ["松涛", "江山理财"]
    assert laid.revision == made.revision
    assert {f.id: f.text for f in laid.facts_of(ids)} == {f.id: f.text for f in made.facts_of(ids)}
    assert laid.classes_of(ids) == made.classes_of(ids)
    for classes in (["理财产品"], ["基金"], ["理财产品", "基金"]):
        assert laid.members(classes, 10) == made.members(classes, 10)
        assert laid.members(classes, 1, 1) == made.members(classes, 1, 1)
        assert laid.count_members(classes) == made.count_members(classes)
    for target in ("云杉理财", "江山理财"):
        assert set(laid.subjects_of("管理人", target)) == set(made.subjects_of("管理人", target))
    assert sorted(laid.value_kinds()) == sorted(made.value_kinds())
    assert laid.relation_counts() == made.relation_counts()


@pytest.mark.parametrize("name", DELTAS)
@pytest.mark.parametrize("op", [Op.EQ, Op.GE, Op.LE, Op.GT, Op.LT, Op.NE])
def test_an_overlay_filters_and_orders_like_the_next_revision(name: str, op: Op) -> None:
    laid, made = Overlay(MemorySnapshot(BEFORE), DELTAS[name]), after(DELTAS[name])
    for wanted in (money(10000), money(60000)):
        constraint = Constraint("起购金额", op, wanted)
        assert set(laid.ids_where("起购金额", constraint, day=DAY)) == set(
            made.ids_where("起购金额", constraint, day=DAY)
        )
    for predicate in ("起购金额", "收益"):
        for descending in (True, False):
            found = laid.ids_ordered(predicate, descending=descending, limit=2, offset=1)
            assert found == made.ids_ordered(predicate, descending=descending, limit=2, offset=1)


@pytest.mark.parametrize("name", DELTAS)
def test_a_lexicon_of_an_overlay_is_that_of_the_next_revision(name: str, tmp_path: Path) -> None:
    build(Overlay(MemorySnapshot(BEFORE), DELTAS[name]), tmp_path / "laid")
    build(after(DELTAS[name]), tmp_path / "made")
    assert words(tmp_path / "laid") == words(tmp_path / "made")


@pytest.mark.parametrize(("name", "same"), [(n, n in ("a figure", "nothing")) for n in DELTAS])
def test_a_lexicon_is_carried_over_only_when_no_word_changes(name: str, same: bool, tmp_path: Path) -> None:
    delta = DELTAS[name]
    assert leaves_words(delta) is same
    if same:
        build(MemorySnapshot(BEFORE), tmp_path / "old")
        carry(tmp_path / "old", tmp_path / "new", 2)
        build(after(delta), tmp_path / "made")
        assert words(tmp_path / "new") == words(tmp_path / "made")
        assert Lexicon.open(tmp_path / "new").revision == 2


def test_a_rename_is_seen_in_every_fact() -> None:
    laid = Overlay(MemorySnapshot(BEFORE), Delta(1, changed=(NamedEntity("云杉理财", "云杉理财有限公司"),)))
    assert {f.object_name for f in laid.facts_of(["稳盈1号"], ["管理人"])} == {"云杉理财有限公司"}
    assert ("云杉理财", "云杉理财有限公司") in set(laid.iter_entities())


@pytest.mark.parametrize(
    ("read", "touched"),
    [
        (lambda r: r.facts_of(["稳盈1号"]), True),
        (lambda r: r.facts_of(["稳盈2号"]), False),
        (lambda r: r.ids_where("起购金额", Constraint("起购金额", Op.GE, money(1))), True),
        (lambda r: r.ids_ordered("收益", descending=True, limit=3), False),
        (lambda r: r.members(["基金"], 10), False),
        (lambda r: r.count_members(["理财产品"]), False),
    ],
)
def test_a_trace_tells_whether_a_change_can_touch_the_answer(read: object, touched: bool) -> None:
    traced = Traced(MemorySnapshot(BEFORE))
    read(traced)  # type: ignore[operator]
    assert traced.trace.touched_by(DELTAS["a figure"]) is touched


def words(folder: Path) -> tuple[object, ...]:
    """What a lexicon knows, whatever the order in which it learnt it."""
    lexicon = Lexicon.open(folder)
    infos = sorted((lexicon.entity_at(i) for i in range(len(lexicon.ids))), key=lambda i: i.id)
    counts = {i.id: lexicon.member_count(i.id) for i in infos if i.is_class}
    return infos, counts, lexicon.ontology, set(lexicon.predicates), lexicon.relations, set(lexicon.qualifier_values)
