"""Reading: which literals of a predicate are looked for, said so that an engine or an index at hand can find them.

How a constraint compares with a fact's value:
- a plain figure, and one that names a bound (≥18岁, 最高50万元), by that figure;
- a range (2.10%-3.60%) by its interval: ≥x and >x look at its lower end, ≤x and <x at its upper end,
  =x holds when x lies inside, ≠x when it does not; a range asked for holds when the fact lies inside it;
- units must agree where both sides have one; a text is equal in any width or case, `∋` is contains.
Ordering takes the lower ends ascending and the upper ends descending.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kg.fact_key import canonical_qualifiers
from kg.facts import Qualifier
from kg.query import Constraint
from kg.store.sort_key import number_key, numbers_span, text_key, texts_span
from kg.values import Op, Value

LOW, HIGH = "sort_key", "range_high"
"""The two keys of a literal: of its figure, lower end or text; of the upper end, which only ranges have."""
_NEXT = "\x01"
"""Less than any character of a key: `key + _NEXT` is the least key greater than `key`."""
_ABOUT = Decimal("0.1")
"""左右 takes in what differs by a tenth."""


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What every literal read must meet besides its figure: in force on a day, and these cases among its own."""

    day: date | None = None
    qualifiers: tuple[Qualifier, ...] = ()

    def cases(self) -> tuple[str, ...]:
        """What the `qualifiers` of a literal must contain."""
        return tuple(f";{canonical_qualifiers((q,))};" for q in self.qualifiers)


ALWAYS = Narrowing()


@dataclass(frozen=True, slots=True)
class Test:
    """A comparison of one of a literal's keys: `<`, `<=`, `>`, `=`, `<>`; `none` when it has no such key."""

    name: str
    op: str
    key: str = ""


Tests = tuple[tuple[Test, ...], ...]
"""All of them must hold; of each, any one."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Literals of a predicate whose key `name` lies in the half-open span, that pass the tests and hold `contains` in
    their text; a `unit` must be theirs, unless they have none."""

    predicate: str
    name: str
    span: tuple[str, str]
    tests: Tests = ()
    contains: str = ""
    unit: str = ""
    narrowing: Narrowing = ALWAYS


def readings(predicate: str, constraint: Constraint, narrowing: Narrowing = ALWAYS) -> tuple[Reading, ...]:
    """Whose literals, together, are those of the predicate that meet a constraint on a value."""
    value = constraint.value
    if value is None:
        return (Reading(predicate, LOW, (f"{predicate}|", f"{predicate}|\x7f"), narrowing=narrowing),)
    if value.alternatives and constraint.op is Op.EQ:
        parts = (Constraint(predicate, Op.EQ, alternative) for alternative in value.alternatives)
        return tuple(reading for part in parts for reading in readings(predicate, part, narrowing))
    if value.number is None or constraint.op is Op.HAS:
        return (_text(predicate, constraint.op, value.text, narrowing),)
    op = value.op if constraint.op is Op.EQ else constraint.op
    return _numbers(predicate, op, value, narrowing)


def _numbers(predicate: str, op: Op, value: Value, narrowing: Narrowing) -> tuple[Reading, ...]:
    number = value.number if value.number is not None else Decimal(0)
    first, last = numbers_span(predicate)
    if op is Op.ABOUT:
        margin = abs(number) * _ABOUT
        number, upper = number - margin, number + margin
    else:
        upper = value.number_to if value.number_to is not None else number
    key, top = f"{predicate}|{number_key(number)}", f"{predicate}|{number_key(upper)}{_NEXT}"

    def one(name: str, span: tuple[str, str], *tests: tuple[Test, ...]) -> Reading:
        return Reading(predicate, name, span, tests, unit=value.unit, narrowing=narrowing)

    def below(end: str) -> tuple[Test, ...]:
        return Test(HIGH, "none"), Test(HIGH, "<", end)

    if op is Op.SAME:
        end = Test(HIGH, "none") if value.number_to is None else Test(HIGH, "=", f"{predicate}|{number_key(upper)}")
        return (one(LOW, (key, key + _NEXT), (end,)),)
    if op is Op.EQ:
        return one(LOW, (key, key + _NEXT)), one(HIGH, (key, last), (Test(LOW, "<=", key),))
    if op is Op.NE:
        outside = (Test(HIGH, "none"), Test(HIGH, "<", key), Test(LOW, ">", key))
        return (one(LOW, (first, last), (Test(LOW, "<>", key),), outside),)
    spans = {
        Op.GE: one(LOW, (key, last)),
        Op.GT: one(LOW, (key + _NEXT, last)),
        Op.LE: one(LOW, (first, key + _NEXT), below(key + _NEXT)),
        Op.LT: one(LOW, (first, key), below(key)),
    }
    return (spans.get(op) or one(LOW, (key, top), below(top)),)


def _text(predicate: str, op: Op, text: str, narrowing: Narrowing) -> Reading:
    key = f"{predicate}|{text_key(text)}"
    if op is Op.HAS:
        return Reading(predicate, LOW, (f"{predicate}|", f"{predicate}|\x7f"), contains=text, narrowing=narrowing)
    if op is Op.NE:
        return Reading(predicate, LOW, texts_span(predicate), ((Test(LOW, "<>", key),),), narrowing=narrowing)
    return Reading(predicate, LOW, (key, key + _NEXT), narrowing=narrowing)
