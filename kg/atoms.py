"""Atom: one figure of a text, before the words that compare it are read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

from kg.units import DAY, MONTH_DAYS, TERM_PLACES
from kg.values import Kind


@dataclass(frozen=True, slots=True)
class Atom:
    """One figure at text[start:end].

    Its numeral stands at text[digits:scale], a trailing 万 or 亿 at text[scale:tail], its unit at
    text[tail:end]. `bare` says that it has no unit of its own, `vague` that it was 十多万 or 5万多.
    """

    start: int
    end: int
    kind: Kind
    number: Decimal | None
    unit: str = ""
    months: int | None = None
    date: date | None = None
    bare: bool = False
    vague: bool = False
    digits: int = 0
    scale: int = 0
    tail: int = 0


def tidy(number: Decimal) -> Decimal:
    """Rounded to the places of terms, without trailing zeros or exponent."""
    rounded = number.quantize(TERM_PLACES, ROUND_HALF_EVEN)
    return rounded.quantize(Decimal(1)) if rounded == rounded.to_integral_value() else rounded.normalize()


def months_atom(start: int, end: int, months: int) -> Atom:
    """A term of whole months."""
    return Atom(start, end, Kind.TERM, tidy(MONTH_DAYS * months), DAY, months)
