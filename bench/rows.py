"""From measurements to rows: figure, target, ours, stock Rasa's, who is ahead."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from bench.measuring import Sizes, Talked
from bench.ours import Loaded
from bench.starting import Started
from bench.stats import Summary

PYTHON_MIB = 1229.0  # 1.2 GB


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. `target` and the figures are in `unit`; None is a figure that was not taken or that
    stock Rasa has no counterpart of. More is better where `higher` says so."""

    what: str
    unit: str
    ours: float | None
    stock: float | None = None
    target: float | None = None
    higher: bool = False

    @property
    def met(self) -> bool | None:
        """Whether ours meets the target; None without one or the other."""
        return self._better_or_equal(self.ours, self.target)

    @property
    def ahead(self) -> bool | None:
        """Whether ours is at least as good as stock Rasa's; None without one or the other."""
        return self._better_or_equal(self.ours, self.stock)

    def _better_or_equal(self, ours: float | None, other: float | None) -> bool | None:
        if ours is None or other is None:
            return None
        if math.isnan(ours):
            return False
        return math.isnan(other) or (ours >= other if self.higher else ours <= other)


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured of one bot; a part that was left out or does not exist is None."""

    talked: Talked
    warm: Started | None = None
    cold: Started | None = None
    loaded: Loaded | None = None


def rows(ours: Measured, stock: Measured | None, sizes: Sizes) -> list[Row]:
    """The whole table, in the order it is read."""
    return [*_load_rows(ours), *_start_rows(ours, stock), *_turn_rows(ours, stock, sizes), *_memory_rows(ours, stock)]


def _load_rows(ours: Measured) -> list[Row]:
    if ours.loaded is None:
        return []
    facts, seconds = ours.loaded.facts, ours.loaded.seconds
    return [
        Row(f"kg load, {facts:,} facts into an empty store", "s", seconds),
        Row("kg load, rate", "facts/s", round(facts / seconds), higher=True),
    ]


def _start_rows(ours: Measured, stock: Measured | None) -> list[Row]:
    made: list[Row] = []
    if ours.cold:
        made += [
            Row("cold start (model there, empty home): page", "s", ours.cold.page, target=5),
            Row("cold start: first answer", "s", ours.cold.answer, target=180),
        ]
    if ours.warm:
        theirs = stock.warm if stock else None
        made += [
            Row("warm start: page", "s", ours.warm.page, theirs.page if theirs else None, target=5),
            Row("warm start: first answer", "s", ours.warm.answer, theirs.answer if theirs else None, target=45),
        ]
    return made


def _turn_rows(ours: Measured, stock: Measured | None, sizes: Sizes) -> list[Row]:
    crowd = f"{sizes.crowd} conversations"
    at_rate = f"{crowd}, {sizes.rate:g} turns/s for {sizes.open_seconds:g} s"
    late = f"turn {sizes.long_turns} of a conversation"

    def row(what: str, unit: str, read: Callable[[Talked], float], target: float | None, higher: bool = False) -> Row:
        return Row(what, unit, read(ours.talked), read(stock.talked) if stock else None, target, higher)

    return [
        row("turn alone, p50", "ms", lambda t: t.alone.p50, 15),
        row("turn alone, p99", "ms", lambda t: t.alone.p99, 60),
        row(f"{late}, p50", "ms", lambda t: t.late.p50, 15),
        row(f"{late}, p99", "ms", lambda t: t.late.p99, 60),
        row(f"{late} / turn 2, p50", "×", lambda t: _ratio(t.late, t.early), 1.2),
        row(f"{at_rate}, p50", "ms", lambda t: t.crowd.p50, None),
        row(f"{at_rate}, p99", "ms", lambda t: t.crowd.p99, 200),
        row(f"{crowd} without pause", "turns/s", lambda t: t.throughput, None, higher=True),
        row("turns without a reply", "", lambda t: float(t.alone.failed + t.late.failed + t.crowd.failed), 0),
    ]


def _memory_rows(ours: Measured, stock: Measured | None) -> list[Row]:
    theirs = stock.talked.memory if stock else {}
    mine = ours.talked.memory
    return [
        Row("memory: Python", "MiB", mine["python"], theirs.get("python"), target=PYTHON_MIB),
        Row("memory: graph engine (stock Rasa asks the same one)", "MiB", mine["graph"]),
    ]


def _ratio(late: Summary, early: Summary) -> float:
    return round(late.p50 / early.p50, 2)
