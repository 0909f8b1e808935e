"""Memory: what survives a turn, its JSON, its size."""

from __future__ import annotations

import json
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from kg.answer import Choice
from kg.query import Ask, Entity, Query
from nlu.memory import LIMIT_BYTES, MAX_FRAMES, MAX_MET, MAX_SHOWN, Extreme, Memory, Met, Shown

TODAY = date(2026, 11, 20)
names = st.text(alphabet="稳盈云杉信用卡贷款存单12345号", min_size=1, max_size=30)
entities = st.builds(Entity, id=names, name=names)
queries = st.builds(
    Query,
    ask=st.sampled_from(Ask),
    focus=st.lists(entities, max_size=6).map(tuple),
    predicates=st.lists(names, max_size=6).map(tuple),
)
memories = st.builds(
    Memory,
    frames=st.lists(queries, max_size=MAX_FRAMES).map(tuple),
    display=st.builds(
        Shown,
        entities=st.lists(entities, max_size=MAX_SHOWN).map(tuple),
        total=st.integers(0, 10**6),
        extremes=st.lists(st.builds(Extreme, names, names, names), max_size=4).map(tuple),
    ),
    met=st.lists(st.builds(Met, entities, names), max_size=MAX_MET).map(tuple),
    offered=st.lists(names, max_size=6).map(tuple),
    asked=st.just("") | names,
    pending=st.lists(st.builds(Choice, label=names, query=st.none() | queries, text=names), max_size=6).map(tuple),
    revision=st.integers(0, 10**6),
    today=st.none() | st.dates(),
)


def size(memory: Memory) -> int:
    return len(json.dumps(memory.to_json(), ensure_ascii=False).encode())


@given(memories)
def test_its_json_is_small_whatever_it_holds(memory: Memory) -> None:
    assert size(memory) <= LIMIT_BYTES


@given(memories)
def test_what_is_kept_comes_back(memory: Memory) -> None:
    once = Memory.from_json(json.loads(json.dumps(memory.to_json())))
    assert Memory.from_json(once.to_json()) == once
    assert once.frames == memory.frames[: len(once.frames)]
    assert [e.id for e in once.shown] == [e.id for e in memory.shown][: len(once.shown)]
    assert once.pending == memory.pending[: len(once.pending)]


def test_a_large_memory_forgets_old_frames_before_the_newest() -> None:
    big = tuple(
        Query(Ask.VALUE, tuple(Entity(f"产品{n}-{i}" * 8, "名字" * 20) for i in range(6)), predicates=(f"属性{n}",))
        for n in range(3)
    )
    kept = Memory.from_json(Memory(frames=big).to_json())
    assert 1 <= len(kept.frames) < 3
    assert kept.last is not None
    assert kept.last.predicates == ("属性0",)


def test_an_oversized_single_frame_is_forgotten_not_cut() -> None:
    huge = Query(Ask.VALUE, tuple(Entity(str(i) * 200, "名" * 200) for i in range(20)))
    assert Memory.from_json(Memory(frames=(huge,)).to_json()) == Memory()


def test_nothing_and_other_versions_are_an_empty_memory() -> None:
    assert Memory.from_json(None) == Memory()
    assert Memory.from_json({}) == Memory()
    assert Memory.from_json({"version": 99, "frames": []}) == Memory()


def test_the_newest_query_comes_first_and_three_are_kept() -> None:
    memory = Memory()
    for n in range(5):
        memory = memory.with_query(Query(Ask.VALUE, predicates=(f"属性{n}",)), None, 7, TODAY)
    assert [q.predicates for q in memory.frames] == [("属性4",), ("属性3",), ("属性2",)]
    assert (memory.revision, memory.today) == (7, TODAY)


def test_an_answer_about_one_thing_leaves_the_list_on_display() -> None:
    shown = (Entity("a", "甲"), Entity("b", "乙"))
    memory = Memory().with_query(Query(Ask.LIST), Shown(shown, 2), 1, TODAY)
    memory = memory.with_query(Query(Ask.VALUE), None, 1, TODAY)
    assert (memory.shown, memory.display.total) == (shown, 2)
    assert memory.with_query(Query(Ask.LIST), Shown(), 1, TODAY).shown == ()


def test_what_came_up_is_kept_once_and_the_newest_comes_first() -> None:
    fund, manager = Entity("f", "某基金"), Entity("m", "某经理")
    memory = Memory().with_query(Query(Ask.VALUE, (fund,)), None, 1, TODAY, [Met(manager, "基金经理")])
    assert [(m.entity.id, m.role) for m in memory.met] == [("f", ""), ("m", "基金经理")]
    memory = memory.with_query(Query(Ask.VALUE, (manager,)), None, 1, TODAY)
    assert [(m.entity.id, m.role) for m in memory.met] == [("m", ""), ("f", "")]


def test_a_question_back_is_answered_once() -> None:
    choices = (Choice("甲", Query(Ask.VALUE, (Entity("a", "甲"),))),)
    asked = Memory().with_choices(choices)
    assert asked.pending == choices
    assert asked.last == choices[0].query
    assert asked.with_query(Query(Ask.LIST), None, 1, TODAY).pending == ()
