"""How near a question comes to FAQs by sentence vectors."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.encoder import DIMENSIONS, Vectors
from nlu.faq_vectors import FaqVectors


def some(count: int, seed: int) -> Vectors:
    """So many unit vectors in a narrow cone, as those of questions are."""
    found = np.random.default_rng(seed).normal(size=(count, DIMENSIONS)) + 2.0
    unit: Vectors = (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)
    return unit


@given(st.lists(st.integers(1, 5), min_size=1, max_size=40), st.integers(0, 9))
def test_a_wording_is_nearest_to_its_own_faq(counts: list[int], seed: int) -> None:
    wordings = some(sum(counts), seed)
    vectors = FaqVectors(wordings, counts, some(len(counts), seed + 1))
    owners = np.repeat(np.arange(len(counts)), counts)
    for place in range(0, len(wordings), 7):
        placed = vectors.placed(wordings[place])
        meaning = vectors.meaning(placed)
        assert int(np.argmax(meaning.near)) == owners[place]
        assert vectors.place(meaning, int(owners[place])) == place
        assert meaning.near[owners[place]] == pytest.approx(np.dot(placed, placed), abs=1e-4)
        assert np.all(meaning.average <= meaning.near + 1e-4) and np.all(meaning.near <= 1.0 + 1e-4)
        assert owners[place] in meaning.nearest(3)


def test_what_all_questions_share_says_nothing() -> None:
    wordings = some(200, 1)
    vectors = FaqVectors(wordings, [1] * 200, some(200, 2))
    raw = float(wordings[0] @ wordings[1])
    assert raw > 0.7
    assert abs(float(vectors.meaning(vectors.placed(wordings[0])).near[1])) < 0.4


def test_an_answer_is_told_from_others_by_its_vector() -> None:
    wordings, answers = some(30, 3), some(30, 4)
    vectors = FaqVectors(wordings, [1] * 30, answers)
    towards = wordings[5] + 0.5 * (answers[7] - answers.mean(axis=0))
    near = vectors.answered(vectors.placed((towards / np.linalg.norm(towards)).astype(np.float32)), list(range(30)))
    assert int(np.argmax(near)) == 7


def test_a_single_faq_has_vectors_too() -> None:
    only = some(1, 5)
    vectors = FaqVectors(only, [1], some(1, 6))
    assert vectors.meaning(vectors.placed(only[0])).near[0] > 0.9
    assert len(vectors.answered(vectors.placed(only[0]), [0])) == 1
