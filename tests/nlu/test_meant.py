"""Undeclared predicates by sense: what is encoded, and what is not."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

import nlu.meant
from kg.ontology import Ontology
from nlu.analysis import Analysis
from nlu.meant import MOST, meant, prepare
from nlu.ranking.pairs import Asking, cosines
from tests.support.demo import demo_bank

NOTHING_DECLARED = Ontology()


@pytest.fixture()
def encoded(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many names each call of the encoder was given."""
    calls: list[int] = []

    def counted(asked: Asking, forms: Sequence[str]) -> list[float]:
        calls.append(len(forms))
        return cosines(asked, forms)

    monkeypatch.setattr(nlu.meant, "cosines", counted)
    return calls


def found(text: str, options: Sequence[str]) -> str:
    made = meant(text, options, NOTHING_DECLARED, Analysis(text, rest=((0, len(text)),)))
    return made.predicate if made is not None else ""


def test_what_the_words_say_clearly_is_not_encoded(encoded: list[int]) -> None:
    assert found("校长", ["校长", "校训", "地址"]) == "校长"
    assert encoded == []


def test_what_shares_no_word_is_found_by_its_sense(encoded: list[int]) -> None:
    assert found("终身伴侣", ["配偶", "体重", "票房", "海拔"]) == "配偶"
    assert encoded == [4]


def test_of_many_options_only_the_likeliest_are_encoded(encoded: list[int]) -> None:
    found("终身伴侣", [f"第{number}项指标" for number in range(5 * MOST)])
    assert encoded == [MOST]


def test_names_are_encoded_ahead_where_nobody_declared_them(encoded: list[int]) -> None:
    assert prepare(["配偶", "体重"], NOTHING_DECLARED) == 2
    assert prepare(["年费", "期限"], demo_bank().lexicon.ontology) == 0
    assert encoded == [2]
