"""ResponseModel: a fitted model with its calibration and the features it wants, as it is kept in the registry."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from customer.errors import ModelUnusable
from customer.propensity.learners import Array, Fitted, load

if TYPE_CHECKING:
    import pandas as pd

_EDGE = 1e-6


@dataclass(frozen=True, slots=True)
class Calibration:
    """Platt's sigmoid on the log-odds: chance = σ(slope · logit(score) + shift)."""

    slope: float = 1.0
    shift: float = 0.0

    @staticmethod
    def fit(score: Array, taken: Array) -> Calibration:
        """On rows that the model did not learn from; with too few answers the score stays as it is."""
        from sklearn.linear_model import LogisticRegression

        if taken.sum() < 20 or (~taken.astype(bool)).sum() < 20:
            return Calibration()
        found = LogisticRegression(C=1e6).fit(_logit(score)[:, None], taken)
        slope = float(found.coef_[0, 0])
        # A slope below zero would turn the order around: then the model is no good, and calibration can't mend it.
        return Calibration(slope, float(found.intercept_[0])) if slope > 0 else Calibration()

    def apply(self, score: Array) -> Array:
        """Calibrated probabilities."""
        chance: Array = 1 / (1 + np.exp(-(self.slope * _logit(score) + self.shift)))
        return chance


@dataclass(frozen=True, slots=True)
class ResponseModel:
    """One offer's model."""

    offer: str
    kind: str
    features: tuple[str, ...]
    fitted: Fitted
    calibration: Calibration

    def chances(self, rows: pd.DataFrame) -> Array:
        """Calibrated probabilities of rows that have the features as columns. Raises ModelUnusable without them."""
        return self.of_values(matrix(rows, self.features))

    def of_values(self, values: Array) -> Array:
        """Calibrated probabilities of a matrix with the features in their order."""
        return self.calibration.apply(self.fitted.score(values))

    def contributions(self, row: dict[str, float | None]) -> dict[str, float]:
        """What each known feature of one customer adds to the calibrated log-odds."""
        values = np.array([[np.nan if (v := row.get(f)) is None else v for f in self.features]], dtype=np.float64)
        parts = self.fitted.contributions(values)[0] * self.calibration.slope
        return {f: float(p) for f, p in zip(self.features, parts, strict=True) if row.get(f) is not None}

    def dump(self) -> bytes:
        """The whole model as JSON."""
        body = {
            "offer": self.offer,
            "kind": self.kind,
            "features": list(self.features),
            "calibration": [self.calibration.slope, self.calibration.shift],
            "fitted": self.fitted.dump(),
        }
        return json.dumps(body, ensure_ascii=False, sort_keys=True).encode()

    @staticmethod
    def parse(body: bytes, digest: str) -> ResponseModel:
        """The model that `dump` gave. Raises ModelUnusable when it is not the one with this digest."""
        if hashlib.sha256(body).hexdigest() != digest:
            raise ModelUnusable("模型内容和登记的指纹不符；重新训练或回退到上一版")
        try:
            data: dict[str, Any] = json.loads(body)
            slope, shift = data["calibration"]
            fitted = load(data["kind"], data["fitted"])
            return ResponseModel(
                data["offer"], data["kind"], tuple(data["features"]), fitted, Calibration(slope, shift)
            )
        except (KeyError, TypeError, ValueError) as error:
            raise ModelUnusable(f"模型内容不完整（{error!r}）；重新训练或回退到上一版") from error


def matrix(rows: pd.DataFrame, features: Sequence[str]) -> Array:
    """The features as numbers, NaN for what is unknown."""
    missing = [f for f in features if f not in rows.columns]
    if missing:
        raise ModelUnusable(f"缺少特征 {'、'.join(missing)}；用同一版本的特征重新训练")
    values: Array = rows[list(features)].to_numpy(dtype=np.float64, na_value=np.nan)
    return values


def _logit(score: Array) -> Array:
    inner = np.clip(score, _EDGE, 1 - _EDGE)
    odds: Array = np.log(inner / (1 - inner))
    return odds
