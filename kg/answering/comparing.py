"""Comparing typed values, by the same rules as the compiled Cypher (kg.store.readings).

A range compares by its interval: ≥x looks at its lower end, ≤x at its upper end, =x holds when x lies inside.
A stated bound compares by its figure. Units must agree where both sides have one.
"""

from __future__ import annotations

import re
from decimal import Decimal

from kg.facts import Fact, Qualifier
from kg.lexicon.text import fold
from kg.values import Op, Value

_CASES = re.compile(r"[/|]")
_LESSENING = "副非不未无原前代候准超特加"
"""Characters that make another thing of the word behind them: 副董事长 is no 董事长."""
_UPPER, _LOWER = frozenset({Op.LE, Op.LT}), frozenset({Op.GE, Op.GT})
ABOUT = Decimal("0.1")
"""左右 takes in what differs by a tenth."""


def satisfies(value: Value, op: Op, wanted: Value) -> bool | None:
    """Whether `value op wanted` holds; None when the two can't be compared (text against figure, other unit)."""
    if wanted.alternatives and op in (Op.EQ, Op.NE):
        verdicts = [satisfies(value, Op.EQ, alternative) for alternative in wanted.alternatives]
        return any(verdicts) if op is Op.EQ else not any(verdicts)
    if value.number is None or wanted.number is None:
        return _texts(value.text, op, wanted.text)
    if value.unit and wanted.unit and value.unit != wanted.unit:
        return None
    low, high = interval(value)
    first, last = interval(wanted)
    if op is Op.ABOUT:
        margin = abs(first) * ABOUT
        return low <= last + margin and high >= first - margin
    if op is Op.RANGE or (op is Op.EQ and wanted.op is Op.RANGE):
        return first <= low and high <= last
    verdicts_by_op = {
        Op.SAME: (low, high) == (first, last),
        Op.EQ: low <= first <= high,
        Op.NE: not low <= first <= high,
        Op.GE: low >= first,
        Op.GT: low > first,
        Op.LE: high <= last,
        Op.LT: high < last,
    }
    return verdicts_by_op[op]


def _texts(text: str, op: Op, wanted: str) -> bool | None:
    one, other = fold(text).text, fold(wanted).text
    if op is Op.EQ:
        return one == other
    if op is Op.NE:
        return one != other
    return other in one if op is Op.HAS else None


def interval(value: Value) -> tuple[Decimal, Decimal]:
    """Lower and upper end of a figure; equal for a plain one."""
    low = value.number if value.number is not None else Decimal(0)
    return low, value.number_to if value.number_to is not None else low


def holds_in_case(fact: Fact, asked: tuple[Qualifier, ...]) -> bool:
    """Whether the fact speaks of the case asked about; a qualifier that the fact lacks does not exclude it."""
    own = {q.name: q for q in fact.qualifiers}
    return all(_case(own[q.name], q) for q in asked if q.name in own)


def _names(whole: str, part: str) -> bool:
    """Whether a case is, or contains, another one under its own name."""
    at = whole.find(part)
    return at == 0 or (at > 0 and whole[at - 1] not in _LESSENING)


def _case(stated: Qualifier, asked: Qualifier) -> bool:
    """金额≥20万元 covers 30万元; 期限=3年 covers 36个月; 5万元-20万元 covers 10万元."""
    if stated.value.number is None or asked.value.number is None:
        one, other = fold(stated.value.text).text, fold(asked.value.text).text
        cases = _CASES.split(one)
        return other in cases if len(cases) > 1 else _names(one, other) or _names(other, one)
    if asked.op in (Op.EQ, Op.ABOUT) and stated.op is Op.EQ:
        return (
            satisfies(stated.value, Op.EQ, asked.value) is True or satisfies(asked.value, Op.EQ, stated.value) is True
        )
    if asked.op in (Op.EQ, Op.ABOUT):
        return satisfies(asked.value, stated.op, stated.value) is True
    if any({stated.op, asked.op} <= side for side in (_UPPER, _LOWER)):
        return True  # what is charged for less than seven days speaks of less than a year
    return satisfies(stated.value, asked.op, asked.value) is True
