"""Talks about films, songs, people and sights on a graph that nobody declared, in which most turns leave the thing out.

tests/graphs/culture_talks.jsonl was written without looking at how the graph is understood: a line is a talk, a turn
says which attribute of which thing is asked; none is scored where it is empty, and `-` is one that nothing answers.
"""

from __future__ import annotations

import json
from collections import Counter

import pytest

from nlu.memory import Memory
from tests.support.demo import PROJECT, Bank, bank_of, snapshot_of

GRAPHS = PROJECT / "tests" / "graphs"


@pytest.fixture(scope="module")
def culture() -> Bank:
    return bank_of(snapshot_of([GRAPHS / "culture.csv"]))


def outcomes(bank: Bank) -> Counter[str]:
    """Turns by what became of them."""
    found: Counter[str] = Counter()
    for line in (GRAPHS / "culture_talks.jsonl").read_text(encoding="utf-8").splitlines():
        memory = Memory()
        for turn in json.loads(line):
            made = bank.reply(turn["text"], memory)
            memory = Memory.from_json(made.memory.to_json())
            said = {(f.subject_name, f.predicate) for f in made.facts}
            wanted = (turn["subject"], turn["predicate"])
            answered = made.outcome == "answered"
            if turn["predicate"] == "-":
                found["unknown answered" if answered else "unknown"] += 1
            elif turn["predicate"]:
                found["right" if wanted in said else "wrong" if answered else "refused"] += 1
    return found


def test_most_turns_are_understood_though_they_name_nothing(culture: Bank) -> None:
    found = outcomes(culture)
    asked = found["right"] + found["wrong"] + found["refused"]
    assert found["right"] >= 0.9 * asked, found
    assert found["wrong"] <= 0.05 * asked, found
    assert found["unknown answered"] <= 1, found


@pytest.mark.parametrize(
    "text", ["你知道北岸没有灯塔这部电影吗", "听过没有灯的夜里吗", "给我讲讲纸飞机航线吧", "澄湖是什么"]
)
def test_a_thing_is_described_by_its_prose_where_nobody_defined_it(culture: Bank, text: str) -> None:
    made = culture.reply(text)
    assert made.outcome == "answered"
    assert len(made.facts[0].text) >= 24
    assert made.facts[0].text in made.message.plain()


def test_another_thing_of_the_kind_does_not_answer_for_one_that_lacks_it(culture: Bank) -> None:
    replies = culture.talk("栖云山的电话", "澄湖的门票", "电话是多少")
    assert "0839" in replies[0].message.plain()
    assert replies[2].outcome != "answered"
