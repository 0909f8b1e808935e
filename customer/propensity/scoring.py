"""Scoring all customers for all offers in pieces, and keeping the chances and the features they came from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

import numpy as np
import pandas as pd
from sqlalchemy.engine import Engine

from customer.errors import ModelUnusable
from customer.propensity.model import ResponseModel, matrix
from customer.propensity.registry import Registry, Version
from customer.propensity.retraining import in_production
from customer.propensity.training import NOT_LEARNT
from customer.sql import slices, upsert, writing
from customer.tables import feature, score

_ROWS = 50_000


def models_of(registry: Registry) -> tuple[dict[str, ResponseModel], dict[str, str]]:
    """The models in production by offer, and those that can't be used with the reason: their offers get no score."""
    usable: dict[str, ResponseModel] = {}
    broken: dict[str, str] = {}
    for version in in_production(registry.versions()):
        try:
            found = registry.production(version.offer)
        except ModelUnusable as error:
            broken[version.offer] = str(error)
            continue
        if found is not None:
            usable[version.offer] = found[1]
    return usable, broken


def scored(rows: pd.DataFrame, models: Mapping[str, ResponseModel]) -> Iterator[pd.DataFrame]:
    """Chances by offer (columns) of all customers (index), in pieces."""
    for at in range(0, len(rows), _ROWS):
        piece = rows.iloc[at : at + _ROWS]
        # Models of one version want the same features: these are laid out once.
        values = {names: matrix(piece, names) for names in {m.features for m in models.values()}}
        chances = {o: m.of_values(values[m.features]) for o, m in models.items()}
        yield pd.DataFrame(chances, index=piece["customer"])


def run_name(versions: list[Version]) -> str:
    """A name for all versions that scored together."""
    return "、".join(v.name for v in versions)[:400]


def write_scores(
    engine: Engine, rows: pd.DataFrame, models: Mapping[str, ResponseModel], run: str, at: datetime
) -> int:
    """Scores all customers and keeps chances with four digits, and features; returns how many customers."""
    count = 0
    for chances in scored(rows, models):
        values = np.round(chances.to_numpy(), 4).tolist()
        made = [
            {"customer_id": who, "chances": dict(zip(chances.columns, line, strict=True)), "run": run, "as_of": at}
            for who, line in zip(chances.index, values, strict=True)
        ]
        with writing(engine) as sql:
            upsert(sql, score, made)
        count += len(made)
    _write_features(engine, rows, at)
    return count


def _write_features(engine: Engine, rows: pd.DataFrame, at: datetime) -> None:
    names = [c for c in rows.columns if c not in NOT_LEARNT]
    values = np.round(rows[names].to_numpy(dtype=np.float64, na_value=np.nan), 4)
    for part in slices(range(len(rows)), 5_000):
        made = [
            {
                "customer_id": rows["customer"].iat[n],
                "values": {f: None if np.isnan(v) else float(v) for f, v in zip(names, values[n], strict=True)},
                "as_of": at,
            }
            for n in part
        ]
        with writing(engine) as sql:
            upsert(sql, feature, made)
