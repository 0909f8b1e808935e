"""Figures of a sample: the order statistics that the table shows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Summary:
    """A sample of latencies in milliseconds; what failed counts in `failed` and in no figure but `count`."""

    count: int
    failed: int
    p50: float
    p90: float
    p99: float
    highest: float


def percentile(sorted_values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` (0 to 1) of the sorted values don't exceed.

    Raises:
        ValueError: there are no values, or the share is no share.
    """
    if not sorted_values or not 0 <= share <= 1:
        raise ValueError(f"no percentile {share} of {len(sorted_values)} values")
    return sorted_values[max(math.ceil(share * len(sorted_values)) - 1, 0)]


def summarise(values: Sequence[float], failed: int = 0) -> Summary:
    """Figures of the values; `failed` is how many more gave none. NaN where there is no value at all."""
    if not values:
        return Summary(failed, failed, math.nan, math.nan, math.nan, math.nan)
    ordered = sorted(values)
    p50, p90, p99 = (round(percentile(ordered, share), 1) for share in (0.5, 0.9, 0.99))
    return Summary(len(ordered) + failed, failed, p50, p90, p99, round(ordered[-1], 1))
