"""FAQ retrieval and graphs of nothing but FAQs: `答案` and `相似问`, no facts beside them."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from kg.facts import FAQ_ANSWER, FAQ_VARIANT
from nlu.memory import Memory
from nlu.ranking.fit_faq import read_faqs
from tests.support.demo import PROJECT, TODAY, Bank, bank_of, snapshot_of

INSURANCE = PROJECT / "tests" / "eval" / "faqs" / "insurance.csv"
"""82 questions about insurance and housing funds with two or three wordings each, written from the answers."""
ASKED = PROJECT / "tests" / "eval" / "faqs" / "asked.csv"
"""Customers' wordings of the FAQs of a fictional bank and a fictional insurer, answers only, in files called by their
base; without a base: what stands in neither. The second part was asked only after all was built."""
OUTSIDE = (
    "明天会下雨吗",
    "给我讲个笑话",
    "今晚哪个台转播足球",
    "红烧肉怎么做才不腻",
    "帮我写一段请假的话",
    "上海到北京的高铁几点有",
    "你喜欢什么颜色",
    "手机屏幕碎了去哪修",
)


def graph_of(path: Path, *, without: int, folder: Path) -> Bank:
    """The FAQs of a file with their answers; of their wordings the one at `without` is left out, all for -1."""
    out = folder / "faqs.csv"
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["subject", "predicate", "object"])
        for faq in read_faqs([path]):
            kept = () if without < 0 else (v for n, v in enumerate(faq.variants) if n != without)
            writer.writerows([faq.question, FAQ_VARIANT, v] for v in kept)
            writer.writerows([faq.question, FAQ_ANSWER, a] for a in faq.answers)
    return bank_of(snapshot_of([out]))


@pytest.fixture(scope="module")
def questions_only(tmp_path_factory: pytest.TempPathFactory) -> Bank:
    """Questions and answers without any other wording."""
    return graph_of(INSURANCE, without=-1, folder=tmp_path_factory.mktemp("faqs"))


def outcome_of(bank: Bank, text: str, question: str) -> str:
    """right, wrong, offered (the question is among the choices), or how else the turn ended."""
    made = bank.reply(text)
    if made.outcome == "answered":
        return "right" if any(f.subject_name == question for f in made.facts) else "wrong"
    return "offered" if question in [c.label for c in made.message.choices] else str(made.outcome)


def test_every_question_finds_its_own_answer(questions_only: Bank) -> None:
    faqs = read_faqs([INSURANCE])
    found = Counter(outcome_of(questions_only, faq.question, faq.question) for faq in faqs)
    assert found["right"] >= len(faqs) - 1
    assert not found["wrong"]


def test_small_changes_of_a_question_are_answered(questions_only: Bank) -> None:
    asked = {
        "请问一下犹豫期内能退保吗": "犹豫期内可以退保吗",
        "离职了公积金怎么办呢": "离职后公积金怎么办",
        "理赔要准备哪些材料": "理赔需要准备哪些材料",
        "什么叫双录": "双录是什么",
        "我的保单丢了怎么补办": "保单丢了怎么补",
        "公积金密码忘记了怎么重置": "公积金密码怎么重置",
        "老人可以买什么保险": "老人还能买什么保险",
    }
    found = {text: outcome_of(questions_only, text, question) for text, question in asked.items()}
    assert set(found.values()) <= {"right", "offered"}, found
    assert list(found.values()).count("right") >= 5, found


def test_free_wording_is_answered_or_offered_and_seldom_wrong(questions_only: Bank) -> None:
    asked = [(v, faq.question) for faq in read_faqs([INSURANCE]) for v in faq.variants]
    found = Counter(outcome_of(questions_only, text, question) for text, question in asked)
    assert found["right"] + found["offered"] >= 0.38 * len(asked), found
    assert found["wrong"] <= 0.08 * len(asked), found


@pytest.mark.parametrize(("base", "right", "helped"), [("bank_lanqiao", 0.14, 0.64), ("insurer_luming", 0.13, 0.54)])
def test_customers_words_for_formal_questions(base: str, right: float, helped: float) -> None:
    bank = bank_of(snapshot_of([ASKED.with_name(f"{base}.csv")]))
    with ASKED.open(encoding="utf-8", newline="") as file:
        asked = list(csv.DictReader(file))
    own = [row for row in asked if row["base"] == base]
    found = Counter(outcome_of(bank, row["question"], row["faq"]) for row in own)
    assert found["right"] >= right * len(own), found
    assert found["right"] + found["offered"] >= helped * len(own), found
    assert found["wrong"] <= 0.02 * len(own), found
    strangers = Counter(outcome_of(bank, row["question"], "") for row in asked if not row["base"])
    assert strangers["wrong"] <= 2, strangers


def test_what_is_out_of_scope_is_not_answered(questions_only: Bank) -> None:
    found = Counter(str(questions_only.reply(text).outcome) for text in OUTSIDE)
    assert not found["answered"]
    assert found["clarify"] <= 1, found


def test_a_choice_is_taken_by_its_place_and_by_its_text(questions_only: Bank) -> None:
    asked = [v for faq in read_faqs([INSURANCE]) for v in faq.variants]
    back = next(r for r in map(questions_only.reply, asked) if r.outcome == "clarify" and len(r.message.choices) > 1)
    memory = Memory.from_json(back.memory.to_json())
    second = back.message.choices[1]
    by_place = questions_only.reply("第二个", memory)
    assert (by_place.outcome, by_place.facts[0].subject_name) == ("answered", second.label)
    by_click = questions_only.reply(second.text, memory)
    assert by_click.message.text == by_place.message.text


@pytest.mark.parametrize("without", [0, 1])
def test_other_wordings_help(without: int, questions_only: Bank, tmp_path: Path) -> None:
    bank = graph_of(INSURANCE, without=without, folder=tmp_path)
    faqs = read_faqs([INSURANCE])
    found = Counter(outcome_of(bank, faq.variants[without], faq.question) for faq in faqs)
    alone = Counter(outcome_of(questions_only, faq.variants[without], faq.question) for faq in faqs)
    assert found["right"] + found["offered"] >= alone["right"] + alone["offered"] - 3
    assert found["wrong"] <= 0.12 * len(faqs), found


def test_a_likely_question_is_what_probability_says(questions_only: Bank) -> None:
    hits = questions_only.understanding.faqs.find("理赔需要准备哪些材料")
    assert hits[0].faq.question == "理赔需要准备哪些材料"
    assert hits[0].sure > 0.6
    assert sum(h.share for h in hits) <= 1.0 + 1e-9
    assert questions_only.understood("理赔需要准备哪些材料", today=TODAY).confidence == hits[0].sure


def test_other_words_for_the_same_find_it_among_the_first(questions_only: Bank) -> None:
    asked = {
        "单位不干了住房公积金如何处理": "离职后公积金怎么办",
        "合同不见了能重新开一份吗": "保单丢了怎么补",
        "录音录像那一步是干嘛的": "双录是什么",
        "爷爷奶奶这把年纪有啥保险可买": "老人还能买什么保险",
        "申请赔款得交哪些单子": "理赔需要准备哪些材料",
    }
    faqs = questions_only.understanding.faqs
    assert faqs.prepared
    found = [question in [hit.faq.question for hit in faqs.find(text)] for text, question in asked.items()]
    assert sum(found) >= 4, found
