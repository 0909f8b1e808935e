"""Progress of long work: bar, share, rate, time left."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.pace import WIDTH, Pace, duration, pace

HALF = f"[{'█' * 10}{'░' * 10}]"


@pytest.mark.parametrize(
    ("done", "total", "rate", "told"),
    [
        (500_000, 1_000_000, 8_000.0, f"写入图谱 {HALF} 50% 500,000 / 1,000,000，每秒 8,000，还要约 63 秒"),
        (500_000, 1_000_000, 1_000.0, f"写入图谱 {HALF} 50% 500,000 / 1,000,000，每秒 1,000，还要约 9 分钟"),
        (500_000, 1_000_000, 0.0, f"写入图谱 {HALF} 50% 500,000 / 1,000,000"),
        (1_000_000, 1_000_000, 8_000.0, f"写入图谱 [{'█' * 20}] 100% 1,000,000 / 1,000,000，每秒 8,000"),
        (1_234, 0, 100.0, "写入图谱 1,234，每秒 100"),
        (0, 2_000, 0.0, f"写入图谱 [{'░' * 20}] 0% 0 / 2,000"),
    ],
)
def test_a_line_says_how_far_how_fast_and_how_long(done: int, total: int, rate: float, told: str) -> None:
    assert pace("写入图谱", done, total, rate) == told


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0.2, "1 秒"), (1.0, "1 秒"), (45.2, "46 秒"), (90, "90 秒"), (91, "2 分钟"), (3600, "60 分钟")],
)
def test_time_left_is_rounded_up(seconds: float, told: str) -> None:
    assert duration(seconds) == told


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.floats(0, 1e9))
def test_the_bar_is_always_as_long(done: int, total: int, rate: float) -> None:
    line = pace("x", done, total, rate)
    assert line.count("█") + line.count("░") == (WIDTH if total else 0)


def test_the_rate_counts_from_the_first_report() -> None:
    seen = Pace()
    assert seen.rate(2_000, 100.0) == 0
    assert seen.rate(2_000, 101.0) == 0
    assert seen.rate(12_000, 102.0) == 5_000
