"""The readout against simulated banks whose true effect is known: coverage, peeking, sample ratio."""

from __future__ import annotations

import math

import numpy as np
import pytest

from growth.readout import Arm, difference_interval, ratio_probability, read_out, sequence_interval, wilson

BANKS = 200


def test_the_interval_covers_the_true_effect_in_banks_of_all_kinds() -> None:
    rng = np.random.default_rng(7)
    covered = 0
    for _ in range(BANKS):
        base, lift = rng.uniform(0.005, 0.3), rng.uniform(-0.02, 0.08)
        share = rng.choice([0.5, 0.9, 0.95])
        units = int(rng.integers(400, 20_000))
        treated_units = int(rng.binomial(units, share))
        better = min(max(base + lift, 0.0), 1.0)
        control = Arm(units - treated_units, int(rng.binomial(units - treated_units, base)))
        treated = Arm(treated_units, int(rng.binomial(treated_units, better)))
        low, high = difference_interval(control, treated)
        covered += low <= better - base <= high
    assert covered >= 0.9 * BANKS, f"{covered} of {BANKS}"


def test_looking_every_day_alarms_in_at_most_five_of_a_hundred_equal_arms() -> None:
    rng = np.random.default_rng(11)
    alarms = naive = 0
    runs, days = 400, 60
    for _ in range(runs):
        rate, daily = rng.uniform(0.01, 0.3), int(rng.integers(10, 300))
        share = rng.choice([0.5, 0.9, 0.95])
        sizes = rng.binomial(daily, share, days)
        treated = np.cumsum(sizes), np.cumsum(rng.binomial(sizes, rate))
        control = np.cumsum(daily - sizes), np.cumsum(rng.binomial(daily - sizes, rate))
        arms = [
            (Arm(int(control[0][d]), int(control[1][d])), Arm(int(treated[0][d]), int(treated[1][d])))
            for d in range(days)
        ]
        alarms += any(low > 0 or high < 0 for low, high in (sequence_interval(c, t) for c, t in arms))
        naive += any(low > 0 or high < 0 for low, high in (difference_interval(c, t) for c, t in arms))
    assert alarms <= 0.05 * runs, f"{alarms} of {runs}"
    assert naive > 0.1 * runs, "an interval for one look would not do, which is why there is another"


def test_a_true_effect_is_found() -> None:
    found = read_out(Arm(5000, 250), Arm(5000, 400), 0.5)
    assert found.decided and found.always_low > 0
    assert found.always_low < found.low < 0.03 < found.high < found.always_high
    assert found.sound


def test_arms_that_are_not_as_planned_raise_an_alarm() -> None:
    assert not read_out(Arm(5400, 250), Arm(5000, 250), 0.5).sound
    assert read_out(Arm(500, 25), Arm(9500, 500), 0.95).sound
    assert ratio_probability(0, 0, 0.5) == 1.0


@pytest.mark.parametrize("arm", [Arm(0, 0), Arm(1, 0), Arm(1, 1), Arm(19, 19)])
def test_few_units_say_nothing_for_certain(arm: Arm) -> None:
    low, high = wilson(arm)
    assert 0.0 <= low <= high <= 1.0
    assert sequence_interval(arm, arm) == (-1.0, 1.0)
    assert math.isfinite(read_out(arm, arm, 0.5).effect)
