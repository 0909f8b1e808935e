"""Names that mean two things, attributes that a class demands, things only pointed to, facts that are over."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import pytest

from kg.delta import Delta, NamedEntity
from kg.doubts.periods import gaps, outdated
from kg.doubts.scene import Scene
from kg.doubts.things import clashing_aliases, incomplete, orphans
from kg.facts import ALIAS, REQUIRED, Fact
from kg.ontology import Ontology, Predicate
from tests.support.facts import fact, member, money, subclass, text
from tests.support.head import MemoryHead

ONE_VALUED = Ontology({"起购金额": Predicate("起购金额", many=False)})
DAY = date(2026, 11, 23)


def alias(name: str, said: str) -> Fact:
    return fact(name, ALIAS, text(said), many=True)


def scene(added: Iterable[Fact], standing: Iterable[Fact] = (), **parts: object) -> Scene:
    head = MemoryHead(standing)
    return Scene(Delta(head.revision, added=tuple(added), **parts), head, ONE_VALUED)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("added", "standing", "clash"),
    [
        ([alias("稳盈1号", "小稳"), alias("稳盈2号", "小稳")], [], ["稳盈2号", "稳盈1号"]),
        ([alias("稳盈1号", "小稳")], [alias("稳盈2号", "小稳")], ["稳盈2号"]),
        ([alias("稳盈1号", "稳盈2号")], [fact("稳盈2号", "起购金额", money(1))], ["稳盈2号"]),
        ([alias("稳盈1号", "小稳")], [alias("稳盈1号", "小稳")], []),
        ([alias("稳盈1号", "小稳"), alias("稳盈2号", "大稳")], [], []),
    ],
)
def test_an_alias_of_two_things_is_doubted(added: list[Fact], standing: list[Fact], clash: list[str]) -> None:
    told = [p.what for p in clashing_aliases(scene(added, standing))]
    assert len(told) == len(clash)
    assert all(name in what for name, what in zip(clash, told, strict=True))


DEMANDED = [fact("理财产品", REQUIRED, text(p), many=True) for p in ("起购金额", "风险等级")]


@pytest.mark.parametrize(
    ("own", "missing"),
    [
        ([], ["起购金额", "风险等级"]),
        ([fact("新", "起购金额", money(1))], ["风险等级"]),
        ([fact("新", "起购金额", money(1)), fact("现金类", "风险等级", text("R1"))], []),
    ],
)
def test_what_a_class_demands_must_be_there_or_inherited(own: list[Fact], missing: list[str]) -> None:
    added = [member("新", "现金类"), *own]
    standing = [*DEMANDED, subclass("现金类", "理财产品")]
    told = sorted(p.what.split("的")[-1] for p in incomplete(scene(added, standing)))
    assert told == sorted(f"「{name}」" for name in missing)


def test_what_stood_before_need_not_be_said_again() -> None:
    standing = [*DEMANDED, member("旧", "理财产品"), fact("旧", "风险等级", text("R2"))]
    assert list(incomplete(scene([fact("旧", "起购金额", money(1))], standing))) == []


def test_a_new_thing_that_is_only_pointed_to_is_doubted() -> None:
    added = [
        fact("稳盈1号", "发行机构", "云衫银行"),
        fact("稳盈1号", "托管人", "云杉银行"),
        member("稳盈1号", "理财产品"),
    ]
    created = tuple(NamedEntity(n, n) for n in ("稳盈1号", "云衫银行", "理财产品"))
    [told] = orphans(scene(added, [fact("云杉银行", "客服热线", text("x"))], created=created))
    assert told.value == "云衫银行"


def test_a_fact_that_is_over_is_doubted_unless_another_follows() -> None:
    old = replace(fact("稳盈1号", "起购金额", money(1)), valid_to=date(2025, 12, 31))
    follows = replace(old, id="f", valid_from=date(2026, 1, 1), valid_to=None)
    [told] = outdated(scene([old]), DAY)
    assert (told.value, told.column[:8]) == ("2025-12-31", "valid_to")
    assert list(outdated(scene([old], [follows]), DAY)) == []
    assert list(outdated(scene([old, follows]), DAY)) == []
    assert list(outdated(scene([old]), date(2025, 12, 31))) == []


def dated(start: date | None, end: date | None, file: str) -> Fact:
    made = fact("稳盈1号", "起购金额", money(1))
    return replace(made, id=f"{start}{end}{file}", valid_from=start, valid_to=end, file=file, line=2)


@pytest.mark.parametrize(
    ("new", "standing", "told"),
    [
        # the graph ends in June, the new row begins in August: July has no value
        ((date(2026, 8, 1), None), (date(2026, 1, 1), date(2026, 6, 30)), ["2026-08-01"]),
        # the graph goes on in August, the new row ends in June
        ((None, date(2026, 6, 30)), (date(2026, 8, 1), None), ["2026-06-30"]),
        ((date(2026, 7, 1), None), (date(2026, 1, 1), date(2026, 6, 30)), []),
        ((date(2026, 8, 1), None), (date(2026, 1, 1), None), []),
    ],
)
def test_a_gap_between_a_new_period_and_one_of_the_graph_is_doubted(
    new: tuple[date | None, date | None], standing: tuple[date | None, date | None], told: list[str]
) -> None:
    found = scene([dated(*new, "新.csv")], [dated(*standing, "旧.csv")])
    assert [(p.file, p.value) for p in gaps(found)] == [("新.csv", day) for day in told]


def test_a_gap_within_the_loaded_files_is_left_to_their_check() -> None:
    before, after = dated(None, date(2026, 6, 30), "a.csv"), dated(date(2026, 8, 1), None, "a.csv")
    assert list(gaps(scene([after], [before]))) == []


def test_a_gap_that_a_third_row_closes_is_none() -> None:
    standing = [dated(None, date(2026, 6, 30), "旧.csv"), dated(date(2026, 7, 1), date(2026, 7, 31), "旧.csv")]
    assert list(gaps(scene([dated(date(2026, 8, 1), None, "新.csv")], standing))) == []
