"""TextIndex: which of many short texts are nearest to a question, by cosine of weighted words and characters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from nlu.words import features


@dataclass(frozen=True, slots=True)
class Hit:
    """A text by its number in the index and its cosine with the question (0–1)."""

    number: int
    score: float


class TextIndex:
    """Immutable; built in one pass over the texts."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._vectorizer = TfidfVectorizer(analyzer=features, sublinear_tf=True)
        self._empty = not texts
        if not self._empty:
            self._matrix = self._vectorizer.fit_transform(texts).T.tocsr()

    def search(self, text: str, limit: int) -> list[Hit]:
        """The `limit` nearest texts, best first; texts that share nothing are left out."""
        if self._empty:
            return []
        scores = self._vectorizer.transform([text]).dot(self._matrix).toarray()[0]
        top = np.argsort(-scores, kind="stable")[:limit]
        return [Hit(int(i), float(scores[i])) for i in top if scores[i] > 0]
