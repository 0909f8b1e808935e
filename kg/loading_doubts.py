"""Doubts about a change that only the graph can raise: a figure that becomes ten times what it was."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from kg.facts import Fact
from kg.problems import Problem, Severity
from kg.reader.rows import shown

JUMP = Decimal(10)
"""A point or a zero too many, or 元 in place of 万元, is at least that."""
MOST = 50


def jumps(changed: Iterable[tuple[Fact, Fact]]) -> Iterator[Problem]:
    """A warning for every figure that changes by an order of magnitude; the first MOST of them."""
    count = 0
    for old, new in changed:
        factor = _factor(old, new)
        if factor is None or 1 / JUMP < factor < JUMP:
            continue
        count += 1
        if count > MOST:
            return
        bigger = "大" if factor > 1 else "小"
        what = f"和现在的值「{old.text}」相差十倍以上，{bigger}了很多"
        remedy = "检查单位和小数点；确实如此就不用改"
        place = shown("object")
        yield Problem(Severity.WARNING, new.file, new.line, place, new.text, what, remedy)


def _factor(old: Fact, new: Fact) -> Decimal | None:
    """How many times the old figure the new one is; None where they can't be compared."""
    before, after = old.value, new.value
    if before is None or after is None or before.unit != after.unit or before.date or after.date:
        return None
    if not before.number or not after.number or before.number * after.number < 0:
        return None
    return after.number / before.number
