"""A graph of infoboxes as encyclopedias have them: 34 kinds of things, 1,760 rows, nothing declared, invented names.

`infobox_questions.csv` and `infobox_talks.jsonl` were written without looking at how anything is understood, the set
`second` after the first one had been read and mended; figures of the first runs: docs/evaluation.md. What is expected:
`thing.attribute`, several by `/` where each is right, by `+` where all are; `=` names that the answer shows; `?` to be
asked back; `-` that nothing is answered.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterator

import pytest

from dialogue.replying import Reply
from nlu.memory import Memory
from tests.support.demo import PROJECT, Bank, bank_of, snapshot_of

GRAPHS = PROJECT / "tests" / "graphs"
FLOORS = {"first": (0.97, 0.01, 0.1), "second": (0.85, 0.05, 0.19), "talks": (0.9, 0.045, 0.0)}
"""By set: the least share right, and the most wrong, of what can be answered; the most answered of what cannot."""


@pytest.fixture(scope="module")
def infobox() -> Bank:
    return bank_of(snapshot_of([GRAPHS / "infobox.csv"]))


def outcome(made: Reply, expected: str) -> str:
    """right, wrong or silent; answered or refused where nothing can be answered."""
    answered = made.outcome == "answered"
    if expected == "-":
        return "answered" if answered else "refused"
    if not answered:
        return "right" if expected[0] == "?" and made.outcome == "clarify" else "silent"
    if expected[0] == "=":
        shown = made.message.plain()
        return "right" if all(name in shown for name in expected[1:].split(",")) else "wrong"
    said = {f"{f.subject_name}.{f.predicate}" for f in made.facts if f.predicate != "实例"}
    whole = {frozenset(way.split("+")) for way in expected.split("/")}
    several = "+" not in expected and said <= {name for way in whole for name in way}
    return "right" if said in whole or (said and several) else "wrong"


def questions(name: str) -> Iterator[tuple[str, str]]:
    with (GRAPHS / "infobox_questions.csv").open(encoding="utf-8", newline="") as lines:
        yield from ((r["question"], r["expected"]) for r in csv.DictReader(lines) if r["set"] == name)


def talks() -> Iterator[list[dict[str, str]]]:
    for line in (GRAPHS / "infobox_talks.jsonl").read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def short_of(found: Counter[str], name: str) -> list[str]:
    """The figures that are worse than those of FLOORS."""
    asked = found["right"] + found["wrong"] + found["silent"]
    right, wrong, answered = FLOORS[name]
    held = {
        "right": found["right"] >= right * asked,
        "wrong": found["wrong"] <= wrong * asked,
        "answered": found["answered"] <= answered * (found["answered"] + found["refused"]),
    }
    return [figure for figure, holds in held.items() if not holds]


@pytest.mark.parametrize("name", ["first", "second"])
def test_single_questions(infobox: Bank, name: str) -> None:
    found = Counter(outcome(infobox.reply(text), expected) for text, expected in questions(name))
    assert short_of(found, name) == [], found


def test_talks_in_which_most_turns_name_nothing(infobox: Bank) -> None:
    found: Counter[str] = Counter()
    for talk in talks():
        memory = Memory()
        for turn in talk:
            made = infobox.reply(turn["text"], memory)
            memory = Memory.from_json(made.memory.to_json())
            if turn["expected"]:
                found[outcome(made, turn["expected"])] += 1
    assert short_of(found, "talks") == [], found


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        ("方知返拍过什么片子", {"没有名字的人", "2049号列车"}),
        ("江畔文艺出版社出了哪些书", {"灯下漫长", "风从海上来", "食在巷口"}),
        ("云梭科技开发了什么软件", {"云梭笔记", "快手钉"}),
    ],
)
def test_what_holds_a_name_is_found_by_what_is_done(infobox: Bank, question: str, shown: set[str]) -> None:
    made = infobox.reply(question)
    assert made.outcome == "answered"
    assert {f.subject_name for f in made.facts} == shown


@pytest.mark.parametrize(
    ("turns", "told"),
    [
        (("裴小鹿是哪个公司的艺人", "这个公司在哪"), "青浦市"),
        (("麦子黄了谁唱的", "歌手是哪里人"), "海城"),
        (("桐溪县有多少人", "有什么景点"), "桐溪大堤"),
    ],
)
def test_a_class_means_what_the_talk_led_to(infobox: Bank, turns: tuple[str, ...], told: str) -> None:
    assert told in infobox.talk(*turns)[-1].message.plain()
