"""How good a response model is: discrimination with its interval, lift, calibration, and fairness between groups."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import beta, norm, rankdata

Array: TypeAlias = npt.NDArray[Any]
AGE_BANDS = ((0, 30), (30, 45), (45, 60), (60, 200))
LEAST_GROUP = 30


@dataclass(frozen=True, slots=True)
class Measures:
    """AUC with its 95 % interval (DeLong), lift of the top tenth, expected calibration error, Brier score, rows and
    the share that took the offer."""

    auc: float
    auc_low: float
    auc_high: float
    lift: float
    calibration_error: float
    brier: float
    rows: int
    rate: float

    def to_json(self) -> dict[str, float]:
        """Rounded for keeping."""
        return {name: round(float(value), 4) for name, value in asdict(self).items()}


def measure(taken: Array, chance: Array) -> Measures:
    """Measures of probabilities against what happened. Raises ValueError when only one outcome occurs."""
    taken = taken.astype(bool)
    if taken.all() or not taken.any():
        raise ValueError(f"{len(taken)} 行里只有一种结果，量不出好坏")
    auc, low, high = auc_interval(taken, chance)
    top = chance >= np.quantile(chance, 0.9)
    lift = taken[top].mean() / taken.mean()
    brier = float(np.mean((chance - taken) ** 2))
    error = calibration_error(taken, chance)
    return Measures(auc, low, high, float(lift), error, brier, len(taken), float(taken.mean()))


def auc_interval(taken: Array, chance: Array, level: float = 0.95) -> tuple[float, float, float]:
    """The area under the ROC curve with the interval of DeLong, DeLong and Clarke-Pearson (1988), by midranks."""
    yes, no = chance[taken], chance[~taken]
    m, n = len(yes), len(no)
    together = rankdata(np.concatenate([yes, no]))
    auc = (together[:m].sum() - m * (m + 1) / 2) / (m * n)
    over_no = (together[:m] - rankdata(yes)) / n
    under_yes = 1 - (together[m:] - rankdata(no)) / m
    variance = (over_no.var(ddof=1) / m if m > 1 else 0) + (under_yes.var(ddof=1) / n if n > 1 else 0)
    half = norm.ppf(0.5 + level / 2) * np.sqrt(variance)
    return float(auc), float(max(auc - half, 0)), float(min(auc + half, 1))


def calibration_error(taken: Array, chance: Array, bins: int = 10) -> float:
    """Mean distance between what was said and what happened, over tenths of the customers."""
    order = np.argsort(chance, kind="stable")
    parts = [p for p in np.array_split(order, bins) if len(p)]
    return float(sum(abs(chance[p].mean() - taken[p].mean()) * len(p) for p in parts) / len(order))


BANDS = (0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.65, 0.8, 1.0)
_FLOOR = 1e-4


@dataclass(frozen=True, slots=True)
class Said:
    """Of the customers whose chance was said to lie in [low, high): how many, the mean of what was said, how many took
    the offer."""

    low: float
    high: float
    rows: int
    mean: float
    taken: int

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """What the real share may be: the interval of Clopper and Pearson (1934)."""
        tail = (1 - level) / 2
        low = beta.ppf(tail, self.taken, self.rows - self.taken + 1) if self.taken else 0.0
        high = beta.ppf(1 - tail, self.taken + 1, self.rows - self.taken) if self.taken < self.rows else 1.0
        return float(low), float(high)


def reliability(taken: Array, chance: Array) -> list[Said]:
    """What was said against what happened, band by band; bands nobody lies in are left out."""
    band = np.clip(np.digitize(chance, BANDS) - 1, 0, len(BANDS) - 2)
    made = []
    for n in np.unique(band):
        inside = band == n
        mean, count = float(chance[inside].mean()), int(taken[inside].sum())
        made.append(Said(BANDS[n], BANDS[n + 1], int(inside.sum()), mean, count))
    return made


def together(parts: Iterable[Sequence[Said]]) -> list[Said]:
    """The bands of several models as one."""
    by_band: dict[tuple[float, float], list[Said]] = {}
    for said in (s for part in parts for s in part):
        by_band.setdefault((said.low, said.high), []).append(said)
    made = []
    for (low, high), same in sorted(by_band.items()):
        rows = sum(s.rows for s in same)
        made.append(Said(low, high, rows, sum(s.mean * s.rows for s in same) / rows, sum(s.taken for s in same)))
    return made


def log_loss(taken: Array, chance: Array) -> float:
    """Mean negative log-likelihood; a chance is held at least 0.0001 from certain."""
    held = np.clip(chance, _FLOOR, 1 - _FLOOR)
    return float(-np.mean(np.where(taken.astype(bool), np.log(held), np.log1p(-held))))


def fairness(people: pd.DataFrame, taken: Array, chance: Array, threshold: float) -> list[dict[str, Any]]:
    """By age band and sex: how many, share above the threshold, what was said and what happened, AUC where it can be
    measured. A group whose said and real rates part ways is treated wrongly, whatever its share."""
    age = people.age.to_numpy(dtype=float)
    groups: dict[str, Array] = {f"{low}–{high - 1}岁": (age >= low) & (age < high) for low, high in AGE_BANDS}
    groups |= {label: (people.sex == code).to_numpy() for label, code in (("女", "F"), ("男", "M"))}
    made = []
    for label, inside in groups.items():
        count = int(inside.sum())
        if count < LEAST_GROUP:
            continue
        mine, said = taken[inside].astype(bool), chance[inside]
        auc = auc_interval(mine, said)[0] if 0 < mine.sum() < count else None
        made.append(
            {
                "group": label,
                "rows": count,
                "above": round(float((said >= threshold).mean()), 4),
                "said": round(float(said.mean()), 4),
                "real": round(float(mine.mean()), 4),
                "auc": round(auc, 4) if auc is not None else None,
            }
        )
    return made
