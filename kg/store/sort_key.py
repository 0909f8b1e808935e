"""Text keys whose alphabetical order is the order of the numbers they stand for.

An index on strings is the one kind of index that both engines use for ranges, so a Literal carries
`predicate|key`. A key has three parts: sign (0 negative, 1 zero, 2 positive), exponent and digits, the
last two as nines' complement below zero. Two numbers that are equal have the same key. Texts have keys
after all numbers: the start of the folded text and a digest, so that equality needs no table scan.
"""

from __future__ import annotations

import hashlib
import unicodedata
from decimal import Decimal

from kg.values import Op, Value

_BIAS = 5000
_TEXT = "~"
_SHOWN = 24
_NINES = str.maketrans("0123456789", "9876543210")


def number_key(number: Decimal) -> str:
    """The key of a finite number, exact at any precision. ValueError for NaN, infinities, absurd exponents."""
    if not number.is_finite() or abs(number.adjusted()) >= _BIAS:
        raise ValueError(f"{number} can't be ordered: give a finite number below 10^{_BIAS}")
    if number == 0:
        return "1"
    digits = "".join(map(str, number.as_tuple().digits)).lstrip("0").rstrip("0")
    exponent = f"{number.adjusted() + _BIAS:04d}"
    if number > 0:
        return f"2{exponent}{digits}"
    return f"0{(exponent + digits).translate(_NINES)}~"


POSITIVE = 2
"""The first digit of the keys of positive numbers."""


def figure_key(predicate: str, place: int, digits: int) -> str:
    """The key at a place among the figures of a predicate: keys are digits, in the order of fractions with these."""
    return f"{predicate}|{place:0{digits}d}"


def text_key(text: str) -> str:
    """The key of a text: equal for texts that differ only in width, case and outer blanks."""
    folded = unicodedata.normalize("NFKC", text).strip().casefold()
    digest = hashlib.blake2b(folded.encode(), digest_size=6).hexdigest()
    return f"{_TEXT}{folded[:_SHOWN]}~{digest}"


def low_key(predicate: str, value: Value) -> str:
    """`predicate|key` of the figure a value names, of the lower end of a range, or of its text."""
    return f"{predicate}|{text_key(value.text) if value.number is None else number_key(value.number)}"


def high_key(predicate: str, value: Value) -> str | None:
    """`predicate|key` of the upper end of a range; None for anything else, so that only ranges are indexed."""
    if value.op is not Op.RANGE or value.number_to is None:
        return None
    return f"{predicate}|{number_key(value.number_to)}"


def numbers_span(predicate: str) -> tuple[str, str]:
    """Half-open span of keys that holds every number of a predicate."""
    return f"{predicate}|0", f"{predicate}|{_TEXT}"


def texts_span(predicate: str) -> tuple[str, str]:
    """Half-open span of keys that holds every text of a predicate."""
    return f"{predicate}|{_TEXT}", f"{predicate}|\x7f"
