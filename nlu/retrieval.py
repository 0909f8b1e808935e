"""TextIndex: which of many short texts are nearest to a question, by cosine of weighted words and characters."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from sklearn.feature_extraction.text import TfidfVectorizer

from nlu.words import features


class Hit(NamedTuple):  # a hundred a turn: making a frozen dataclass takes four times as long
    """A text by its number in the index and its cosine with the question (0–1)."""

    number: int
    score: float


class TextIndex:
    """Immutable; built in one pass over the texts."""

    def __init__(self, texts: Sequence[str], analyzer: Callable[[str], Iterable[str]] = features) -> None:
        self._analyzer = analyzer
        self._vectorizer = TfidfVectorizer(analyzer=analyzer, sublinear_tf=True)
        self._texts = tuple(texts)
        self._count = len(texts)
        self._contents: dict[int, tuple[dict[str, float], float]] = {}  # of the texts that recall was asked about
        self._rarest = 0.0
        if self._count:
            self._rows: Any = self._vectorizer.fit_transform(texts).T.tocsr()
            self._places: dict[str, int] = self._vectorizer.vocabulary_
            self._idf: npt.NDArray[np.float64] = self._vectorizer.idf_
            self._rarest = float(self._idf.max())

    def search(self, text: str, limit: int) -> list[Hit]:
        """The `limit` nearest texts, best first; texts that share nothing are left out."""
        scores = self.scores(text)
        return [Hit(i, float(scores[i])) for i in nearest(scores, limit)]

    def has(self, feature: str) -> bool:
        """Whether any text has a feature."""
        return bool(self._count) and feature in self._places

    def weight(self, feature: str) -> float:
        """How much a feature tells: its idf among the texts; one that no text has tells most."""
        place = self._places.get(feature) if self._count else None
        return self._rarest if place is None else float(self._idf[place])

    def recall(self, number: int, asked: frozenset[str]) -> float:
        """Share of text `number`'s own weight, words and pairs only, that stands among the features `asked`: 1 when a
        short phrase is contained in a long sentence, where the cosine would be small."""
        if number not in self._contents:
            own = (f for f in dict.fromkeys(self._analyzer(self._texts[number])) if not f.startswith("c:"))
            weights = {f: float(self._idf[self._places[f]]) for f in own}
            self._contents[number] = weights, sum(weights.values())
        weights, total = self._contents[number]
        if not total or asked.isdisjoint(weights):
            return 0.0
        return sum(w for f, w in weights.items() if f in asked) / total

    def scores(self, text: str) -> npt.NDArray[np.float64]:
        """Cosines with all texts: the vectorizer's own weights, summed over the features' rows. Its `transform`
        gives the same but spends milliseconds on checking its input."""
        counts = Counter(self._places[f] for f in self._analyzer(text) if f in self._places) if self._count else {}
        weights = {place: (1 + math.log(n)) * self._idf[place] for place, n in counts.items()}
        norm = math.sqrt(sum(w * w for w in weights.values()))
        if not weights:
            return np.zeros(self._count)
        starts, columns, values = self._rows.indptr, self._rows.indices, self._rows.data
        rows = [(slice(starts[place], starts[place + 1]), weight / norm) for place, weight in weights.items()]
        shares = np.concatenate([values[row] * weight for row, weight in rows])
        at = np.concatenate([columns[row] for row, _ in rows])
        return np.bincount(at, shares, self._count).astype(np.float64, copy=False)


def nearest(scores: npt.NDArray[np.float64], limit: int) -> list[int]:
    """The places of the `limit` highest scores above zero, best first; of equals the first ones."""
    found = (scores > 0).nonzero()[0]
    if len(found) > limit:  # all that reach the last place, then in order
        found = found[scores[found] >= np.partition(scores[found], -limit)[-limit]]
    return [int(i) for i in found[np.argsort(-scores[found], kind="stable")[:limit]]]
