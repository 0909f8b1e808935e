"""Training and comparing: the past learns, later months calibrate and choose, the newest months judge.

What a row may know is what stood at the beginning of the month of its exposure (customer.batch.expressions): nothing of
the answer or of later days gets in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd

from customer.batch.expressions import features
from customer.batch.tables import Tables
from customer.propensity.learners import KEPT, LEARNERS, Array, Fitted
from customer.propensity.measures import Measures, Said, fairness, log_loss, measure, reliability
from customer.propensity.model import Calibration, ResponseModel, matrix

NOT_LEARNT = frozenset({"customer", "sex", "offer", "accepted", "month"})
"""Columns that no model sees; sex is looked at for fairness only."""
THRESHOLD = 0.30
LEAST_TAKEN = 60
_JUDGING, _CALIBRATING = 2, 1
_ROLLED = 3
"""Months of the past that are scored each by what was learnt before it: one month alone has too few answers to
calibrate by (measured on the made-up bank: docs/model-card.zh.md)."""


class TooLittle(ValueError):
    """An offer has too few answers to learn from."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One offer's comparison: measures by kind on the newest months; of the chosen model fairness and what it said
    against what happened; a fingerprint of the rows."""

    offer: str
    measures: dict[str, Measures]
    model: ResponseModel
    groups: list[dict[str, Any]]
    said: list[Said]
    fingerprint: str
    months: tuple[str, ...]
    judged: pd.DataFrame


def training_rows(tables: Tables, families: list[str]) -> pd.DataFrame:
    """Every exposure with its answer and the features as of the beginning of its month."""
    shown = tables.responses.select("customer", "offer", "at", "accepted").to_pandas()
    if shown.empty:
        raise TooLittle("没有营销响应数据；先导入 kind: responses 的来源")
    shown["month"] = shown["at"].dt.tz_convert("UTC").dt.strftime("%Y-%m")
    parts = []
    for month, rows in shown.groupby("month"):
        start = datetime.strptime(str(month), "%Y-%m").replace(tzinfo=UTC)
        known = features(tables, start, families).to_pandas()
        parts.append(rows.drop(columns="at").merge(known, on="customer"))
    return pd.concat(parts, ignore_index=True).sort_values(["month", "customer", "offer"], ignore_index=True)


def compare(offer: str, rows: pd.DataFrame) -> Compared:
    """Fits every kind on the older months and judges them on the newest. Calibrated and chosen (by log loss, which
    does not forgive being sure and wrong) is by months that each model's own past has not seen; the judging months stay
    unseen by both. The best of the kinds that can be kept wins.

    Raises:
        TooLittle: too few months or answers.
    """
    mine = rows[rows.offer == offer]
    months = sorted(mine.month.unique())
    if len(months) < _JUDGING + _CALIBRATING + 1 or mine.accepted.sum() < LEAST_TAKEN:
        raise TooLittle(f"{offer}：{len(months)} 个月、{int(mine.accepted.sum())} 次接受；太少，学不出来")
    old, middle, new = _parts(mine, months)
    names = tuple(c for c in mine.columns if c not in NOT_LEARNT)
    taken = {part: rows_.accepted.to_numpy(dtype=bool) for part, rows_ in (("o", old), ("m", middle), ("n", new))}
    found: dict[str, Measures] = {}
    best: tuple[float, ResponseModel] | None = None
    for kind, learn in LEARNERS.items():
        fitted = learn(matrix(old, names), taken["o"])
        score, answer = _ahead(learn, old, names)
        score = np.concatenate([score, fitted.score(matrix(middle, names))])
        answer = np.concatenate([answer, taken["m"]])
        made = ResponseModel(offer, kind, names, fitted, Calibration.fit(score, answer))
        found[kind] = measure(taken["n"], made.chances(new))
        loss = log_loss(answer, made.calibration.apply(score))
        if kind in KEPT and (best is None or loss < best[0]):
            best = (loss, made)
    assert best is not None
    chosen = best[1]
    chances = chosen.chances(new)
    groups = fairness(new, taken["n"], chances, THRESHOLD)
    said = reliability(taken["n"], chances)
    return Compared(offer, found, chosen, groups, said, fingerprint(mine), tuple(months), new)


def _ahead(learn: Callable[[Array, Array], Fitted], old: pd.DataFrame, names: Sequence[str]) -> tuple[Array, Array]:
    """Scores of the last months of the past, each by a model of the months before it, and what happened."""
    scores, answers = [np.empty(0)], [np.empty(0, dtype=bool)]
    for month in sorted(old.month.unique())[1:][-_ROLLED:]:
        past, then = old[old.month < month], old[old.month == month]
        taken = past.accepted.to_numpy(dtype=bool)
        if taken.any() and not taken.all():
            scores.append(learn(matrix(past, names), taken).score(matrix(then, names)))
            answers.append(then.accepted.to_numpy(dtype=bool))
    return np.concatenate(scores), np.concatenate(answers)


def judge(model: ResponseModel, rows: pd.DataFrame) -> Measures:
    """A model on rows that were judged by: how an older model does on the newest months."""
    return measure(rows.accepted.to_numpy(dtype=bool), model.chances(rows))


def fingerprint(rows: pd.DataFrame) -> str:
    """A digest of the rows: the same data gives the same."""
    hashes: Array = pd.util.hash_pandas_object(rows.reset_index(drop=True), index=False).to_numpy()
    return hashlib.sha256(hashes.tobytes() + "|".join(rows.columns).encode()).hexdigest()


def _parts(rows: pd.DataFrame, months: Sequence[str]) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    judging, calibrating = months[-_JUDGING:], months[-_JUDGING - _CALIBRATING : -_JUDGING]
    old = rows[rows.month < calibrating[0]]
    return old, rows[rows.month.isin(calibrating)], rows[rows.month.isin(judging)]
