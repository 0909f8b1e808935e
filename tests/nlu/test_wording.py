"""How near a question comes to what a graph calls its predicates, on predicates of nobody's bank."""

from __future__ import annotations

import pytest

from kg.ontology import Ontology, Predicate
from kg.values import Kind
from nlu.wording import Wordings, is_content
from nlu.words import related_groups
from tests.support.demo import Bank, bank_of
from tests.support.facts import fact, money, text
from tests.support.memory import MemorySnapshot

ONTOLOGY = Ontology(
    {
        p.name: p
        for p in (
            Predicate("停车费", aliases=("停车多少钱", "停车怎么收费"), datatype=Kind.MONEY),
            Predicate("门票价格", aliases=("门票多少钱",), datatype=Kind.MONEY),
            Predicate("馆藏数量", aliases=("有多少件藏品",), datatype=Kind.COUNT),
        )
    }
)


@pytest.fixture(scope="module")
def wordings() -> Wordings:
    facts = (fact("鲸鱼博物馆", "门票价格", money(30)), fact("鲸鱼博物馆", "地址", text("海边路")))
    museum: Bank = bank_of(MemorySnapshot(facts, ONTOLOGY))
    return Wordings(museum.lexicon)


@pytest.mark.parametrize(
    ("question", "predicate"),
    [("门票要多少钱", "门票价格"), ("停车一次收多少钱", "停车费"), ("里面有多少件藏品", "馆藏数量")],
)
def test_rare_words_count_more_than_words_that_only_ask(wordings: Wordings, question: str, predicate: str) -> None:
    def wording(name: str) -> float:
        match = wordings.match(question, name)
        return match.wording if match else 0.0

    assert max(ONTOLOGY.predicates, key=wording) == predicate


def test_what_is_left_unexplained_lowers_the_coverage(wordings: Wordings) -> None:
    plain, more = wordings.match("门票多少钱", "门票价格"), wordings.match("门票设计师多少钱", "门票价格")
    assert plain is not None and more is not None
    assert plain.coverage > 0.9 > more.coverage
    assert wordings.match("天气", "门票价格") is None


def test_words_of_content() -> None:
    assert is_content("停车费")
    assert not is_content("是多少呢")


def test_single_characters_are_related_only_as_words() -> None:
    assert "贷" in related_groups("能借多少")
    assert "贷" not in related_groups("借记卡")
