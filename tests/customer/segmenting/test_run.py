"""Segments: names by rule, ids that survive retraining, drift, and everybody has one."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import select

from customer.segmenting.clusters import Choice, best
from customer.segmenting.naming import drift, life_stages, name_of
from customer.segmenting.reports import last_report, profile
from customer.segmenting.run import INACTIVE, segment, write_run
from customer.tables import segment_of
from tests.support.customers import scratch_database

AT = datetime(2026, 11, 20, tzinfo=UTC)
GROUPS = {"高价值": (2, 90, 300_000), "潜力": (3, 65, 100_000), "长尾": (5, 30, 10_000), "流失预警": (120, 25, 20_000)}


def base(seed: int, sizes: tuple[int, ...] = (160, 160, 120, 60)) -> pd.DataFrame:
    """Customers in four groups that anybody would see."""
    rng = np.random.default_rng(seed)
    parts = [
        pd.DataFrame(
            np.array(middle) * np.exp(rng.normal(0, 0.15, (size, 3))), columns=["recency", "frequency", "monetary"]
        )
        for middle, size in zip(GROUPS.values(), sizes, strict=True)
    ]
    rows = pd.concat(parts, ignore_index=True)
    rows.index = pd.Index([f"C{n}" for n in range(len(rows))])
    return rows


def test_clusters_get_the_names_that_their_middle_customers_earn() -> None:
    found = segment(base(1), None, weigh=False)
    assert {s.name for s in found.segments} == set(GROUPS)
    churn = next(s for s in found.segments if s.name == "流失预警")
    assert churn.middle["recency"] > 60 and "间隔" in churn.rule
    assert sum(s.size for s in found.segments) == len(found.labels) == 500


def test_ids_survive_retraining_on_other_customers() -> None:
    first = segment(base(1), None, weigh=False)
    again = segment(base(2, (100, 200, 120, 60)), first.report, seed=3, weigh=False)
    assert {s.id: s.name for s in again.segments} == {s.id: s.name for s in first.segments}
    assert again.report["drift"] > 0 and again.report["shares"] != first.report["shares"]


def test_the_number_of_clusters_is_weighed_and_the_default_stands_in() -> None:
    assert best([Choice(2, 0.5, 0.99), Choice(4, 0.6, 0.95), Choice(5, 0.9, 0.3)], 4) == 4
    assert best([Choice(2, 0.5, 0.1)], 4) == 4
    found = segment(base(1), None, None)
    assert found.report["k"] in range(2, 9) and found.report["density"] is not None


def test_too_few_customers_are_said() -> None:
    with pytest.raises(ValueError, match="分不成 4 群"):
        segment(base(1).head(3), None)


def test_a_run_is_kept_for_everybody(tmp_path: Path) -> None:
    engine = scratch_database(tmp_path)
    rows = base(1)
    people = pd.DataFrame({"age": 35.0, "income": 9000.0}, index=[*rows.index, "无人"])
    people = people.assign(held_房贷=0, held_保险=1)
    found = segment(rows, None, weigh=False)
    run = write_run(engine, found, people, AT)
    with engine.connect() as sql:
        kept = {r.customer_id: r for r in sql.execute(select(segment_of))}
    assert kept["无人"].segment == INACTIVE and kept["无人"].name == "无交易"
    assert kept["C0"].run == run and kept["C0"].name == "高价值" and kept["C0"].life_stage == "育儿"
    report = last_report(engine)
    assert (
        report is not None
        and report == json.loads(json.dumps(found.report))
        and any("高价值" in line for line in profile(report))
    )
    engine.dispose()


def test_names_do_not_depend_on_the_scale_of_money() -> None:
    overall = {"recency": 5.0, "frequency": 50.0, "monetary": 100.0}
    assert name_of({"recency": 4.0, "frequency": 60.0, "monetary": 151.0}, overall)[0] == "高价值"
    assert name_of({"recency": 40.0, "frequency": 60.0, "monetary": 151.0}, overall)[0] == "流失预警"
    assert name_of({"recency": 4.0, "frequency": 10.0, "monetary": 20.0}, overall)[0] == "长尾"


def test_drift_is_nothing_when_nothing_moved_and_grows() -> None:
    assert drift({"s1": 0.5, "s2": 0.5}, {"s1": 0.5, "s2": 0.5}) == 0
    assert 0 < drift({"s1": 0.5, "s2": 0.5}, {"s1": 0.6, "s2": 0.4}) < drift({"s1": 0.5, "s2": 0.5}, {"s1": 1.0})


@pytest.mark.parametrize(
    ("age", "income", "home", "stage"),
    [
        (20, None, 0, "在校"),
        (25, 8000, 0, "初入职场"),
        (33, 9000, 1, "育儿"),
        (28, 9000, 1, "成家"),
        (70, None, 0, "退休"),
    ],
)
def test_stages_of_life(age: float, income: float | None, home: int, stage: str) -> None:
    people = pd.DataFrame([{"age": age, "income": income, "held_房贷": home, "held_保险": 0}])
    assert life_stages(people).iloc[0] == stage


def test_an_unknown_age_has_no_stage() -> None:
    people = pd.DataFrame([{"age": np.nan, "income": 1.0, "held_房贷": 1, "held_保险": 0}])
    assert life_stages(people).iloc[0] is None
