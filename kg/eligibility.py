"""Three-valued judgement of one condition: met, not met, or not known from what the customer has said.

Unknown is never yes. A statement may be a figure (年收入=25万元), a bound (年龄≥18岁), words (职业=教师), or the denial
of words (信用记录≠良好).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from kg.conditions import Condition
from kg.facts import Qualifier
from kg.values import Kind, Op, Value

_YEAR_OF = (("月收入", "年收入", Decimal(12)), ("年收入", "月收入", 1 / Decimal(12)))
"""What one statement says of another attribute: (said, asked, factor)."""
_INFINITE = Decimal("Infinity")
_LEAST_SHARED = 2


@dataclass(frozen=True, slots=True)
class Interval:
    """All figures that a value may stand for; `open_low` and `open_high` leave the ends out."""

    low: Decimal
    high: Decimal
    open_low: bool = False
    open_high: bool = False

    def within(self, other: Interval) -> bool:
        """Whether every figure of this one lies in the other."""
        low = self.low > other.low or (self.low == other.low and (self.open_low or not other.open_low))
        high = self.high < other.high or (self.high == other.high and (self.open_high or not other.open_high))
        return low and high

    def apart(self, other: Interval) -> bool:
        """Whether no figure lies in both."""
        before = self.high < other.low or (self.high == other.low and (self.open_high or other.open_low))
        after = self.low > other.high or (self.low == other.high and (self.open_low or other.open_high))
        return before or after


def judge(condition: Condition, said: Qualifier | None) -> bool | None:
    """True when the statement meets the condition, False when it can't, None when it leaves that open."""
    if said is None:
        return None
    if condition.value.number is None or said.value.number is None:
        return _words(condition, said)
    if condition.value.unit and said.value.unit and condition.value.unit != said.value.unit:
        return None
    wanted, have = interval_of(condition.op, condition.value), interval_of(said.op, said.value)
    if have.within(wanted):
        return True
    return False if have.apart(wanted) else None


def interval_of(op: Op, value: Value) -> Interval:
    """The figures that `op value` allows; terms in months and years compare by their months."""
    low, high = _figure(value), _figure(value) if value.number_to is None else value.number_to
    if value.number_to is not None or op in (Op.EQ, Op.ABOUT, Op.RANGE):
        return Interval(low, high)
    return {
        Op.GE: Interval(low, _INFINITE),
        Op.GT: Interval(low, _INFINITE, open_low=True),
        Op.LE: Interval(-_INFINITE, high),
        Op.LT: Interval(-_INFINITE, high, open_high=True),
    }.get(op, Interval(-_INFINITE, _INFINITE))


def _figure(value: Value) -> Decimal:
    """The number; months of a term in the days that all terms have, so that 2年 is not shorter than 24个月."""
    if value.kind is Kind.TERM and value.months is not None:
        return Decimal(value.months) * 365 / 12
    return value.number if value.number is not None else Decimal(0)


def _words(condition: Condition, said: Qualifier) -> bool | None:
    """Words agree when one contains the other; a denial of the words is a no."""
    if condition.op not in (Op.EQ, Op.NE) or said.value.number is not None:
        return None
    options = [v.text for v in condition.value.alternatives] or [condition.value.text]
    agrees = any(_alike(option, said.value.text) for option in options)
    if said.op is Op.NE:
        return (condition.op is Op.NE) if agrees and len(options) == 1 else None
    return agrees == (condition.op is Op.EQ)


def _alike(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return bool(short) and (short == long or (len(short) >= _LEAST_SHARED and short in long))


def statement_for(attribute: str, said: Sequence[Qualifier]) -> Qualifier | None:
    """What the customer said of an attribute: by its name, of a person's part of it (投保人年龄: 年龄), or of another
    attribute that says as much (月收入 says 年收入)."""
    exact = next((s for s in said if s.name == attribute), None)
    near = exact or next((s for s in said if attribute.endswith(s.name)), None)
    return near or next(_converted(attribute, said), None)


def _converted(attribute: str, said: Sequence[Qualifier]) -> Iterator[Qualifier]:
    for source, target, factor in _YEAR_OF:
        statement = next((s for s in said if s.name == source), None)
        if statement is not None and attribute.endswith(target) and statement.value.number is not None:
            number = statement.value.number * factor
            yield replace(statement, value=replace(statement.value, number=number))
