"""Ranking of attributes by wording and by the kind of answer asked for, on predicates of nobody's bank."""

from __future__ import annotations

from datetime import date

import pytest

from kg.ontology import Ontology, Predicate
from kg.values import Kind
from nlu.analysing import analyse
from nlu.predicates import of_kind, rank, typed_by_cue
from tests.support.demo import Bank, bank_of
from tests.support.facts import fact, money, text
from tests.support.memory import MemorySnapshot

ONTOLOGY = Ontology(
    {
        p.name: p
        for p in (
            Predicate("票价", aliases=("门票价格",), datatype=Kind.MONEY),
            Predicate("开放时间", datatype=Kind.TIME),
            Predicate("地址", datatype=Kind.TEXT),
            Predicate("游玩时长", datatype=Kind.TERM),
            Predicate("馆长", datatype=Kind.ENTITY),
        )
    }
)
FACTS = (
    fact("鲸鱼博物馆", "票价", money(30)),
    fact("鲸鱼博物馆", "地址", text("海边路")),
)


@pytest.fixture(scope="module")
def museum() -> Bank:
    return bank_of(MemorySnapshot(FACTS, ONTOLOGY))


@pytest.mark.parametrize(
    ("question", "predicate"),
    [
        ("鲸鱼博物馆门票多少钱", "票价"),
        ("鲸鱼博物馆几点开放", "开放时间"),
        ("鲸鱼博物馆在哪", "地址"),
        ("鲸鱼博物馆要玩多久", "游玩时长"),
        ("鲸鱼博物馆谁当馆长", "馆长"),
        ("鲸鱼博物馆票嫁", "票价"),
    ],
)
def test_wording_and_kind_of_answer_choose(museum: Bank, question: str, predicate: str) -> None:
    analysis = analyse(question, museum.lexicon, date(2026, 11, 20))
    words = f"{analysis.rest_text()} {' '.join(p.surface for p in analysis.predicates)}"
    assert rank(words, list(ONTOLOGY.predicates), museum.lexicon, analysis)[0].predicate == predicate


def test_one_predicate_may_answer_the_question_word(museum: Bank) -> None:
    analysis = analyse("鲸鱼博物馆在哪里", museum.lexicon, date(2026, 11, 20))
    assert typed_by_cue(["地址", "所在地区"], analysis) == "地址"
    assert typed_by_cue([], analysis) == ""


def test_of_kind_keeps_the_order() -> None:
    assert of_kind(["游玩时长", "地址", "票价"], (Kind.MONEY, Kind.TERM), ONTOLOGY) == ["游玩时长", "票价"]
