"""Sentence vectors: what means the same lies close, in other words, other characters and English as well."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu import encoder
from nlu.encoder import DIMENSIONS, Vectors, VectorStore, encode, vector, vectors

MEANT = [
    ("一年要交多少钱", "年费", ("七日年化收益率", "起存金额", "客服热线")),
    ("周六日开不开门呀", "星期六营业时间", ("年费", "取现预约", "挂失手续费")),
    ("钱多久能回到卡里", "赎回到账时间", ("营业时间", "年费", "起存金额")),
    ("想骂你们打哪个号", "投诉电话", ("年费", "取现预约", "营业时间")),
    ("禮拜六開門嗎", "星期六营业时间", ("年费", "客服热线", "取现预约")),
    ("换了城市上班，公积金怎么办", "公积金转移到外地", ("信用卡年费", "营业时间", "客服热线")),
]


@pytest.mark.parametrize(("said", "meant", "others"), MEANT)
def test_what_is_meant_lies_nearest(said: str, meant: str, others: tuple[str, ...]) -> None:
    cosines = encode([meant, *others]) @ vector(said)
    assert int(np.argmax(cosines)) == 0, dict(zip((meant, *others), cosines.tolist(), strict=True))


@settings(max_examples=60)
@given(st.lists(st.text(max_size=40), max_size=6))
def test_any_text_has_a_vector_of_length_one(texts: list[str]) -> None:
    found = encode(texts)
    assert found.shape == (len(texts), DIMENSIONS)
    assert np.allclose(np.linalg.norm(found, axis=1), 1.0, atol=1e-3)


def test_a_text_has_the_same_vector_alone_and_among_others() -> None:
    texts = ["年费", "怎么挂失", "platinum credit card的年费是多少"]
    assert np.allclose(encode(texts), np.stack([vector(t) for t in texts]), atol=1e-4)


def test_kept_vectors_are_read_again_and_a_torn_record_is_dropped(tmp_path: Path) -> None:
    first = VectorStore()
    first.keep_in(tmp_path)
    known = first.of(["年费", "利率"])
    (file,) = tmp_path.iterdir()
    with file.open("ab") as open_file:
        open_file.write(b"torn by kill -9")
    second = VectorStore()
    second.keep_in(tmp_path)
    size = file.stat().st_size
    assert np.array_equal(second.of(["利率", "年费"]), known[::-1])
    assert file.stat().st_size == size  # nothing was worked out again
    second.of(["期限"])
    third = VectorStore()
    third.keep_in(tmp_path)
    assert third.of(["年费", "利率", "期限"]).shape == (3, DIMENSIONS)
    assert file.stat().st_size == (size - len(b"torn by kill -9")) // 2 * 3


def test_nothing_has_no_vectors() -> None:
    assert VectorStore().of([]).shape == encode([]).shape == (0, DIMENSIONS)


def test_asked_together_or_alone_and_again_vectors_are_the_same() -> None:
    both = vectors(["挂失补卡", "提额", "挂失补卡"])
    assert np.array_equal(both[0], both[2])
    assert np.allclose(both[1], vector("提额"), atol=1e-4)


def test_who_waits_comes_before_the_next_piece_of_many(monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    waits, taken = threading.Event(), threading.Event()

    class Model:
        def encode(self, texts: list[str]) -> Vectors:
            order.append(texts[0])
            if texts[0] == "一":
                taken.set()
                assert waits.wait(5)
                while not encoder._NEXT.locked():  # the turn holds the place of the next one
                    pass
            return np.zeros((len(texts), DIMENSIONS), dtype=np.float32)

    monkeypatch.setattr(encoder, "_encoder", Model)
    many = threading.Thread(target=lambda: [encode([piece]) for piece in ("一", "二", "三")])
    many.start()
    assert taken.wait(5)
    turn = threading.Thread(target=lambda: encode(["问"]))
    turn.start()
    waits.set()
    turn.join(5)
    many.join(5)
    assert order == ["一", "问", "二", "三"]
