"""Rows tell the truth about targets and about who is ahead; the table says it so that one can read it."""

import math

import pytest

from bench.measuring import QUICK, Sizes, Talked
from bench.ours import Loaded
from bench.rows import Measured, Row, rows
from bench.starting import Started
from bench.stats import Summary, summarise
from bench.table import table


@pytest.mark.parametrize(
    ("row", "met", "ahead"),
    [
        (Row("p50", "ms", 9.0, 40.0, 15.0), True, True),
        (Row("p50", "ms", 15.0, 15.0, 15.0), True, True),
        (Row("p50", "ms", 50.0, 40.0, 15.0), False, False),
        (Row("throughput", "turns/s", 60.0, 20.0, higher=True), None, True),
        (Row("throughput", "turns/s", 10.0, 20.0, 30.0, higher=True), False, False),
        (Row("load", "s", 9.0), None, None),
        (Row("p99", "ms", math.nan, 40.0, 60.0), False, False),
        (Row("p99", "ms", 30.0, math.nan, 60.0), True, True),
        (Row("warm start", "s", None, 40.0, 45.0), None, None),
    ],
)
def test_a_row_knows_target_and_rival(row: Row, met: bool | None, ahead: bool | None) -> None:
    assert (row.met, row.ahead) == (met, ahead)


def talked(ms: float, throughput: float, mib: float, failed: int = 0) -> Talked:
    sample: Summary = summarise([ms, ms * 2], failed)
    return Talked(sample, sample, sample, sample, throughput, {"python": mib, "graph": 400.0}, {"answered": 2})


def test_stock_rasa_stands_beside_every_row_that_it_has_a_counterpart_of() -> None:
    ours = Measured(talked(8, 80, 900), Started(1, 25), Started(1, 60), Loaded(20_000, 8))
    made = rows(ours, Measured(talked(40, 20, 1500), Started(20, 40)), Sizes())
    alone = [row.what for row in made if row.stock is None]
    assert alone == [
        "kg load, 20,000 facts into an empty store",
        "kg load, rate",
        "cold start (model there, empty home): page",
        "cold start: first answer",
        "memory: graph engine (stock Rasa asks the same one)",
    ]
    assert [row.what for row in made if row.ahead is False] == []
    assert [row.what for row in made if row.met is False] == []


def test_what_was_not_measured_has_no_row() -> None:
    made = rows(Measured(talked(8, 80, 900), cold=Started(1, 60)), None, QUICK)
    assert not [row.what for row in made if "kg load" in row.what or "warm" in row.what]
    assert all(row.ahead is None for row in made)


def test_turns_without_a_reply_are_a_missed_target() -> None:
    made = rows(Measured(talked(8, 80, 900, failed=1)), None, Sizes())
    assert [row.ours for row in made if row.met is False] == [3.0]


def test_the_table_is_markdown_with_missed_targets_marked() -> None:
    lines = table([Row("p50", "ms", 26.6909, 40.0, 15.0), Row("kg load", "facts/s", 2345.0, higher=True)]).splitlines()
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines]
    assert cells[0] == ["what", "target", "ours", "stock Rasa", "ahead"]
    assert cells[2] == ["p50", "≤ 15 ms", "26.7 ms (missed)", "40 ms", "yes"]
    assert cells[3] == ["kg load", "–", "2,345 facts/s", "–", "–"]
    assert len({len(line) for line in lines}) == 1
