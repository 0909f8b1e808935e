"""Order statistics by hand-counted examples."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.stats import percentile, summarise


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        ([7], 0.5, 7),
        ([7], 0.99, 7),
        ([1, 2], 0.5, 1),
        ([1, 2, 3], 0.5, 2),
        ([1, 2, 3, 4], 0.5, 2),
        (list(range(1, 101)), 0.99, 99),
        (list(range(1, 201)), 0.99, 198),
        (list(range(1, 11)), 1, 10),
        (list(range(1, 11)), 0, 1),
    ],
)
def test_percentile_is_a_value_that_was_measured(values: list[float], share: float, expected: float) -> None:
    assert percentile(values, share) == expected


@pytest.mark.parametrize(("values", "share"), [([], 0.5), ([1.0], 1.5), ([1.0], -0.1)])
def test_percentile_refuses_what_has_none(values: list[float], share: float) -> None:
    with pytest.raises(ValueError, match="no percentile"):
        percentile(values, share)


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0.01, 1))
def test_enough_values_do_not_exceed_the_percentile(values: list[float], share: float) -> None:
    found = percentile(sorted(values), share)
    assert sum(v <= found for v in values) >= share * len(values) - 1e-6
    assert sum(v < found for v in values) < share * len(values) + 1e-6


def test_summary_counts_failures_apart_from_latencies() -> None:
    made = summarise([30.0, 10.0, 20.0], failed=2)
    assert (made.count, made.failed, made.p50, made.highest) == (5, 2, 20.0, 30.0)


def test_summary_of_failures_alone_has_no_figures() -> None:
    made = summarise([], failed=3)
    assert (made.count, made.failed) == (3, 3)
    assert math.isnan(made.p50) and math.isnan(made.p99)
