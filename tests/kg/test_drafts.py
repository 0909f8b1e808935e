"""Deltas kept as drafts come back as they were."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import event

from kg.delta import Delta, NamedEntity
from kg.delta_json import delta_from_json, delta_to_json
from kg.drafts import DROPPED, DraftMoved, DraftStore, UnknownDraft
from kg.ontology import Predicate
from kg.values import Kind
from tests.support.desk import tables
from tests.support.facts import fact, member, on, percent, term, text

DELTA = Delta(
    base=7,
    added=(
        member("稳盈1号", "理财产品"),
        fact("稳盈1号", "业绩比较基准", percent("2.10", "3.60"), on("期限", term(36)), since=date(2026, 1, 1)),
    ),
    closed=(fact("稳盈1号", "特点", text("随时赎回"), until=date(2026, 6, 30), article="第三条"),),
    created=(NamedEntity("P1", "稳盈1号"),),
    changed=(NamedEntity("P2", "稳盈2号"),),
    withdrawn=("P3",),
    predicates=(Predicate("业绩比较基准", ("收益率",), Kind.PERCENT, "%", many=False),),
    dropped=("旧谓语",),
    file_subjects={"产品.csv": ("P1", "P2")},
)


def test_a_delta_goes_to_json_and_back() -> None:
    assert delta_from_json(delta_to_json(DELTA)) == DELTA


def test_another_version_is_refused() -> None:
    with pytest.raises(ValueError, match="version 9"):
        delta_from_json({**delta_to_json(DELTA), "version": 9})


def test_a_draft_waits_until_it_is_settled(tmp_path: Path) -> None:
    store = DraftStore(tables(tmp_path))
    made = store.add("graph-1", DELTA, author="张敏", message="新产品")
    found = store.get(made.id)
    assert (found.delta, found.author, found.message, found.state) == (DELTA, "张敏", "新产品", "waiting")
    assert [d.id for d in store.waiting("graph-1")] == [made.id]
    assert store.waiting("graph-2") == []
    store.settle(made.id, DROPPED)
    assert store.waiting("graph-1") == []
    with pytest.raises(UnknownDraft, match=made.id):
        store.settle(made.id, DROPPED)


def test_a_list_of_drafts_reads_no_delta_and_no_file(tmp_path: Path) -> None:
    engine = tables(tmp_path)
    store = DraftStore(engine)
    made = store.add("graph-1", DELTA, author="张敏", message="", files={"a.csv": b"x"}, findings={"facts": 3})
    read: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda _c, _cursor, statement, *_: read.append(statement))
    [listed] = store.listed("graph-1", ("waiting",))
    assert (listed.facts, store.file_names(made.id)) == (3, ["a.csv"])
    assert not any("kg_drafts.delta" in statement or "content" in statement for statement in read)
    assert listed.delta == DELTA


def test_the_delta_of_a_draft_that_moved_is_not_mixed_with_what_was_read_of_it(tmp_path: Path) -> None:
    store = DraftStore(tables(tmp_path))
    seen = store.get(store.add("graph-1", DELTA, author="张敏", message="").id)
    store.change(seen, delta=Delta(8))
    with pytest.raises(DraftMoved):
        _ = seen.delta
