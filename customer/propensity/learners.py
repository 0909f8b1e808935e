"""The kinds of models that are compared. All take numbers with NaN for what is unknown and give a score in 0…1."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from customer.errors import ModelUnusable

Array: TypeAlias = npt.NDArray[Any]
SEED = 7
THREADS = 2
REACH = 3.0


class Fitted(Protocol):
    """A fitted model."""

    def score(self, rows: Array) -> Array:
        """Uncalibrated probabilities."""

    def contributions(self, rows: Array) -> Array:
        """What each feature adds to the log-odds of each row (SHAP values for trees)."""

    def dump(self) -> dict[str, Any]:
        """The model as JSON; nothing that runs when it is read."""


@dataclass(frozen=True, slots=True)
class Logistic:
    """Logistic regression on scaled values; what is unknown counts as the mean and is marked by a column of its own.
    Nobody counts as farther than `reach` spreads from the mean: a line drawn on to customers unlike all others says far
    too much of them (counts of looks and movements have long tails)."""

    weights: Array
    missing: Array
    intercept: float
    mean: Array
    spread: Array
    reach: float = REACH

    @staticmethod
    def fit(rows: Array, taken: Array) -> Logistic:
        """Ridge-penalised maximum likelihood."""
        from sklearn.linear_model import LogisticRegression

        known = ~np.isnan(rows)
        count = np.maximum(known.sum(axis=0), 1)
        mean = np.where(known, rows, 0).sum(axis=0) / count
        spread = np.sqrt(np.where(known, (rows - mean) ** 2, 0).sum(axis=0) / count)
        spread = np.where(spread > 0, spread, 1.0)
        scaled = np.where(known, np.clip((rows - mean) / spread, -REACH, REACH), 0.0)
        found = LogisticRegression(C=0.3, max_iter=500).fit(np.hstack([scaled, ~known]), taken)
        width = rows.shape[1]
        return Logistic(found.coef_[0][:width], found.coef_[0][width:], float(found.intercept_[0]), mean, spread)

    def score(self, rows: Array) -> Array:
        """As Fitted says."""
        odds = self.contributions(rows).sum(axis=1) + self.intercept
        chance: Array = 1 / (1 + np.exp(-odds))
        return chance

    def contributions(self, rows: Array) -> Array:
        """Weight times distance from the mean."""
        known = ~np.isnan(rows)
        scaled = np.clip((rows - self.mean) / self.spread, -self.reach, self.reach)
        parts: Array = np.where(known, scaled * self.weights, self.missing)
        return parts

    def dump(self) -> dict[str, Any]:
        """Weights and scale."""
        arrays = {n: getattr(self, n).tolist() for n in ("weights", "missing", "mean", "spread")}
        return {**arrays, "intercept": self.intercept, "reach": self.reach}


class LightGbm:
    """Gradient boosting by LightGBM; kept in its own text form."""

    def __init__(self, text: str) -> None:
        import lightgbm

        try:
            self._booster = lightgbm.Booster(model_str=text)
        except lightgbm.basic.LightGBMError as error:
            raise ModelUnusable(f"LightGBM 模型读不出来：{error}；重新训练或回退") from error
        self._text = text

    @staticmethod
    def fit(rows: Array, taken: Array) -> LightGbm:
        """Few small trees, strongly regularised: an offer has thousands of exposures, not millions."""
        import lightgbm

        given = {
            "objective": "binary",
            "learning_rate": 0.08,
            "num_leaves": 8,
            "min_data_in_leaf": 40,
            "lambda_l2": 5.0,
            "feature_fraction": 0.7,
            "bagging_fraction": 0.8,
            "bagging_freq": 1,
            "seed": SEED,
            "deterministic": True,
            "force_row_wise": True,
            "num_threads": THREADS,
            "verbosity": -1,
        }
        return LightGbm(lightgbm.train(given, lightgbm.Dataset(rows, taken), 75).model_to_string())

    def score(self, rows: Array) -> Array:
        """As Fitted says."""
        chance: Array = np.asarray(self._booster.predict(rows, num_threads=THREADS))
        return chance

    def contributions(self, rows: Array) -> Array:
        """SHAP values of the trees (pred_contrib), without the base."""
        parts: Array = np.asarray(self._booster.predict(rows, pred_contrib=True, num_threads=THREADS))
        return parts[:, :-1]

    def dump(self) -> dict[str, Any]:
        """LightGBM's text."""
        return {"text": self._text}


class XgBoost:
    """Gradient boosting by XGBoost; kept in its own JSON form."""

    def __init__(self, text: str) -> None:
        import xgboost

        self._booster = xgboost.Booster({"nthread": THREADS})
        try:
            self._booster.load_model(bytearray(text.encode()))
        except xgboost.core.XGBoostError as error:
            raise ModelUnusable(f"XGBoost 模型读不出来：{str(error)[:200]}；重新训练或回退") from error
        self._text = text

    @staticmethod
    def fit(rows: Array, taken: Array) -> XgBoost:
        """As LightGBM's, in XGBoost's words."""
        import xgboost

        given = {"objective": "binary:logistic", "eta": 0.08, "max_depth": 3, "min_child_weight": 8, "lambda": 5.0}
        given |= {"subsample": 0.8, "colsample_bytree": 0.7, "seed": SEED, "nthread": THREADS}
        booster = xgboost.train(given, xgboost.DMatrix(rows, taken), 75)
        return XgBoost(booster.save_raw("json").decode())

    def score(self, rows: Array) -> Array:
        """As Fitted says."""
        chance: Array = self._booster.inplace_predict(rows)
        return chance

    def contributions(self, rows: Array) -> Array:
        """SHAP values of the trees, without the base."""
        import xgboost

        parts: Array = self._booster.predict(xgboost.DMatrix(rows), pred_contribs=True)[:, :-1]
        return parts

    def dump(self) -> dict[str, Any]:
        """XGBoost's JSON."""
        return {"text": self._text}


class Forest:
    """Random forest, in the comparison only: it is not kept, for its form of storage runs code when it is read."""

    def __init__(self, found: Any, medians: Array) -> None:
        self._found, self._medians = found, medians

    @staticmethod
    def fit(rows: Array, taken: Array) -> Forest:
        """Unknown values take the median."""
        from sklearn.ensemble import RandomForestClassifier

        medians = np.nan_to_num(np.nanmedian(np.where(np.isnan(rows).all(axis=0), 0, rows), axis=0))
        forest = RandomForestClassifier(150, min_samples_leaf=20, random_state=SEED, n_jobs=THREADS)
        return Forest(forest.fit(np.where(np.isnan(rows), medians, rows), taken), medians)

    def score(self, rows: Array) -> Array:
        """As Fitted says."""
        chance: Array = self._found.predict_proba(np.where(np.isnan(rows), self._medians, rows))[:, 1]
        return chance

    def contributions(self, rows: Array) -> Array:
        """Not computed: it is never deployed."""
        raise ModelUnusable("随机森林只用于比较，不解释")

    def dump(self) -> dict[str, Any]:
        """Not kept."""
        raise ModelUnusable("随机森林只用于比较，不保存")


LEARNERS: dict[str, Callable[[Array, Array], Fitted]] = {
    "lightgbm": LightGbm.fit,
    "logistic": Logistic.fit,
    "forest": Forest.fit,
    "xgboost": XgBoost.fit,
}
_BY_TEXT: dict[str, Callable[[str], Fitted]] = {"lightgbm": LightGbm, "xgboost": XgBoost}
KEPT = ("lightgbm", "logistic", "xgboost")
"""Kinds that can be stored and explained, and so deployed."""


def load(kind: str, body: dict[str, Any]) -> Fitted:
    """The model that `dump` gave. Raises ModelUnusable."""
    try:
        if kind == "logistic":
            arrays = {n: np.array(body[n], dtype=float) for n in ("weights", "missing", "mean", "spread")}
            return Logistic(intercept=float(body["intercept"]), reach=float(body.get("reach", np.inf)), **arrays)
        made: Fitted = _BY_TEXT[kind](body["text"])
        return made
    except (KeyError, TypeError, ValueError, json.JSONDecodeError) as error:
        raise ModelUnusable(f"{kind} 模型的内容不完整（{error!r}）；重新训练或回退") from error
