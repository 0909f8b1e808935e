"""One segmentation: RFM of all customers, clusters, names, ids matched with the run before, drift; written down."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from sqlalchemy import insert
from sqlalchemy.engine import Engine

from customer.importing.cells import BANK_ZONE
from customer.segmenting.clusters import COLUMNS, Array, Scale, best, choices, density_view, fit
from customer.segmenting.naming import Segment, drift, life_stages, name_of, rules, stable_ids
from customer.sql import slices, upsert, writing
from customer.tables import segment_of, segment_run

K = 4
INACTIVE = "s0"


@dataclass(frozen=True, slots=True)
class Segmentation:
    """What a run found. `labels` is the segment of every customer with movements; `report` is kept with the run."""

    segments: list[Segment]
    labels: pd.Series
    report: dict[str, Any]


def segment(
    rows: pd.DataFrame, before: dict[str, Any] | None, k: int | None = K, *, seed: int = 7, weigh: bool = True
) -> Segmentation:
    """Segments customers by their RFM rows (indexed by customer). `before` is the report of the run before; k None
    lets silhouette and stability choose; without `weigh` neither they nor the density view are looked at.

    Raises:
        ValueError: there are fewer customers with movements than clusters.
    """
    if len(rows) <= (k or K):
        raise ValueError(f"有动账的客户只有 {len(rows)} 位，分不成 {k or K} 群；先导入流水")
    scale = Scale.of(rows)
    points = scale.apply(rows)
    weighed = choices(points, seed) if weigh or k is None else []
    chosen = k or best(weighed, K)
    centres, labels = fit(points, chosen, seed)
    segments = _named(rows, centres, labels, scale, before)
    names = np.array([s.id for s in segments], dtype=object)
    shares = {s.id: s.size / len(rows) for s in segments}
    report = {
        "k": chosen,
        "choices": [asdict(c) for c in weighed],
        "density": density_view(points, labels, seed) if weigh else None,
        "segments": [asdict(s) for s in segments],
        "scale": {"mean": scale.mean.tolist(), "spread": scale.spread.tolist()},
        "shares": shares,
        "drift": drift(before["shares"], shares) if before else None,
    }
    return Segmentation(segments, pd.Series(names[labels], index=rows.index), report)


def _named(
    rows: pd.DataFrame, centres: Array, labels: Array, scale: Scale, before: dict[str, Any] | None
) -> list[Segment]:
    raw = centres * scale.spread + scale.mean
    old = [Segment(**{**s, "centre": tuple(s["centre"])}) for s in before["segments"]] if before else []
    raw_old = np.array([_raw(s.centre, before) for s in old]) if before else np.empty((0, len(COLUMNS)))
    overall = {c: float(rows[c].median()) for c in COLUMNS}
    middles = rows.groupby(labels)[list(COLUMNS)].median()
    sizes = np.bincount(labels, minlength=len(centres))
    made = []
    for n, own in enumerate(stable_ids(raw, old, scale, raw_old)):
        middle = {c: round(float(middles.at[n, c]), 2) for c in COLUMNS}
        name, rule = name_of(middle, overall)
        made.append(Segment(own, name, rule, tuple(map(float, centres[n])), int(sizes[n]), middle))
    return _told_apart(made)


def _raw(centre: tuple[float, ...], run: dict[str, Any] | None) -> Array:
    assert run is not None
    raw: Array = np.array(centre) * np.array(run["scale"]["spread"]) + np.array(run["scale"]["mean"])
    return raw


def _told_apart(segments: list[Segment]) -> list[Segment]:
    """Segments of one name are told apart by amount, the highest first."""
    made = []
    for one in segments:
        same = sorted((s for s in segments if s.name == one.name), key=lambda s: -s.middle["monetary"])
        place = same.index(one) + 1
        made.append(
            one if len(same) == 1 else Segment(**{**asdict(one), "name": f"{one.name}{'甲乙丙丁戊己庚辛'[place - 1]}"})
        )
    return made


def write_run(engine: Engine, found: Segmentation, people: pd.DataFrame, at: datetime) -> str:
    """Keeps a run and the segment and life stage of every customer; returns the run's id, which begins with
    the bank's day.

    `people` are all customers (index) with age, income and what they hold; those without movements are inactive.
    """
    run = f"{at.astimezone(ZoneInfo(BANK_ZONE)):%Y%m%d}-{uuid.uuid4().hex[:6]}"
    names = {s.id: s.name for s in found.segments} | {INACTIVE: rules()["inactive"]["name"]}
    labels = found.labels.reindex(people.index).fillna(INACTIVE)
    stages = life_stages(people)
    for part in slices(list(zip(people.index, labels, stages, strict=True)), 5_000):
        rows = [
            {"customer_id": who, "segment": own, "name": names[own], "life_stage": stage, "run": run, "as_of": at}
            for who, own, stage in part
        ]
        with writing(engine) as sql:
            upsert(sql, segment_of, rows)
    with writing(engine) as sql:
        sql.execute(insert(segment_run), {"id": run, "as_of": at, "body": found.report})
    return run
