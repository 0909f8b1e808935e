"""A delta laid over a revision reads like the revision that publishing it makes; a trace tells what can be touched."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kg.delta import Delta, NamedEntity
from kg.facts import Fact
from kg.lexicon.amend import amend
from kg.lexicon.build import build
from kg.lexicon.carry import carry, leaves_words
from kg.lexicon.lexicon import Lexicon
from kg.lexicon.linker import link
from kg.ontology import Predicate
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
        carry(tmp_path / "old", tmp_path / "new", 2, delta)
        build(after(delta), tmp_path / "made")
        assert words(tmp_path / "new") == words(tmp_path / "made")
        assert Lexicon.open(tmp_path / "new").revision == 2


def asked(question: str, answer: str, variant: str) -> tuple[Fact, ...]:
    """A FAQ about 稳盈1号."""
    return (
        member(question, "常见问题"),
        fact(question, "答案", text(answer)),
        fact(question, "相似问", text(variant), many=True),
        fact(question, "关于", "稳盈1号", many=True),
    )


AMENDED = {
    **DELTAS,
    "an alias": Delta(1, added=(fact("稳盈1号", "别名", text("小稳"), many=True),)),
    "another name": Delta(
        1,
        added=(fact("稳盈1号", "别名", text("稳盈1号"), many=True),),
        changed=(NamedEntity("稳盈1号", "臻选1号"),),
    ),
    "a question": Delta(
        1,
        added=asked("怎么买", "去网点", "如何购买"),
        created=(NamedEntity("怎么买", "怎么买"), NamedEntity("常见问题", "常见问题")),
    ),
    "words": Delta(
        1,
        added=(
            fact("江月", "定义", text("一种现金管理产品")),
            fact("江月", "适用情形", text("闲钱没处放"), many=True),
            fact("江月", "托管人", "云杉银行", many=True),
            fact("云杉银行", "客服热线", text("95500")),
        ),
        created=(NamedEntity("云杉银行", "云杉银行"),),
    ),
}
NEXT = Delta(
    2,
    added=(
        member("松涛1号", "理财产品"),
        fact("松涛1号", "别名", text("小松"), many=True),
        fact("松涛1号", "托管费", money(7)),
    ),
    closed=(fact("稳盈1号", "管理人", "江山理财", many=True),),
    withdrawn=("江山理财",),
    created=(NamedEntity("松涛1号", "松涛1号"),),
)


@pytest.mark.parametrize("name", AMENDED)
def test_a_layer_says_what_a_whole_build_says(name: str, tmp_path: Path) -> None:
    delta = AMENDED[name]
    build(MemorySnapshot(BEFORE), tmp_path / "old")
    made = amend(tmp_path / "old", Overlay(MemorySnapshot(BEFORE), delta), delta, tmp_path / "new")
    assert made
    build(Overlay(MemorySnapshot(BEFORE), delta), tmp_path / "made")
    same_words(tmp_path / "new", tmp_path / "made")


def test_a_layer_lies_over_a_layer(tmp_path: Path) -> None:
    first = AMENDED["a relation moved"]
    build(MemorySnapshot(BEFORE), tmp_path / "old")
    assert amend(tmp_path / "old", Overlay(MemorySnapshot(BEFORE), first), first, tmp_path / "new")
    laid = Overlay(after(first), NEXT)
    assert amend(tmp_path / "new", laid, NEXT, tmp_path / "newer")
    build(laid, tmp_path / "made")
    same_words(tmp_path / "newer", tmp_path / "made")


@pytest.mark.parametrize(
    "delta",
    [
        Delta(1, added=(subclass("基金", "理财产品"),)),
        Delta(1, changed=(NamedEntity("基金", "公募基金"),)),
        Delta(1, predicates=(Predicate("起购金额", many=False),)),
    ],
)
def test_what_a_layer_cannot_say_is_built(delta: Delta, tmp_path: Path) -> None:
    build(MemorySnapshot(BEFORE), tmp_path / "old")
    assert not amend(tmp_path / "old", Overlay(MemorySnapshot(BEFORE), delta), delta, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def same_words(layered: Path, built: Path) -> None:
    """All that a lexicon answers; a layer may know words that nothing uses any more."""
    laid, made = Lexicon.open(layered), Lexicon.open(built)
    gone = {laid.ids[i] for i in range(len(laid.ids))} - {made.ids[i] for i in range(len(made.ids))}
    assert all(laid.entity(i) is None for i in gone)
    for entity_id in made.ids:
        assert laid.entity(entity_id) == made.entity(entity_id)
        assert set(laid.predicates_of(entity_id)) == set(made.predicates_of(entity_id))
        assert set(laid.own_predicates(entity_id)) == set(made.own_predicates(entity_id))
        assert set(laid.incoming_predicates(entity_id)) == set(made.incoming_predicates(entity_id))
        assert laid.class_levels(entity_id) == made.class_levels(entity_id)
        assert laid.definition(entity_id) == made.definition(entity_id)
    for class_id in made.class_ids:
        assert laid.member_count(class_id) == made.member_count(class_id)
        assert set(laid.member_predicates(class_id)) == set(made.member_predicates(class_id))
    for predicate in made.predicates:
        assert set(laid.owners_of(predicate)) == set(made.owners_of(predicate))
        assert set(laid.reach(predicate)) == set(made.reach(predicate))
    names = {n for i in made.ids if (info := made.entity(i)) for n in (info.name, *info.aliases)}
    for written in names | {f"{n}怎么样" for n in names} | {n[:-1] + "三" for n in names}:
        assert _linked(written, laid) == _linked(written, made)
    assert (laid.ontology, laid.relations) == (made.ontology, made.relations)
    assert {f.question: (set(f.variants), set(f.about)) for f in laid.faqs} == {
        f.question: (set(f.variants), set(f.about)) for f in made.faqs
    }
    assert set(laid.situations()) == set(made.situations())
    assert set(laid.predicates) >= set(made.predicates)
    assert set(laid.qualifier_values) >= set(made.qualifier_values)
    assert laid.revision == made.revision


def _linked(written: str, lexicon: Lexicon) -> list[tuple[int, int, set[str], str]]:
    return [(m.start, m.end, {c.id for c in m.candidates}, m.how) for m in link(written, lexicon)]


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
