"""What the intent model sees does not depend on what the graph calls its things."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.lexicon.build import build
from kg.lexicon.lexicon import Lexicon
from nlu.masking import TOKENS, TaughtWords, mask_example, mask_for_model
from tests.support.facts import fact, member, subclass, text
from tests.support.memory import MemorySnapshot

TAUGHT = TaughtWords.of(["我要投诉", "<产品>的利率是多少", "卡丢了"])


@pytest.fixture(scope="module")
def lexicon(tmp_path_factory: pytest.TempPathFactory) -> Lexicon:
    facts = (
        subclass("理财产品", "产品"),
        member("稳盈1号", "理财产品"),
        member("云杉银行", "银行"),
        subclass("银行", "机构"),
        member("投诉", "术语"),
        member("复利", "术语"),
        fact("复利", "定义", text("利滚利。")),
        fact("投诉", "定义", text("对服务不满。")),
    )
    folder: Path = tmp_path_factory.mktemp("masking")
    build(MemorySnapshot(facts), folder / "lexicon")
    return Lexicon.open(folder / "lexicon")


def words(masked: str) -> str:
    """With single blanks."""
    return " ".join(masked.split())


@pytest.mark.parametrize(
    ("typed", "seen"),
    [
        ("什么是复利", "什么是 kt"),
        ("我要投诉", "我要投诉"),
        ("存5万能买吗", "存 vm 能买吗"),
        ("你好", "你好"),
        ("", ""),
    ],
)
def test_mask_for_model_table(lexicon: Lexicon, typed: str, seen: str) -> None:
    assert words(mask_for_model(typed, lexicon, TAUGHT)) == seen


def test_the_same_question_about_another_product_looks_the_same(lexicon: Lexicon, tmp_path: Path) -> None:
    foreign = (subclass("理财产品", "产品"), member("火星宝7号", "理财产品"))
    build(MemorySnapshot(foreign), tmp_path / "lexicon")
    there = Lexicon.open(tmp_path / "lexicon")
    here = mask_for_model("稳盈1号三年期利率多少", lexicon, TAUGHT)
    assert mask_for_model("火星宝7号三年期利率多少", there, TAUGHT) == here
    assert "稳盈" not in here


@pytest.mark.parametrize("placeholder", sorted(TOKENS))
def test_every_placeholder_becomes_one_word(placeholder: str) -> None:
    assert words(mask_example(f"我想问{placeholder}怎么样")) == f"我想问 {TOKENS[placeholder]} 怎么样"


def test_figures_in_examples_are_masked_as_customers_are() -> None:
    assert words(mask_example("<产品>存20万三年利率多少")).count("vm") == 1
