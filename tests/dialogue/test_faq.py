"""FAQ answers: every one of the demo bank can be said, and a sentence without its fact is left out."""

from __future__ import annotations

from datetime import date

import pytest

from dialogue.faq import faq_message
from kg.facts import FAQ_ANSWER, Fact
from kg.ontology import Ontology, Predicate
from kg.references import REFERENCE
from kg.value_parser import parse_value
from kg.values import Kind
from tests.support.demo import TODAY, Bank, bank_of
from tests.support.facts import fact, money, on, percent, text
from tests.support.memory import MemorySnapshot

ANSWER = "甲1号{甲1号.起购金额}起购。三年期利率是{定期.年利率[期限=3年]}！没有的是{甲1号.没有的}。其他照常。"
ONTOLOGY = Ontology({"期限": Predicate("期限", datatype=Kind.TERM)})
FACTS = (
    fact("怎么买甲1号", FAQ_ANSWER, text(ANSWER), source="常见问题集"),
    fact("只有引用", FAQ_ANSWER, text("是{甲1号.没有的}。")),
    fact("甲1号", "起购金额", money(10000, "1万元"), source="甲1号说明书"),
    fact("定期", "年利率", percent("1.5"), on("期限", parse_value("3年", Kind.TERM)), since=date(2025, 1, 1)),
    fact("定期", "年利率", percent("1.1"), on("期限", parse_value("1年", Kind.TERM)), since=date(2025, 1, 1)),
)


@pytest.fixture(scope="module")
def small() -> Bank:
    return bank_of(MemorySnapshot(FACTS, ONTOLOGY))


def test_references_become_facts_and_a_sentence_without_one_is_left_out(small: Bank) -> None:
    found = faq_message("怎么买甲1号", small.snapshot, small.lexicon, TODAY)
    assert found.message.text == "甲1号1万元起购。三年期利率是1.5%（期限3年）！其他照常。"
    assert {f.predicate for f in found.facts} == {FAQ_ANSWER, "起购金额", "年利率"}
    assert {"常见问题集", "甲1号说明书"} <= {s.document for s in found.message.sources}


def test_a_reference_is_read_on_the_day(small: Bank) -> None:
    found = faq_message("怎么买甲1号", small.snapshot, small.lexicon, date(2024, 6, 1))
    assert found.message.text == "甲1号1万元起购。其他照常。"


def test_an_answer_of_nothing_but_missing_facts_says_nothing(small: Bank) -> None:
    assert faq_message("只有引用", small.snapshot, small.lexicon, TODAY).message.text == ""


def answers(bank: Bank) -> list[Fact]:
    return [f for f in bank.snapshot.facts if f.predicate == FAQ_ANSWER]


def test_every_answer_of_the_demo_bank_is_whole(bank: Bank) -> None:
    half: list[str] = []
    for fact_ in answers(bank):
        found = faq_message(fact_.subject_id, bank.snapshot, bank.lexicon, TODAY)
        sentences = [s for s in fact_.text.replace("！", "。").replace("？", "。").split("。") if s.strip()]
        said = [s for s in found.message.text.replace("！", "。").replace("？", "。").split("。") if s.strip()]
        if "{" in found.message.text or len(said) < len(sentences):
            half.append(f"{fact_.file}:{fact_.line}: {fact_.subject_name}: {found.message.text}")
    assert half == []


def test_the_demo_bank_uses_references(bank: Bank) -> None:
    assert sum(len(REFERENCE.findall(f.text)) for f in answers(bank)) > 100


def test_a_faq_is_found_by_a_wording_of_its_own(bank: Bank) -> None:
    asked = right = 0
    for faq in bank.lexicon.faqs[::12]:
        for wording in faq.variants[:1]:
            asked += 1
            (best, *_) = bank.understanding.faqs.find(wording)
            right += best.faq.id == faq.id
    assert asked > 25
    assert right / asked >= 0.97
