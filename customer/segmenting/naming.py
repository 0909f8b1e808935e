"""Names of clusters by rule, ids that survive retraining, and how far things moved from run to run."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml
from scipy.optimize import linear_sum_assignment

from customer.segmenting.clusters import COLUMNS, Array, Scale

_FILE = Path(__file__).with_name("rules.yml")
FAR = 1.5
"""A centre farther than this from every old one (in spreads) is a segment of its own."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment: its stable id, name with the rule that gave it, centre in the run's own points, and its middle
    customer in days, times and 元."""

    id: str
    name: str
    rule: str
    centre: tuple[float, ...]
    size: int
    middle: dict[str, float]


@lru_cache(maxsize=1)
def rules() -> dict[str, Any]:
    """rules.yml."""
    loaded: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return loaded


def name_of(middle: dict[str, float], overall: dict[str, float]) -> tuple[str, str]:
    """The name of a cluster by its middle customer, and the rule in words."""
    for rule in rules()["names"]:
        limits = {c: rule[c] for c in COLUMNS if c in rule}
        if all(
            middle[c] >= limit.get("factor", 0) * overall[c] and middle[c] >= limit.get("at_least", 0)
            for c, limit in limits.items()
        ):
            return rule["name"], rule["rule"]
    raise ValueError("rules.yml：names 的最后一条应当没有条件")


def stable_ids(raw_centres: Array, before: list[Segment], scale: Scale, raw_before: Array) -> list[str]:
    """Ids for the new centres: those of the nearest old ones, one to one; new numbers for what is far from all.

    Both sets of centres are given in logarithms, so that a change of scale between runs moves nothing.
    """
    taken: dict[int, str] = {}
    if before:
        distances = np.linalg.norm((raw_centres[:, None, :] - raw_before[None, :, :]) / scale.spread, axis=2)
        for new, old in zip(*linear_sum_assignment(distances), strict=True):
            if distances[new, old] <= FAR:
                taken[int(new)] = before[int(old)].id
    used = {s.id for s in before} | set(taken.values())
    fresh = (f"s{n}" for n in range(1, 10_000) if f"s{n}" not in used)
    return [taken.get(n) or next(fresh) for n in range(len(raw_centres))]


def drift(before: dict[str, float], now: dict[str, float]) -> float:
    """Population stability index of the shares of segments; above .25 the base has changed."""
    floor = 1e-4
    total = 0.0
    for name in before.keys() | now.keys():
        old, new = max(before.get(name, 0.0), floor), max(now.get(name, 0.0), floor)
        total += (new - old) * float(np.log(new / old))
    return round(total, 4)


def life_stages(people: pd.DataFrame) -> pd.Series:
    """The stage of life of each customer by the first rule that fits; None where the age is not known."""
    made = pd.Series(None, index=people.index, dtype=object)
    age = np.floor(people.age)
    for rule in reversed(rules()["stages"]):
        low, high = rule["ages"]
        fits = (age >= low) & (age <= high)
        if "income_below" in rule:
            fits &= people.income.isna() | (people.income < rule["income_below"])
        if "holds" in rule:
            fits &= people[[f"held_{f}" for f in rule["holds"]]].gt(0).any(axis=1)
        made = made.where(~fits, rule["name"])
    return made.astype(object).where(made.notna(), None)
