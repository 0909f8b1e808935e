"""Typed values: what a cell of a triple file or a phrase of a question says, in canonical units.

Canonical units: money 元 (other currencies keep their own unit), percent % (basis points divided by
100), term 天 for ordering with the months kept exactly, age 岁, count in its own measure word. The text
as written is kept and is what a customer is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Kind(StrEnum):
    """Datatypes of the ontology."""

    TEXT = "text"
    ENTITY = "entity"
    MONEY = "money"
    PERCENT = "percent"
    TERM = "term"
    DATE = "date"
    COUNT = "count"
    NUMBER = "number"
    AGE = "age"
    LEVEL = "level"
    CONDITION = "condition"
    TIME = "time"


class Op(StrEnum):
    """How the number of a value is meant, and how a constraint compares."""

    EQ = "="
    NE = "≠"
    LT = "<"
    LE = "≤"
    GT = ">"
    GE = "≥"
    RANGE = "…"
    ABOUT = "≈"
    HAS = "∋"
    """Text contains; for constraints on text only."""
    SAME = "≡"
    """The very figure or range, not one within the other: 1小时-2小时 where that is a value of its own."""


@dataclass(frozen=True, slots=True)
class Value:
    """One value.

    `number` is in the canonical unit; with `op` RANGE it is the lower end and `number_to` the upper one
    (both inclusive). A date stands in `date` and, as its proleptic ordinal, in `number`, so that every
    ordered kind compares by `number`. A level such as R2 or C3 has `number` 2 and `unit` R. `months` is
    set for terms given in months or years (12 for 一年). `alternatives` holds the members of A或B.
    """

    text: str
    kind: Kind
    number: Decimal | None = None
    number_to: Decimal | None = None
    op: Op = Op.EQ
    unit: str = ""
    date: date | None = None
    months: int | None = None
    alternatives: tuple[Value, ...] = ()
