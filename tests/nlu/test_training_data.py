"""The training examples: enough for every intent, no text under two, no names of the demo bank's things."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator

import pytest

from nlu import intents
from nlu.masking import TOKENS
from tests.support.rasa_files import ROOT, examples, plain

LEARNT = intents.KNOWLEDGE_INTENTS | intents.COMMANDS | intents.CHITCHAT | {intents.OUT_OF_SCOPE, intents.CHOOSE}

LEAST = {
    intents.REPORT_URGENT: 150,
    intents.ASK_ACCOUNT: 120,
    intents.OUT_OF_SCOPE: 200,
    intents.COMPLAIN: 80,
    intents.CHOOSE: 20,
    **dict.fromkeys(intents.CHITCHAT, 25),
}
FREQUENT = 60

EVERYDAY = 6
"""Texts up to this many characters (你好, 转人工) are said by everybody, in evaluation sets too."""


def test_every_intent_that_is_learnt_has_examples_and_no_other() -> None:
    assert set(examples()) == LEARNT


@pytest.mark.parametrize("intent", sorted(LEARNT))
def test_an_intent_has_enough_examples(intent: str) -> None:
    different = {plain(text) for text in examples()[intent]}
    assert len(different) >= LEAST.get(intent, FREQUENT)


def test_no_example_stands_under_two_intents() -> None:
    places = defaultdict(set)
    for intent, texts in examples().items():
        for text in texts:
            places[plain(text) or text].add(intent)
    assert {text: found for text, found in places.items() if len(found) > 1} == {}


def test_no_example_stands_twice() -> None:
    counts = Counter(text for texts in examples().values() for text in texts)
    assert [text for text, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("intent", sorted(LEARNT))
def test_examples_hold_only_known_placeholders_and_no_markup(intent: str) -> None:
    placeholders = {p for text in examples()[intent] for p in re.findall(r"<[^>a-z]*>", text)}
    assert placeholders <= set(TOKENS)
    assert [text for text in examples()[intent] if re.search(r"[\[\]{}]|^/", text)] == []


def test_examples_name_none_of_the_banks_own_products_people_and_branches() -> None:
    names = set(_brand_names())
    assert len(names) > 150
    found = [(name, text) for texts in examples().values() for text in texts for name in names if name in text]
    assert found == []


def test_no_example_is_a_question_of_the_evaluation_sets() -> None:
    asked = {plain(text) for text in _evaluation_texts()}
    assert len(asked) > 300
    taught = {plain(text) for texts in examples().values() for text in texts}
    assert sorted(t for t in taught & asked if len(t) > EVERYDAY) == []


def _brand_names() -> Iterator[str]:
    """Names of the demo bank that carry a brand: everything of its product, fund, insurance and branch files that is
    an instance, unless it is a word of the trade (组合贷款, 交强险, 三年期整存整取)."""
    files = ("wealth", "funds", "insurance", "cards", "institutions", "branches")
    for name in files:
        with (ROOT / "data" / "triples" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                if row["predicate"] == "实例" and row["object"] != "城市" and row["subject"] not in _TRADE_WORDS:
                    yield row["subject"]


_TRADE_WORDS = frozenset({"云杉银行", "财政部", "交强险", "银联", "Visa", "万事达"})


def _evaluation_texts() -> Iterator[str]:
    for path in (ROOT / "tests" / "eval").rglob("*.jsonl"):
        for line in path.read_text(encoding="utf-8").splitlines():
            yield from (turn["text"] for turn in json.loads(line)["turns"])
