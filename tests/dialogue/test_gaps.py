"""Gaps: what is missing is told by kind, gathered, and drafted as a row; what is far from the graph is left out."""

from __future__ import annotations

from datetime import date

import pytest

from dialogue.gaps import Gap, GapKind, Unanswered, gaps_of, near_of
from kg.query import Ask, Entity, Period, Query
from tests.support.demo import Bank, bank_of
from tests.support.facts import fact, member, text
from tests.support.memory import MemorySnapshot

DAY = date(2026, 11, 20)
FACTS = (
    member("鲸落海洋馆", "场馆"),
    member("琥珀自然馆", "场馆"),
    fact("鲸落海洋馆", "票价", text("30元")),
    fact("琥珀自然馆", "票价", text("免费")),
)
WHALES = Entity("鲸落海洋馆", "鲸落海洋馆")


@pytest.fixture(scope="module")
def museums() -> Bank:
    return bank_of(MemorySnapshot(FACTS))


def asked(words: str, query: Query | None, session: str = "s", outcome: str = "unanswerable") -> Unanswered:
    return Unanswered(words, session, outcome, "ask_attribute", DAY, query.to_json() if query else None)


def only(bank: Bank, *turns: Unanswered) -> Gap:
    found = gaps_of(turns, bank.lexicon)
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("words", "query", "kind", "row"),
    [
        ("鲸落海洋馆的馆训", Query(Ask.VALUE, (WHALES,), predicates=("馆训",)), "谓语", ("鲸落海洋馆", "馆训", "", "")),
        ("鲸落海洋馆的设计师是谁", Query(Ask.VALUE, (WHALES,)), "谓语", ("鲸落海洋馆", "设计师", "", "")),
        (
            "鲸落海洋馆2019年票价",
            Query(
                Ask.VALUE,
                (WHALES,),
                predicates=("票价",),
                period=Period(date(2019, 1, 1), date(2019, 12, 31), "2019年"),
            ),
            "值",
            ("鲸落海洋馆", "票价", "", "年度=2019年"),
        ),
        (
            "青瓷小馆票价",
            Query(Ask.VALUE, (Entity("青瓷小馆", "青瓷小馆"),)),
            "实体",
            ("青瓷小馆", "实例", "", ""),
        ),
        (
            "鲸落海洋乐园票价",
            Query(Ask.VALUE, (Entity("鲸落海洋乐园", "鲸落海洋乐园"),)),
            "别名",
            ("鲸落海洋馆", "别名", "鲸落海洋乐园", ""),
        ),
    ],
)
def test_what_is_missing_is_told_by_kind(
    museums: Bank, words: str, query: Query, kind: str, row: tuple[str, ...]
) -> None:
    gap = only(museums, asked(words, query))
    assert (gap.kind.value, gap.rows) == (kind, (row,))


def test_like_questions_are_one_gap_counted_by_conversation(museums: Bank) -> None:
    gap = only(
        museums,
        asked("可以带宠物进馆吗", None, "a", "fallback"),
        asked("能带宠物进馆吗", None, "b", "fallback"),
        asked("可以带宠物进馆吗", None, "b", "fallback"),
    )
    assert (gap.kind, gap.conversations, len(gap.questions)) == (GapKind.FAQ, 2, 2)
    assert gap.csv() == "subject,predicate,object,qualifiers\n可以带宠物进馆吗,答案,,\n"


def test_out_of_scope_counts_only_when_it_was_near(museums: Bank) -> None:
    def turned_away(words: str, other: tuple[str, str, float]) -> Unanswered:
        return Unanswered(words, "s", "out_of_scope", "out_of_scope", DAY, None, near_of([other]))

    far = turned_away("今天天气怎么样", ("intent", "greet", 0.4))
    near = turned_away("学生有没有优惠票", ("faq", "ask_faq", 0.3))
    assert only(museums, far, near).questions == ("学生有没有优惠票",)
