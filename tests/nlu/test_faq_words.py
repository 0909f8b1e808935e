"""How much of a question is said again by words that mean nearly the same."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.encoder import DIMENSIONS, KEPT, Vectors, vectors
from nlu.faq_words import FaqWords
from nlu.meaning import everyday_words

SAID = ({"外币", "兑换"}, {"汇款", "限额"}, {"挂失", "补卡"})


def one(word: str) -> float:
    """Every word tells the same."""
    return 1.0 + 0.0 * len(word)


@pytest.fixture(scope="module")
def words() -> FaqWords:
    """Three FAQs of one wording each, whose answers say nothing more."""
    common = everyday_words()[:400]
    known = sorted(set().union(*SAID))
    vocabulary = dict(zip(known, KEPT.of(known), strict=True))
    return FaqWords(vocabulary, KEPT.of(common), SAID, SAID, one)


def beside(words: FaqWords, *asked: str) -> list[tuple[float, float, float]]:
    others = words.unknown(asked)
    found: dict[str, Vectors] = dict(zip(others, vectors(others), strict=True))
    return words.beside(dict.fromkeys(asked, 1.0), found, {0: [0], 1: [1], 2: [2]})


def test_the_same_words_say_all_and_are_said(words: FaqWords) -> None:
    found = beside(words, "汇款", "限额")
    assert found[1] == pytest.approx((found[1][0],) * 3, abs=1e-3)
    assert max(found[0][0], found[2][0]) < found[1][0] - 0.1


@pytest.mark.parametrize(("asked", "number"), [("美元", 0), ("打款", 1), ("丢失", 2)])
def test_words_that_mean_nearly_the_same_are_near(words: FaqWords, asked: str, number: int) -> None:
    found = [said for said, _, _ in beside(words, asked)]
    assert int(np.argmax(found)) == number, found


def test_a_question_without_words_is_near_to_nothing(words: FaqWords) -> None:
    assert words.beside({}, {}, {0: [0]}) == [(0.0, 0.0, 0.0)]


@given(st.lists(st.sampled_from(["汇款", "限额", "挂失", "补卡", "外币"]), min_size=1, unique=True))
def test_shares_are_between_nothing_and_all(asked: list[str]) -> None:
    common = np.eye(DIMENSIONS, dtype=np.float32)[:50]
    vocabulary = dict(zip(["汇款", "限额", "挂失", "补卡", "外币"], common, strict=False))
    index = FaqWords(vocabulary, common, [{"汇款"}, set()], [{"汇款", "外币"}, {"限额"}], one)
    for values in index.beside(dict.fromkeys(asked, 1.0), {}, {0: [0], 1: [1]}):
        assert all(-1e-4 <= value <= 1.0 + 1e-4 for value in values)
