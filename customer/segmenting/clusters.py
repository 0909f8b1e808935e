"""K-means on recency, frequency and amount: how many clusters, how stable, and a density view beside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.cluster import HDBSCAN, KMeans
from sklearn.metrics import adjusted_rand_score, silhouette_score

Array: TypeAlias = npt.NDArray[Any]
COLUMNS = ("recency", "frequency", "monetary")
SAMPLE, SCORED, CHOICES = 20_000, 3_000, (2, 3, 4, 5, 6, 7, 8)
STABLE = 0.8
_REFITS = 3


@dataclass(frozen=True, slots=True)
class Scale:
    """Logarithms, centred and scaled: figures of money spread over decades."""

    mean: Array
    spread: Array

    @staticmethod
    def of(rows: pd.DataFrame) -> Scale:
        """The scale of these customers."""
        logs = _logs(rows)
        spread = logs.std(axis=0)
        return Scale(logs.mean(axis=0), np.where(spread > 0, spread, 1.0))

    def apply(self, rows: pd.DataFrame) -> Array:
        """The customers as points."""
        points: Array = ((_logs(rows) - self.mean) / self.spread).astype(np.float32)
        return points


@dataclass(frozen=True, slots=True)
class Choice:
    """One number of clusters on the sample: mean silhouette, and how far refits on halves agree (adjusted Rand)."""

    k: int
    silhouette: float
    stability: float


def sample_of(points: Array, seed: int) -> Array:
    """Up to SAMPLE points by lot."""
    if len(points) <= SAMPLE:
        return points
    chosen: Array = points[np.random.default_rng(seed).choice(len(points), SAMPLE, replace=False)]
    return chosen


def choices(points: Array, seed: int) -> list[Choice]:
    """Every number of clusters, weighed on a sample."""
    sample = sample_of(points, seed)
    return [_weighed(sample, k, seed) for k in CHOICES if k < len(sample)]


def best(weighed: list[Choice], default: int) -> int:
    """The stable number with the best silhouette; the default where none is stable."""
    stable = [c for c in weighed if c.stability >= STABLE]
    return max(stable, key=lambda c: (c.silhouette, -c.k)).k if stable else default


def fit(points: Array, k: int, seed: int) -> tuple[Array, Array]:
    """Centres and the cluster of every point; begun from a good solution on a sample, so one run over all is enough."""
    first = KMeans(k, n_init=5, random_state=seed).fit(sample_of(points, seed))
    done = KMeans(k, init=first.cluster_centers_, n_init=1, random_state=seed).fit(points)
    return done.cluster_centers_, done.labels_


def density_view(points: Array, labels: Array, seed: int) -> dict[str, float]:
    """HDBSCAN on a sample: how many dense groups, how much noise, how far it agrees with the clusters."""
    rng = np.random.default_rng(seed)
    chosen = rng.choice(len(points), min(SAMPLE, len(points)), replace=False)
    found = HDBSCAN(
        min_cluster_size=max(20, len(chosen) // 100), min_samples=10, allow_single_cluster=True
    ).fit_predict(points[chosen])
    dense = found >= 0
    agreement = adjusted_rand_score(labels[chosen][dense], found[dense]) if dense.any() else 0.0
    groups = float(len(set(found[dense].tolist())))
    return {"groups": groups, "noise": round(float(1 - dense.mean()), 4), "agreement": round(float(agreement), 4)}


def _weighed(sample: Array, k: int, seed: int) -> Choice:
    whole = KMeans(k, n_init=2, random_state=seed).fit(sample)
    rng = np.random.default_rng(seed)
    scored = rng.choice(len(sample), min(SCORED, len(sample)), replace=False)
    silhouette = silhouette_score(sample[scored], whole.labels_[scored])
    agreements = []
    for n in range(_REFITS):
        half = rng.choice(len(sample), len(sample) // 2, replace=False)
        refit = KMeans(k, n_init=2, random_state=seed + n + 1).fit(sample[half])
        agreements.append(adjusted_rand_score(whole.labels_, refit.predict(sample)))
    return Choice(k, round(float(silhouette), 4), round(float(np.mean(agreements)), 4))


def _logs(rows: pd.DataFrame) -> Array:
    # Days are counted by the month: whether it was yesterday or last week says little of a customer.
    logs: Array = np.log1p(rows[list(COLUMNS)].clip(lower=0).to_numpy(dtype=np.float64) / [30.0, 1.0, 1.0])
    return logs
