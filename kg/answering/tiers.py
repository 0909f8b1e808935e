"""Which step of a stepped rate a figure falls into, where neighbouring steps share their border."""

from __future__ import annotations

from collections.abc import Sequence

from kg.answering.comparing import interval, satisfies
from kg.facts import Fact, Qualifier
from kg.values import Op, Value

_END_INCLUSIVE = frozenset({Op.LE, Op.GT})
_START_INCLUSIVE = frozenset({Op.LT, Op.GE})


def on_step(facts: Sequence[Fact], name: str, asked: Value) -> list[Fact]:
    """The facts whose qualifier `name` takes the figure; those without that qualifier stay.

    A border that two steps share belongs to the lower one where the table says ≤ or > (≤1年, 1年-2年), else to the
    upper one (<3个月, 3个月-6个月).
    """
    kept = [f for f in facts if (q := _of(f, name)) is None or _takes(q, asked)]
    steps = [f for f in kept if _of(f, name) is not None]
    if len(_distinct(steps, name)) < 2 or asked.number is None:
        return kept
    operators = {q.op for f in facts if (q := _of(f, name)) is not None}
    exact = [f for f in steps if (q := _of(f, name)) is not None and q.op is not Op.EQ and q.value.op is not Op.RANGE]
    if not operators & (_END_INCLUSIVE | _START_INCLUSIVE):
        return kept
    lower_wins = bool(operators & _END_INCLUSIVE)
    ends = sorted((_border(f, name) for f in steps), reverse=not lower_wins)
    chosen = [f for f in steps if _border(f, name) == ends[0]]
    stated = [f for f in exact if f in chosen] or chosen
    return [f for f in kept if _of(f, name) is None or f in stated]


def _of(fact: Fact, name: str) -> Qualifier | None:
    return next((q for q in fact.qualifiers if q.name == name), None)


def _takes(stated: Qualifier, asked: Value) -> bool:
    if stated.op is Op.EQ:
        return satisfies(stated.value, Op.EQ, asked) is True or satisfies(asked, Op.EQ, stated.value) is True
    return satisfies(asked, stated.op, stated.value) is True


def _border(fact: Fact, name: str) -> tuple[float, float]:
    """Lower and upper end of a step, open ends as infinities."""
    qualifier = _of(fact, name)
    if qualifier is None:
        return (0.0, 0.0)
    low, high = interval(qualifier.value)
    if qualifier.op in (Op.LT, Op.LE):
        return (float("-inf"), float(high))
    if qualifier.op in (Op.GT, Op.GE):
        return (float(low), float("inf"))
    return (float(low), float(high))


def _distinct(facts: Sequence[Fact], name: str) -> set[tuple[float, float]]:
    return {_border(f, name) for f in facts}
