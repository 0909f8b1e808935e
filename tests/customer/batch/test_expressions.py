"""Batch expressions look at nothing that came later, and say the same on DuckDB and on Spark."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from typing import Any

import ibis
import pandas as pd
import pytest

from customer.batch.expressions import features, rfm
from customer.batch.tables import Tables, kept_ids

AT = datetime(2026, 11, 1, tzinfo=UTC)
MOVES = pd.DataFrame(
    [
        ("C1", "2026-10-31 12:00", "spend", -10_000),
        ("C1", "2026-10-01 12:00", "salary", 900_000),
        ("C1", "2026-11-01 00:00", "spend", -7_777_777),
        ("C2", "2025-12-01 00:00", "spend", -500),
        ("C3", "2024-01-01 00:00", "spend", -500),
        ("OLD", "2026-10-30 12:00", "spend", -100),
    ],
    columns=["customer", "at", "kind", "amount_fen"],
).assign(at=lambda t: pd.to_datetime(t["at"], utc=True))


def test_recency_frequency_amount_of_a_year_before_the_moment() -> None:
    found = rfm(ibis.memtable(MOVES), AT).to_pandas().set_index("customer")
    assert set(found.index) == {"C1", "C2", "OLD"}
    assert found.loc["C1"].tolist() == [0.5, 2.0, 9100.0]


def test_merged_ids_count_as_the_kept_one() -> None:
    alias = ibis.memtable(pd.DataFrame({"gone": ["OLD"], "kept": ["C1"]}))
    found = rfm(kept_ids(ibis.memtable(MOVES), alias), AT).to_pandas().set_index("customer")
    assert "OLD" not in found.index and found.at["C1", "frequency"] == 3


def tables() -> Tables:
    """A bank of three customers, one of whom came later."""
    day = pd.to_datetime
    people = pd.DataFrame(
        {
            "id": ["C1", "C2", "C9"],
            "birth_date": [date(1990, 11, 1), None, date(1980, 1, 1)],
            "sex": ["F", None, "M"],
            "monthly_income_fen": [1_200_000, None, 1],
            "opened_on": [date(2020, 1, 1), date(2021, 1, 1), date(2026, 11, 5)],
        }
    ).astype({"monthly_income_fen": "Int64"})
    held = pd.DataFrame(
        {
            "customer_id": ["C1", "C1", "C1"],
            "amount_fen": [100_000, 5_000_000, 1],
            "since": [date(2026, 1, 1), date(2026, 1, 1), date(2026, 11, 3)],
            "matures": [date(2026, 11, 20), None, None],
            "family": ["理财", "房贷", "基金"],
        }
    )
    rated = pd.DataFrame(
        {"customer_id": ["C1", "C1"], "rating": ["C2", "C5"], "assessed_on": [date(2026, 1, 1), date(2026, 11, 9)]}
    )
    seen = pd.DataFrame(
        {
            "customer": ["C1", "C1"],
            "at": day(["2026-10-20", "2026-11-10"], utc=True),
            "topic": ["理财", "理财"],
            "channel": ["手机银行", "网点"],
        }
    )
    made = [ibis.memtable(t) for t in (people, held, rated, MOVES, seen)]
    return Tables(*made, responses=None)


def test_features_know_nothing_of_later_days() -> None:
    found = features(tables(), AT, ["理财", "房贷", "基金"]).to_pandas().set_index("customer")
    assert set(found.index) == {"C1", "C2"}
    one = found.loc["C1"]
    assert (one.moves, one.inflow, one.outflow, one.salary) == (2, 9000.0, 100.0, 1)
    assert (one.held, one.held_理财, one.held_基金, one.assets, one.due, one.risk) == (2, 1, 0, 1000.0, 1, 2)
    assert (one.looks, one.looks_理财, one.online) == (1, 1, 1.0)
    assert round(one.age, 1) == 36.0 and one.income == 12_000.0


def test_what_is_unknown_is_null_and_not_nothing() -> None:
    found = features(tables(), AT, ["理财"]).to_pandas().set_index("customer").loc["C2"]
    assert all(pd.isna(found[c]) for c in ("age", "income", "risk", "assets", "recency"))
    assert found.moves == 0 and found.held == 0


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("java") is None, reason="no Java: install JDK 17 for Spark")
def test_spark_says_the_same(tmp_path: Any) -> None:
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", "1")
        .config("spark.sql.warehouse.dir", str(tmp_path / "warehouse"))
        .getOrCreate()
    )
    try:
        con = ibis.pyspark.connect(session)
        path = tmp_path / "moves.parquet"
        MOVES.to_parquet(path, coerce_timestamps="us")
        there = rfm(con.read_parquet(str(path)), AT).to_pandas()
        here = rfm(ibis.duckdb.connect().read_parquet(str(path)), AT).to_pandas()
        order = ["customer"]
        pd.testing.assert_frame_equal(
            there.sort_values(order, ignore_index=True), here.sort_values(order, ignore_index=True), check_dtype=False
        )
    finally:
        session.stop()
