"""Readout of an experiment: the effect with its interval, a check that the arms are as big as planned, and a test that
may be looked at every day.

Sources: Wilson (1927) and Newcombe (1998, method 10) for the difference of two proportions; Robbins (1970) and
Howard, Ramdas, McAuliffe and Sekhon (2021) for the normal-mixture confidence sequence; chi-square for the ratio.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

LEVEL = 0.95
RATIO_ALARM = 0.001
"""A sample ratio as unlikely as this means that something is wrong with the assignment or the logging."""
PLANNED_UNITS = 5_000
"""For about so many units in both arms the sequence is tightest; it is valid for any number."""
_LEAST_UNITS = 20


@dataclass(frozen=True, slots=True)
class Arm:
    """Units that could have been shown an offer, and how many of them converted in time."""

    units: int
    converted: int

    @property
    def rate(self) -> float:
        """Share of units that converted."""
        return self.converted / self.units if self.units else 0.0


@dataclass(frozen=True, slots=True)
class Readout:
    """`effect` is treated minus control, as a share; `low`/`high` its 95 % interval for one look at the planned end;
    `always_low`/`always_high` hold at all times together; `decided` whether they leave out zero; `ratio_p` the
    probability of arms as unequal as these; `sound` false when that is an alarm."""

    control: Arm
    treated: Arm
    effect: float
    low: float
    high: float
    always_low: float
    always_high: float
    decided: bool
    ratio_p: float
    sound: bool


def read_out(control: Arm, treated: Arm, treated_share: float) -> Readout:
    """The readout of two arms; `treated_share` is the planned share of treated units among both."""
    low, high = difference_interval(control, treated)
    always_low, always_high = sequence_interval(control, treated)
    ratio_p = ratio_probability(control.units, treated.units, treated_share)
    return Readout(
        control=control,
        treated=treated,
        effect=treated.rate - control.rate,
        low=low,
        high=high,
        always_low=always_low,
        always_high=always_high,
        decided=always_low > 0 or always_high < 0,
        ratio_p=ratio_p,
        sound=ratio_p >= RATIO_ALARM,
    )


def wilson(arm: Arm, level: float = LEVEL) -> tuple[float, float]:
    """Wilson's interval of a share; the whole range for no units."""
    if not arm.units:
        return 0.0, 1.0
    z = NormalDist().inv_cdf((1 + level) / 2)
    n, p = arm.units, arm.rate
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return max(0.0, centre - half), min(1.0, centre + half)


def difference_interval(control: Arm, treated: Arm, level: float = LEVEL) -> tuple[float, float]:
    """Newcombe's hybrid score interval of treated minus control: right also for few and rare conversions."""
    (low_c, high_c), (low_t, high_t) = wilson(control, level), wilson(treated, level)
    p, q = treated.rate, control.rate
    low = p - q - math.hypot(p - low_t, high_c - q)
    high = p - q + math.hypot(high_t - p, q - low_c)
    return max(-1.0, low), min(1.0, high)


def sequence_interval(
    control: Arm, treated: Arm, level: float = LEVEL, planned: int = PLANNED_UNITS
) -> tuple[float, float]:
    """A confidence sequence of treated minus control: it holds at every moment at once, so it may be looked at daily.

    Normal mixture with the variance that the arms show (half a conversion added to either side, so that an arm
    without conversions is not taken for one without variance). Asymptotic: the first looks at a handful of units
    are given the whole range.
    """
    if min(control.units, treated.units) < _LEAST_UNITS:
        return -1.0, 1.0
    variance = _variance(control) + _variance(treated)
    total = control.units + treated.units
    rho = _mixing(planned, 1 - level)
    scaled = total * rho * rho + 1
    # Howard et al. (2021), eq. (14), for a mean of `total` observations with variance total * variance.
    radius = math.sqrt(variance * scaled / (total * rho * rho) * math.log(scaled / (1 - level) ** 2))
    effect = treated.rate - control.rate
    return max(-1.0, effect - radius), min(1.0, effect + radius)


def ratio_probability(control: int, treated: int, treated_share: float) -> float:
    """The probability, under the planned shares, of arms at least as unequal (chi-square, one degree of freedom)."""
    total = control + treated
    if not total or not 0 < treated_share < 1:
        return 1.0
    expected = total * treated_share
    statistic = (treated - expected) ** 2 / (expected * (1 - treated_share))
    return math.erfc(math.sqrt(statistic / 2))


def _variance(arm: Arm) -> float:
    """Variance of the arm's share."""
    p = (arm.converted + 0.5) / (arm.units + 1)
    return p * (1 - p) / arm.units


def _mixing(planned: int, alpha: float) -> float:
    """The mixture's width that makes the sequence tightest at `planned` units."""
    return math.sqrt((-2 * math.log(alpha) + math.log(-2 * math.log(alpha) + 1)) / planned)
