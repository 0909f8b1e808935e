"""What the FAQs of a graph mean, worked out once: vectors of their wordings, their answers and their words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

import numpy as np

from nlu.encoder import DIMENSIONS, KEPT, Vectors, vectors
from nlu.faq_vectors import FaqVectors
from nlu.faq_words import FaqWords
from nlu.meaning import everyday_words
from nlu.ranking.faq_pairs import Wording, content_of

MEANT = 12
"""FAQs added to those that words find: the nearest by their vectors."""
CHUNK = 200
"""Characters whose vectors are worked out at a time, some 10 ms: a turn that wants a vector waits for so many."""


class FaqMeant:
    """Immutable. Made by `meant_by`."""

    def __init__(self, sentences: FaqVectors, words: FaqWords) -> None:
        self._sentences, self._words = sentences, words

    def beside(self, text: str, asked: Wording, found: dict[int, list[int]]) -> list[tuple[float, ...]]:
        """What vectors say of the FAQs found, to which the nearest by their vectors are added: the values of
        MEANT_FEATURES beyond FEATURES."""
        content = {word: asked.weights.get(f"w:{word}", 0.0) for word in sorted(asked.content)}
        unknown = self._words.unknown(content)
        raw, *others = vectors([text, *unknown])
        placed = self._sentences.placed(raw)
        meaning = self._sentences.meaning(placed)
        for number in meaning.nearest(MEANT):
            if number not in found:
                found[number].append(self._sentences.place(meaning, number))
        numbers = list(found)
        sentences = (
            meaning.near[numbers].tolist(),
            self._sentences.answered(placed, numbers),
            meaning.average[numbers].tolist(),
        )
        words = self._words.beside(content, dict(zip(unknown, others, strict=True)), found)
        return [(*values, *said) for *values, said in zip(*sentences, words, strict=True)]


def meant_by(
    wordings: Sequence[Sequence[str]],
    answers: Sequence[str],
    weight: Callable[[str], float],
    go_on: Callable[[int, int], bool],
) -> FaqMeant | None:
    """Of the wordings and the answers of FAQs, one of each a FAQ. `weight` is how much a word tells; `go_on` is told
    how many texts are done of how many, and ends it by False: None."""
    asked = [text for own in wordings for text in own]
    contents = [content_of(text) for text in asked]
    wholes = [
        frozenset[str]().union(*map(content_of, (*own, answer))) for own, answer in zip(wordings, answers, strict=True)
    ]
    common = everyday_words()
    words = sorted(frozenset[str]().union(*wholes))
    known = _encoded([*asked, *answers, *common, *words], go_on)
    if known is None:
        return None
    vectors(asked[:1])  # loads the encoder where all texts were known: no turn shall wait for it
    ends = np.cumsum([len(asked), len(answers), len(common)]).tolist()
    said, told, everyday, own = np.split(known, ends)
    vocabulary: Mapping[str, Vectors] = dict(zip(words, own, strict=True)) | dict(zip(common, everyday, strict=True))
    sentences = FaqVectors(said, [len(texts) for texts in wordings], told)
    return FaqMeant(sentences, FaqWords(vocabulary, everyday, contents, wholes, weight))


def _encoded(texts: Sequence[str], go_on: Callable[[int, int], bool]) -> Vectors | None:
    found = np.empty((len(texts), DIMENSIONS), dtype=np.float32)
    for start, end in pairwise(_chunks(texts)):
        if not go_on(start, len(texts)):
            return None
        found[start:end] = KEPT.of(texts[start:end])
    return found


def _chunks(texts: Sequence[str]) -> list[int]:
    """Where the texts are cut so that no piece has more than CHUNK characters, or it is a single text."""
    cuts, size = [0], 0
    for place, text in enumerate(texts):
        if place > cuts[-1] and size + len(text) > CHUNK:
            cuts.append(place)
            size = 0
        size += len(text)
    return [*cuts, len(texts)]
