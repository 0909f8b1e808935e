"""Shares with their uncertainty, calibration and percentiles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, sqrt

_Z95 = 1.959964


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` of `of`, with the 95 % Wilson interval of the share behind it."""

    hits: int
    of: int

    @property
    def value(self) -> float:
        """The share, 0 to 1; 0 of nothing is 0."""
        return self.hits / self.of if self.of else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Lower and upper end of the 95 % Wilson score interval; (0, 1) when nothing was counted."""
        if not self.of:
            return 0.0, 1.0
        n, p, z2 = self.of, self.value, _Z95 * _Z95
        centre = (p + z2 / (2 * n)) / (1 + z2 / n)
        spread = _Z95 * sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n)
        return max(0.0, centre - spread), min(1.0, centre + spread)

    def to_json(self) -> dict[str, float | int | list[float]]:
        """Count, share and interval, shares rounded to four places."""
        return {
            "hits": self.hits,
            "of": self.of,
            "share": round(self.value, 4),
            "interval": [round(end, 4) for end in self.interval],
        }


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers whose confidence lies between two bounds: how sure they were, and how many were right."""

    low: float
    high: float
    count: int
    confidence: float
    right: float


def bins(pairs: Sequence[tuple[float, bool]], number: int = 10) -> list[Bin]:
    """(confidence, right) pairs by confidence in equal bins over 0 to 1; empty bins are left out."""
    result = []
    for index in range(number):
        low, high = index / number, (index + 1) / number
        inside = [(c, r) for c, r in pairs if (low < c <= high) or (index == 0 and c <= low)]
        if inside:
            mean = sum(c for c, _ in inside) / len(inside)
            right = sum(r for _, r in inside) / len(inside)
            result.append(Bin(low, high, len(inside), mean, right))
    return result


def calibration_error(pairs: Sequence[tuple[float, bool]], number: int = 10) -> float:
    """Expected calibration error: the mean distance of confidence from the share that is right, 0 to 1."""
    total = len(pairs)
    return sum(b.count * abs(b.confidence - b.right) for b in bins(pairs, number)) / total if total else 0.0


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` (0 to 1) of the values do not exceed; 0 of nothing."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[max(0, ceil(share * len(ordered)) - 1)]
