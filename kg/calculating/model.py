"""What a calculation is made of: figures with an origin go in, lines with a formula come out.

Arithmetic is Decimal with 50 digits; a result is rounded once, half up, to the cent (money) or to a hundredth of a
percent (rates). Percentages are as in `kg.values`: 3.2 means 3.2 %.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext

from kg.values import Kind, Value

CENT = Decimal("0.01")
YUAN = "元"
DIGITS = 50
HUNDRED = Decimal(100)
MONTHS_A_YEAR = 12


class MissingFigure(Exception):
    """A figure without which there is no result; `args[0]` is its name."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a formula. `fact_id` when the graph says it, `given` when the customer did, else worked out.

    `number` is in the canonical unit of `kg.values`; `number_to` is the upper end of a range.
    """

    name: str
    number: Decimal
    text: str
    number_to: Decimal | None = None
    months: int | None = None
    unit: str = ""
    fact_id: str = ""
    given: bool = False


Term = Figure | str
"""A part of a formula: a figure, or the sign between two figures."""


@dataclass(frozen=True, slots=True)
class Line:
    """One result: what it is called, its value, and the formula that it comes from."""

    name: str
    value: Value
    formula: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True)
class Figures:
    """The bound figures by name; `words` are choices in words (还款方式: 等额本息)."""

    figures: Mapping[str, Figure]
    words: Mapping[str, str]

    def __getitem__(self, name: str) -> Figure:
        """The figure of this name. Raises MissingFigure."""
        if name not in self.figures:
            raise MissingFigure(name)
        return self.figures[name]

    def get(self, name: str) -> Figure | None:
        """The figure of this name, None when nobody said it."""
        return self.figures.get(name)

    def word(self, name: str) -> str:
        """The choice in words, empty when nobody made it."""
        return self.words.get(name, "")

    def with_figure(self, figure: Figure) -> Figures:
        """The same figures and one more, or another one in its place."""
        return replace(self, figures={**self.figures, figure.name: figure})


Work = Callable[[Figures], tuple[Line, ...]]


@dataclass(frozen=True, slots=True)
class Calculator:
    """A formula with what it needs.

    `inputs` are what the customer has to say, in the order in which they are asked for; `facts` the roles that facts
    must fill, `optional` those that they may fill; `methods` the ways of repaying it knows, tried where none is named.
    `rate` is the role whose facts are one case each, and which the customer may give himself.
    `promised` is False where the result depends on a market and is only an illustration.
    """

    name: str
    inputs: tuple[str, ...]
    rate: str
    work: Work
    optional: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    promised: bool = True


def exact(work: Work) -> Work:
    """The formula evaluated with DIGITS digits, whatever the surrounding context is."""

    def worked(figures: Figures) -> tuple[Line, ...]:
        with localcontext(Context(prec=DIGITS, rounding=ROUND_HALF_UP)):
            return work(figures)

    return worked


def cents(amount: Decimal) -> Decimal:
    """Rounded half up to the cent."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def money(amount: Decimal, unit: str = YUAN) -> Value:
    """An amount to the cent as a value."""
    rounded = cents(amount)
    return Value(f"{rounded:f}{unit}", Kind.MONEY, rounded, unit=unit)


def percent(rate: Decimal) -> Value:
    """A rate in percent to two places as a value."""
    rounded = rate.quantize(CENT, ROUND_HALF_UP)
    return Value(f"{rounded:f}%", Kind.PERCENT, rounded, unit="%")


def money_range(low: Decimal, high: Decimal, unit: str = YUAN) -> Value:
    """An amount, or two with all between them."""
    if low == high:
        return money(low, unit)
    first, last = cents(low), cents(high)
    return Value(f"{first:f}{unit}-{last:f}{unit}", Kind.MONEY, first, last, unit=unit)


def count(number: int, unit: str) -> Value:
    """A count with its measure word."""
    return Value(f"{number}{unit}", Kind.COUNT, Decimal(number), unit=unit)


def constant(number: int, name: str = "") -> Figure:
    """A number that belongs to the formula itself."""
    return Figure(name, Decimal(number), str(number))


def result(name: str, value: Value) -> Figure:
    """A result as a figure of the next formula."""
    return Figure(name, value.number or Decimal(0), value.text, value.number_to, unit=value.unit)


def share(rate: Figure) -> Decimal:
    """A rate in percent as a share of one."""
    return rate.number / HUNDRED


def years(term: Figure) -> Decimal:
    """A term in years: by months where it was given in months or years, else by days of a year of 365."""
    if term.months is not None:
        return Decimal(term.months) / MONTHS_A_YEAR
    return term.number / Decimal(365)


def whole_months(term: Figure) -> int:
    """A term in months. Raises MissingFigure for a term in days, which no instalment plan has."""
    if term.months is None or term.months < 1:
        raise MissingFigure(term.name)
    return term.months
