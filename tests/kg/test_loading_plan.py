"""What a load would change: identities and deltas, on a head in memory."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kg.delta import Delta
from kg.fact_key import fact_id
from kg.facts import Fact
from kg.loading_plan import LoadPlan, plan_load
from kg.ontology import Ontology, Predicate
from kg.reader.rows import Row
from kg.typed_rows import ParsedRow, parse_row
from kg.values import Kind
from tests.support.facts import fact, member, money, subclass, text
from tests.support.head import MemoryHead

ONTOLOGY = Ontology(
    {
        p.name: p
        for p in (
            Predicate("起购金额", datatype=Kind.MONEY, unit="元", many=False),
            Predicate("年利率", datatype=Kind.PERCENT, unit="%", many=False),
            Predicate("期限", datatype=Kind.TERM, many=False),
            Predicate("发行机构", datatype=Kind.ENTITY, many=False),
            Predicate("特点"),
        )
    }
)


def rows(*cells: tuple[str, str, str] | Row, file: str = "产品.csv") -> list[ParsedRow]:
    """Parsed rows, numbered from line 2."""
    parsed = []
    for line, cell in enumerate(cells, start=2):
        row = cell if isinstance(cell, Row) else Row(*cell)
        result = parse_row(row._replace(file=row.file or file, line=line), ONTOLOGY)
        assert isinstance(result, ParsedRow), result
        parsed.append(result)
    return parsed


def plan(head: MemoryHead, *cells: tuple[str, str, str] | Row, replace_gone: bool = False) -> LoadPlan:
    """The plan of rows of one file."""
    return plan_load(rows(*cells), ONTOLOGY, head, replace_gone=replace_gone, editor="张敏")


def published(*cells: tuple[str, str, str] | Row) -> MemoryHead:
    """A head into which these rows were loaded."""
    return MemoryHead(plan(MemoryHead(), *cells).delta.added, ONTOLOGY)


def said(facts: tuple[Fact, ...] | list[Fact]) -> list[tuple[str, str, str]]:
    """Facts as subject id, predicate, object."""
    return sorted((f.subject_id, f.predicate, f.object_id or f.text) for f in facts)


BASE = (
    Row("稳盈1号", "起购金额", "1万元", subject_type="理财产品"),
    ("稳盈1号", "特点", "随时赎回"),
    ("稳盈1号", "特点", "每日计息"),
    ("稳盈1号", "发行机构", "云杉理财"),
)


def test_a_first_load_makes_entities_facts_and_memberships() -> None:
    made = plan(MemoryHead(), *BASE)
    assert said(made.delta.added) == [
        ("稳盈1号", "发行机构", "云杉理财"),
        ("稳盈1号", "实例", "理财产品"),
        ("稳盈1号", "特点", "每日计息"),
        ("稳盈1号", "特点", "随时赎回"),
        ("稳盈1号", "起购金额", "1万元"),
    ]
    assert [e.id for e in made.delta.created] == ["云杉理财", "理财产品", "稳盈1号"]
    assert len(made.delta.predicates) == len(ONTOLOGY.predicates)
    assert made.delta.file_subjects == {"产品.csv": ("稳盈1号",)}
    assert {(f.file, f.editor) for f in made.delta.added} == {("产品.csv", "张敏")}


def test_loading_the_same_again_changes_nothing() -> None:
    again = plan(published(*BASE), *BASE)
    assert again.delta == Delta(1)
    assert again.changes.unchanged == 5


def test_moved_lines_are_no_change() -> None:
    assert plan(published(*BASE), *reversed(BASE)).delta == Delta(1)


def test_a_single_value_is_replaced_by_its_key() -> None:
    changed = plan(published(*BASE), Row("稳盈1号", "起购金额", "5万元", subject_type="理财产品"), *BASE[1:])
    assert said(changed.delta.closed) == [("稳盈1号", "起购金额", "1万元")]
    assert said(changed.delta.added) == [("稳盈1号", "起购金额", "5万元")]
    assert changed.delta.closed[0].id == changed.delta.added[0].id
    assert not changed.problems


def test_the_values_of_a_many_valued_predicate_are_replaced_by_their_file() -> None:
    changed = plan(published(*BASE), BASE[0], BASE[1], ("稳盈1号", "特点", "费率低"), BASE[3])
    assert said(changed.delta.added) == [("稳盈1号", "特点", "费率低")]
    assert said(changed.delta.closed) == [("稳盈1号", "特点", "每日计息")]
    assert changed.changes.gone == []


def test_another_file_adds_to_many_values_and_leaves_those_of_the_first() -> None:
    other = Row("稳盈1号", "特点", "费率低", file="补充.csv")
    changed = plan_load(rows(other), ONTOLOGY, published(*BASE), replace_gone=False, editor="")
    assert said(changed.delta.added) == [("稳盈1号", "特点", "费率低")]
    assert changed.delta.closed == ()
    assert changed.changes.gone == []


def test_rows_gone_from_a_file_are_listed_and_kept() -> None:
    changed = plan(published(*BASE), BASE[0])
    assert changed.delta == Delta(1)
    assert said(changed.changes.gone) == [
        ("稳盈1号", "发行机构", "云杉理财"),
        ("稳盈1号", "特点", "每日计息"),
        ("稳盈1号", "特点", "随时赎回"),
    ]


def test_with_replace_they_go_and_so_does_an_entity_without_facts() -> None:
    changed = plan(published(*BASE), BASE[0], replace_gone=True)
    assert len(changed.delta.closed) == 3
    assert changed.delta.withdrawn == ("云杉理财",)


def test_a_subject_that_left_its_file_is_found_through_what_the_file_brought() -> None:
    base = (*BASE, Row("稳盈2号", "起购金额", "1万元", subject_type="理财产品"))
    changed = plan(published(*base), *BASE, replace_gone=True)
    assert said(changed.delta.closed) == [("稳盈2号", "实例", "理财产品"), ("稳盈2号", "起购金额", "1万元")]
    assert changed.delta.withdrawn == ("稳盈2号",)


def test_qualifiers_and_first_days_are_part_of_the_key() -> None:
    made = plan(
        MemoryHead(),
        Row("定期存款", "年利率", "1.5%", qualifiers="期限=1年"),
        Row("定期存款", "年利率", "2.6%", qualifiers="期限=3年", valid_to="2025-12-31"),
        Row("定期存款", "年利率", "2.4%", qualifiers="期限=三年", valid_from="2026-01-01"),
    )
    assert not made.problems
    assert len(made.delta.added) == 3


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (Row("甲", "起购金额", "1万元"), Row("甲", "起购金额", "5万元")),
        (Row("甲", "起购金额", "1万元"), Row("甲", "起购金额", "5万元", valid_from="2026-01-01")),
        (
            Row("甲", "起购金额", "1万元", valid_from="2025-01-01", valid_to="2026-01-01"),
            Row("甲", "起购金额", "5万元", valid_from="2026-01-01"),
        ),
        (Row("甲", "年利率", "2%", qualifiers="期限=1年"), Row("甲", "年利率", "3%", qualifiers="期限=12个月")),
    ],
)
def test_two_values_for_one_day_are_an_error(first: Row, second: Row) -> None:
    (problem,) = plan(MemoryHead(), first, second).problems
    assert (problem.file, problem.line) == ("产品.csv", 3)
    assert "产品.csv:2" in problem.value


def test_a_value_against_that_of_another_file_is_an_error_that_names_it() -> None:
    head = MemoryHead([fact("甲", "起购金额", money(10000, "1万元"), file="旧.csv", line=9)], ONTOLOGY)
    (problem,) = plan(head, Row("甲", "起购金额", "5万元", valid_from="2026-01-01")).problems
    assert "旧.csv:9" in problem.value


def test_an_edited_first_day_replaces_the_row_it_was() -> None:
    head = published(Row("甲", "起购金额", "1万元", valid_from="2025-01-01"))
    changed = plan(head, Row("甲", "起购金额", "5万元", valid_from="2025-02-01"))
    assert not changed.problems
    assert said(changed.delta.closed) == [("甲", "起购金额", "1万元")]


def test_equal_values_for_one_day_are_no_error() -> None:
    assert not plan(
        MemoryHead(), Row("甲", "起购金额", "1万元"), Row("甲", "起购金额", "10000元", valid_from="2026-01-01")
    ).problems


CLASSES = (subclass("理财产品", "产品"), subclass("网点", "机构"))
SIBLING = (subclass("存款", "产品"),)
PERSONS = (subclass("客户经理", "人物"), subclass("高管", "人物"))


@pytest.mark.parametrize(
    ("head", "row", "expected"),
    [
        ((), Row("甲", "特点", "好"), "甲"),
        ((), Row("甲", "特点", "好", subject_id="P1"), "P1"),
        ((member("甲", "理财产品"), *CLASSES), Row("甲", "特点", "好"), "甲"),
        ((member("甲", "理财产品"), *CLASSES), Row("甲", "特点", "好", subject_type="产品"), "甲"),
        ((member("甲", "产品"), *CLASSES), Row("甲", "特点", "好", subject_type="理财产品"), "甲"),
        ((fact("甲", "特点", text("旧")), *CLASSES), Row("甲", "特点", "好", subject_type="网点"), "甲"),
        ((member("甲", "理财产品"), *CLASSES), Row("甲", "特点", "好", subject_type="网点"), "甲@网点"),
        ((member("甲", "理财产品"), *CLASSES), ("甲", "实例", "网点"), "甲@网点"),
        ((member("甲", "术语"), *CLASSES), Row("甲", "特点", "好", subject_type="理财产品"), "甲"),
        ((member("甲", "理财产品"), *CLASSES), Row("甲", "特点", "好", subject_type="监管事项"), "甲"),
        ((member("甲", "理财产品"), *CLASSES, *SIBLING), Row("甲", "特点", "好", subject_type="存款"), "甲"),
        ((member("甲", "客户经理"), *PERSONS), Row("甲", "特点", "好", subject_type="高管"), "甲@高管"),
    ],
)
def test_which_entity_a_name_means(head: tuple[Fact, ...], row: Row | tuple[str, str, str], expected: str) -> None:
    made = plan(MemoryHead(head), row)
    assert not made.problems
    assert {f.subject_id for f in made.delta.added} == {expected}


def same_named() -> MemoryHead:
    """Two persons called 王伟 in different companies."""
    people = [replace(member(i, "高管"), subject_name="王伟") for i in ("E1", "E2")]
    return MemoryHead([replace(f, id=fact_id(f, many=True)) for f in people])


def test_several_entities_of_a_name_are_an_error_that_names_them() -> None:
    (problem,) = plan(same_named(), ("王伟", "特点", "行长")).problems
    assert (problem.line, problem.column) == (2, "subject")
    assert "E1" in problem.value
    assert "E2" in problem.value
    assert "subject_id" in problem.remedy


def test_a_given_id_tells_them_apart_and_holds_for_the_name_in_that_file() -> None:
    made = plan(same_named(), Row("王伟", "特点", "行长", subject_id="E2"), ("王伟", "特点", "董事"))
    assert not made.problems
    assert {f.subject_id for f in made.delta.added} == {"E2"}


def test_one_id_with_two_names_is_an_error() -> None:
    (problem,) = plan(
        MemoryHead(), Row("王伟", "特点", "行长", subject_id="E1"), Row("李娜", "特点", "董事", subject_id="E1")
    ).problems
    assert "王伟、李娜" in problem.value


def test_a_known_id_under_another_name_is_a_renaming() -> None:
    head = published(Row("稳盈1号", "特点", "好", subject_id="P1"))
    changed = plan(head, Row("稳盈一号臻选", "特点", "好", subject_id="P1"))
    assert [(e.id, e.name) for e in changed.delta.changed] == [("P1", "稳盈一号臻选")]
    assert changed.delta.added == ()


@pytest.mark.parametrize(
    "cells",
    [
        (("甲", "实例", "理财产品"), ("甲", "实例", "热门"), ("甲", "特点", "好")),
        (("甲", "特点", "好"), Row("甲", "特点", "快", subject_type="理财产品"), ("甲", "实例", "热门")),
    ],
)
def test_a_thing_may_have_several_classes(cells: tuple[Row | tuple[str, str, str], ...]) -> None:
    made = plan(MemoryHead(), *cells)
    assert not made.problems
    assert {f.subject_id for f in made.delta.added} == {"甲"}


def test_type_columns_tell_same_named_things_apart() -> None:
    made = plan(
        MemoryHead(),
        Row("王伟", "特点", "行长", subject_type="高管"),
        Row("王伟", "特点", "老客户", subject_type="客户"),
    )
    assert said([f for f in made.delta.added if f.predicate == "特点"]) == [
        ("王伟", "特点", "行长"),
        ("王伟@客户", "特点", "老客户"),
    ]


def test_notions_are_the_thing_of_their_name_whatever_the_order_of_files() -> None:
    term, service = (
        Row("征信报告", "特点", "一", subject_type="术语"),
        Row("征信报告", "特点", "二", subject_type="服务"),
    )
    for order in ((term, service), (service, term)):
        made = plan(MemoryHead(), *order, ("征信报告", "特点", "三"))
        assert not made.problems
        assert {f.subject_id for f in made.delta.added} == {"征信报告"}
