"""`python -m bench.customers [--scale S]`: segments, scores and look-ups over a bank's whole base.

Scale 1 (`--scale full`) is 1,000,000 customers with 20,000,000 movements and 20 offers; the default is a twentieth.
Customers and movements are made up by the database itself. Times are of child processes, one a row, so that the memory
beside each is its own peak.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from bench.machine import this_machine
from bench.rows import Row
from bench.table import table

CUSTOMERS, MOVEMENTS, OFFERS = 1_000_000, 20_000_000, 20
AT = datetime(2026, 11, 20, tzinfo=UTC)
_LOOKS = 2_000


def main(arguments: list[str]) -> int:
    """Measures and prints the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.customers", description="Batch work over customers.")
    parser.add_argument("--scale", default="0.05", help="a number up to 1, or full")
    parser.add_argument("--step", default="", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    wanted = parser.parse_args(arguments)
    scale = 1.0 if wanted.scale == "full" else float(wanted.scale)
    if wanted.step:
        print(json.dumps(_STEPS[wanted.step](wanted.folder, int(CUSTOMERS * scale))))
        return 0
    with tempfile.TemporaryDirectory(prefix="jinwen-bench-") as scratch:
        print(f"{this_machine()}\n\n{table(measure(Path(scratch), scale))}")
    return 0


def measure(folder: Path, scale: float) -> list[Row]:
    """All rows of the table, with data made up in the folder."""
    _child("make", folder, scale)
    return _rows({step: _child(step, folder, scale) for step in ("segment", "score", "look")}, scale)


def _rows(made: dict[str, dict[str, float]], scale: float) -> list[Row]:
    people, moves = int(CUSTOMERS * scale), int(MOVEMENTS * scale)
    whole = scale >= 1
    segment, score, look = made["segment"], made["score"], made["look"]
    what = f"RFM + k-means, {people:,} customers, {moves:,} movements"
    scoring = f"scoring {people:,} customers for {OFFERS} offers"
    return [
        Row(what, "s", segment["seconds"], target=60 if whole else None),
        Row(f"{what}: processor time of all threads", "s", segment["cpu"]),
        Row(f"{what}: memory", "MiB", segment["memory"], target=2048 if whole else None),
        Row(scoring, "s", score["seconds"], target=60 if whole else None),
        Row(f"{scoring}: processor time of all threads, with learning", "s", score["cpu"]),
        Row(f"{scoring}: memory", "MiB", score["memory"]),
        Row(f"one customer by id of {people:,}, p50", "ms", look["p50"], target=2),
        Row(f"one customer by id of {people:,}, p99", "ms", look["p99"]),
    ]


def _child(step: str, folder: Path, scale: float) -> dict[str, float]:
    command = [sys.executable, "-P", "-m", "bench.customers", "--step", step, "--folder", str(folder)]
    print(f"{time.strftime('%H:%M:%S')} {step}", file=sys.stderr, flush=True)
    done = subprocess.run([*command, "--scale", str(scale)], check=True, stdout=subprocess.PIPE, text=True)
    made: dict[str, float] = json.loads(done.stdout)
    return made


def _make(folder: Path, people: int) -> dict[str, float]:
    """Movements as Parquet, and customers with holdings in SQLite."""
    import duckdb

    from dialogue.store.database import connect, upgrade

    con = duckdb.connect(config={"threads": 2, "memory_limit": "1GB"})
    con.execute("SELECT setseed(0.7)")
    con.execute(
        f"""COPY (SELECT 'M' || i AS id, 'C' || lpad(((random() * random() * {people})::BIGINT)::VARCHAR, 8, '0')
        AS customer, TIMESTAMPTZ '2025-11-21' + to_seconds((random() * 31449600)::BIGINT) AS "at", 'spend' AS kind,
        (-exp(random() * 6 + 3) * 100)::BIGINT AS amount_fen FROM range({people * MOVEMENTS // CUSTOMERS}) t(i))
        TO '{folder}/movements.parquet' (FORMAT parquet)"""
    )
    engine = connect(f"sqlite:///{folder}/jinwen.db")
    upgrade(engine)
    with engine.begin() as sql:
        series = f"WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {people - 1})"
        sql.exec_driver_sql(
            f"""INSERT INTO customer (id, birth_date, sex, region, source, as_of, provenance) {series}
            SELECT printf('C%08d', i), '1980-01-01', 'F', '上海', '核心系统', '2026-11-20 00:00:00.000000', '{{}}'
            FROM n"""
        )
        sql.exec_driver_sql(
            f"""INSERT INTO customer_holding (id, customer_id, product, amount_fen, flags, source, as_of) {series}
            SELECT 'H' || i || '-' || k, printf('C%08d', i), '稳盈' || k || '号', 100000, '[]', '理财系统',
            '2026-11-20 00:00:00.000000' FROM n, (SELECT 1 AS k UNION SELECT 2)"""
        )
        sql.exec_driver_sql(
            f"""INSERT INTO customer_consent (customer_id, purpose, channel, state, "at", source) {series}
            SELECT printf('C%08d', i), 'marketing', '*', 'granted', '2026-01-01 00:00:00.000000', '开户' FROM n"""
        )
    engine.dispose()
    return {}


def _segment(folder: Path, people: int) -> dict[str, float]:
    import ibis

    from customer.batch.expressions import rfm
    from customer.segmenting.run import segment

    started = time.perf_counter()
    con = ibis.duckdb.connect(memory_limit="1GB", threads=2, temp_directory=str(folder / "spill"))
    rows = rfm(con.read_parquet(str(folder / "movements.parquet")), AT).to_pandas().set_index("customer")
    con.disconnect()
    segment(rows, None, weigh=False)
    return {"seconds": round(time.perf_counter() - started, 1), "memory": _memory(), "cpu": _cpu()}


def _score(folder: Path, people: int) -> dict[str, float]:
    """Models of every kept kind in turn, on as many features as the real ones have; learning is not counted."""
    import numpy as np
    import pandas as pd

    from customer.propensity.learners import KEPT, LEARNERS
    from customer.propensity.model import Calibration, ResponseModel
    from customer.propensity.scoring import scored

    rng = np.random.default_rng(7)
    names = tuple(f"f{n}" for n in range(29))
    learnt = rng.normal(size=(6_000, len(names)))
    taken = rng.random(6_000) < 1 / (1 + np.exp(2.2 - learnt[:, 0] - learnt[:, 1] * learnt[:, 2]))
    fitted = {kind: LEARNERS[kind](learnt, taken) for kind in KEPT}
    models = {
        f"o{n}": ResponseModel(f"o{n}", kind, names, fitted[kind], Calibration(1.1, -0.2))
        for n, kind in ((n, KEPT[n % len(KEPT)]) for n in range(OFFERS))
    }
    rows = pd.DataFrame(rng.normal(size=(people, len(names))).astype(np.float32), columns=list(names))
    rows["customer"] = np.char.add("C", np.arange(people).astype(str))
    started = time.perf_counter()
    total = sum(len(piece) for piece in scored(rows, models))
    assert total == people
    return {"seconds": round(time.perf_counter() - started, 1), "memory": _memory(), "cpu": _cpu()}


def _look(folder: Path, people: int) -> dict[str, float]:
    import numpy as np

    from customer.reading import CustomerReader
    from dialogue.store.database import connect

    reader = CustomerReader(connect(f"sqlite:///{folder}/jinwen.db"))
    rng = np.random.default_rng(7)
    taken = []
    for number in rng.integers(0, people, _LOOKS + 50):
        started = time.perf_counter()
        assert reader.customer(f"C{number:08d}") is not None
        taken.append((time.perf_counter() - started) * 1000)
    p50, p99 = np.quantile(taken[50:], [0.5, 0.99])
    return {"p50": round(float(p50), 2), "p99": round(float(p99), 2)}


def _cpu() -> float:
    return round(time.process_time(), 1)


def _memory() -> float:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


_STEPS = {"make": _make, "segment": _segment, "score": _score, "look": _look}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
