"""Predicates that nobody declared and no weight was fitted on: invented things with the attributes of their kind."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from tests.support.demo import PROJECT, Bank, bank_of, snapshot_of

OTHERS = PROJECT / "nlu" / "ranking" / "others.csv"
"""Kinds of things with what people ask of them; the weights are fitted on cases.csv, which has none of these kinds."""
VALUES = {
    "money": "{}元",
    "date": "19{}年3月5日",
    "number": "{}",
    "count": "{}个",
    "term": "{}年",
    "percent": "{}%",
    "text": "第{}种说法",
    "entity": "某某{}",
}


def rows() -> list[dict[str, str]]:
    with OTHERS.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def name_of(kind: str) -> str:
    """The invented thing of a kind: a name that says nothing of it."""
    kinds = list(dict.fromkeys(row["kind"] for row in rows()))
    return "青岚砚芷榆楠桓澈琮瑄珩"[kinds.index(kind) % 11] + "岑" + "甲丙戊庚壬"[kinds.index(kind) % 5] + "洲"


@pytest.fixture(scope="module")
def things(tmp_path_factory: pytest.TempPathFactory) -> Bank:
    """One thing of each kind with all attributes of its kind."""
    path: Path = tmp_path_factory.mktemp("things") / "things.csv"
    held: dict[str, dict[str, str]] = defaultdict(dict)
    for row in rows():
        if row["predicate"]:
            held[row["kind"]][row["predicate"]] = row["datatype"]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["subject", "predicate", "object", "subject_type", "object_type"])
        for kind, predicates in held.items():
            writer.writerow([name_of(kind), "实例", kind, kind, ""])
            for number, (predicate, datatype) in enumerate(predicates.items(), start=11):
                value = VALUES[datatype].format(number)
                writer.writerow([name_of(kind), predicate, value, kind, "人物" if datatype == "entity" else ""])
    return bank_of(snapshot_of([path]))


def outcome(bank: Bank, question: str, predicate: str) -> str:
    """What became of a question that asks for a predicate, or for nothing that is known."""
    made = bank.reply(question)
    said = {f.predicate for f in made.facts} - {"实例"}
    if made.outcome != "answered":
        return "silent" if not predicate else "refused"
    return "right" if predicate and said == {predicate} else "wrong"


def test_most_are_found_and_hardly_any_is_mistaken(things: Bank) -> None:
    asked = [(name_of(r["kind"]) + q, r["predicate"]) for r in rows() for q in r["questions"].split("|")]
    known = Counter(outcome(things, q, p) for q, p in asked if p)
    unknown = Counter(outcome(things, q, p) for q, p in asked if not p)
    assert known["right"] >= 0.93 * known.total(), known
    assert known["wrong"] <= 0.02 * known.total(), known
    assert unknown["wrong"] <= 2, unknown


def test_the_things_have_names_of_their_own() -> None:
    kinds = {row["kind"] for row in rows()}
    assert len({name_of(kind) for kind in kinds}) == len(kinds)
