"""What the words of FAQs mean: how much of a question is said again by words that mean nearly the same.

A sentence vector says what a text is about as a whole; where a question has many words beside its matter, each of them
taken by itself finds its like (打钱 beside 汇款, 美金 beside 美元). The measure is that of BERTScore (Zhang et al.
2020): every word counts with the nearest of the other text's, rare ones more.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from nlu.encoder import Vectors
from nlu.faq_vectors import Space

NOTHING = 0
"""Row of what has no words: it is near to nothing."""
_LEAST = 1e-9

Rows = npt.NDArray[np.int32]


class FaqWords:
    """Immutable. `vocabulary` are all words of content with their vectors, `common` those of everyday words, from whose
    spread the space of words is taken; `wordings` and `entries` are the words of content of every wording and of every
    FAQ with its answer; `weight` is how much a word tells."""

    def __init__(
        self,
        vocabulary: Mapping[str, Vectors],
        common: Vectors,
        wordings: Sequence[Collection[str]],
        entries: Sequence[Collection[str]],
        weight: Callable[[str], float],
    ) -> None:
        words = sorted(vocabulary)
        self._space = Space(common)
        self._rows = {word: row for row, word in enumerate(words, NOTHING + 1)}
        known = self._space.placed(np.stack([vocabulary[word] for word in words])) if words else common[:0]
        self._vectors = np.concatenate([np.zeros((1, known.shape[1]), dtype=np.float32), known])
        self._weights = np.array([_LEAST, *map(weight, words)], dtype=np.float32)
        self._wordings = [self._of(content) for content in wordings]
        self._entries = [self._of(content) for content in entries]

    def unknown(self, words: Collection[str]) -> list[str]:
        """Those of the words whose vectors `beside` has to be told."""
        return [word for word in words if word not in self._rows]

    def beside(
        self, asked: Mapping[str, float], others: Mapping[str, Vectors], near: Mapping[int, Sequence[int]]
    ) -> list[tuple[float, float, float]]:
        """Of every FAQ in `near`, beside the places of those of its wordings that came near: how much of the words
        `asked`, with what each tells, is said by the nearest wording; how much of a wording is said by them; how much
        of them is said by the whole FAQ. `others` are the vectors of unknown words."""
        if not asked or not near:
            return [(0.0, 0.0, 0.0)] * len(near)
        own = np.array(list(asked.values()), dtype=np.float32)
        rows = [self._wordings[place] for places in near.values() for place in places]
        rows += [self._entries[number] for number in near]
        starts = np.cumsum([0, *map(len, rows)][:-1])
        flat = np.concatenate(rows)
        alike = np.maximum(self._vectors[flat] @ self._placed(asked, others).T, 0.0)
        said = np.maximum.reduceat(alike, starts, axis=0) @ own / own.sum()
        weights = self._weights[flat]
        back = np.add.reduceat(alike.max(axis=1) * weights, starts) / np.add.reduceat(weights, starts)
        firsts = np.cumsum([0, *map(len, near.values())])
        ends = firsts[-1]  # behind it stand the whole FAQs
        best, most = (np.maximum.reduceat(values[:ends], firsts[:-1]) for values in (said, back))
        return list(zip(best.tolist(), most.tolist(), said[ends:].tolist(), strict=True))

    def _placed(self, asked: Collection[str], others: Mapping[str, Vectors]) -> Vectors:
        found: Vectors = self._vectors[[self._rows.get(word, NOTHING) for word in asked]]
        new = [place for place, word in enumerate(asked) if word in others]
        if new:
            words = list(asked)
            found[new] = self._space.placed(np.stack([others[words[place]] for place in new]))
        return found

    def _of(self, content: Collection[str]) -> Rows:
        rows = [self._rows[word] for word in sorted(content)] or [NOTHING]
        return np.array(rows, dtype=np.int32)
