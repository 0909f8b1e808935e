"""What FAQs mean: the sentence vectors of their wordings and answers, and how near a question comes to each of them.

Sentence vectors of questions of one trade lie in a narrow cone: what all of them share says nothing. So they are taken
from their mean, the directions in which all of them vary are damped (half whitening, after Su et al. 2021, "Whitening
Sentence Representations", with shrunk variances), and few dimensions are kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from nlu.encoder import Vectors

KEPT_DIMENSIONS = 128
DAMPING = 0.25
"""Exponent of a direction's variance that its values are divided by; 0.5 would make all directions vary alike."""
FEW = 10
"""The mean of so many wordings is believed half."""
_LEAST = 1e-9


class Space:
    """Where vectors lie among others of their kind. Immutable."""

    def __init__(self, vectors: Vectors) -> None:
        self._mean = mean_of(vectors)
        self._axes, self._scales, self._rest = _directions(vectors - self._mean)

    def placed(self, vectors: Vectors, mean: Vectors | None = None) -> Vectors:
        """Few dimensions of unit vectors, one a row, from the mean of all or from another: what lies in the others
        counts for the length only."""
        centred = vectors - (self._mean if mean is None else mean)
        along = centred @ self._axes
        beside = np.maximum((centred**2).sum(axis=1) - (along**2).sum(axis=1), 0.0) * self._rest**2
        damped = along * self._scales
        lengths = np.sqrt((damped**2).sum(axis=1) + beside)
        found: Vectors = (damped / np.maximum(lengths, _LEAST)[:, None]).astype(np.float32)
        return found


def mean_of(vectors: Vectors) -> Vectors:
    """Their mean, nearer to zero the fewer they are."""
    found: Vectors = vectors.mean(axis=0) * (len(vectors) / (len(vectors) + FEW))
    return found


class Meaning(NamedTuple):
    """How near a question comes to every FAQ, to the nearest of its wordings and to all of them on average; and to each
    wording."""

    near: npt.NDArray[np.float32]
    average: npt.NDArray[np.float32]
    wordings: npt.NDArray[np.float32]

    def nearest(self, limit: int) -> list[int]:
        """The numbers of the nearest FAQs, in no order."""
        first = max(len(self.near) - limit, 0)
        found: list[int] = np.argpartition(self.near, first)[first:].tolist()
        return found


class FaqVectors:
    """Immutable. `wordings` are those of all FAQs one after the other, `counts` how many each has (at least one), and
    `answers` the vectors of the heads of their answers, one a FAQ."""

    def __init__(self, wordings: Vectors, counts: Sequence[int], answers: Vectors) -> None:
        self._counts = np.array(counts)
        self._starts = np.concatenate([[0], np.cumsum(self._counts)[:-1]])
        self._space = Space(wordings)
        self._wordings = self._space.placed(wordings)
        self._answers = self._space.placed(answers, mean_of(answers))

    def placed(self, question: Vectors) -> Vectors:
        """The vector of a question among those of the FAQs."""
        found: Vectors = self._space.placed(question[None])[0]
        return found

    def meaning(self, placed: Vectors) -> Meaning:
        """How near a question comes to every FAQ."""
        scores = self._wordings @ placed
        near = np.maximum.reduceat(scores, self._starts)
        return Meaning(near, np.add.reduceat(scores, self._starts) / self._counts, scores)

    def place(self, meaning: Meaning, number: int) -> int:
        """Where the nearest wording of a FAQ stands among all wordings."""
        start = int(self._starts[number])
        return start + int(np.argmax(meaning.wordings[start : start + int(self._counts[number])]))

    def answered(self, placed: Vectors, numbers: Sequence[int]) -> list[float]:
        """How near a question comes to the answers of some FAQs."""
        found: list[float] = (self._answers[list(numbers)] @ placed).tolist()
        return found


def _directions(centred: Vectors) -> tuple[Vectors, Vectors, float]:
    """The directions in which vectors vary most, what is left of each, and of all others."""
    variances, axes = np.linalg.eigh(centred.T @ centred / len(centred))
    shrunk = float(variances.sum()) / min(*centred.shape) + _LEAST
    most = np.argsort(-variances)[:KEPT_DIMENSIONS]
    scales = (np.maximum(variances[most], 0.0) + shrunk) ** -DAMPING
    left = float(np.delete(variances, most).mean().clip(min=0.0)) + shrunk
    return axes[:, most].astype(np.float32), scales.astype(np.float32), left**-DAMPING
