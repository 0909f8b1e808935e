"""Figures in what customers write: `find_values`, and the public door to reading (`parse_value`) and showing values."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from kg.cells import ValueFault, parse_value, simple_figure
from kg.numerals import CHINESE, fold
from kg.periods import period_spans
from kg.phrases import Phrase, phrases
from kg.quantities import atoms
from kg.value_format import format_number, format_value
from kg.values import Kind, Value

__all__ = ["FoundValue", "ValueFault", "find_values", "format_number", "format_value", "guess_value", "parse_value"]


_LONGEST_VALUE = 40
TEXTS_HELD = 256
"""Texts whose values are kept."""
_NUMERAL = re.compile(rf"[\d{CHINESE}半风]")


@dataclass(frozen=True, slots=True)
class FoundValue:
    """A value and the half-open span of the text, comparison words included, that says it."""

    start: int
    end: int
    value: Value


def find_values(text: str) -> list[FoundValue]:
    """The values a sentence speaks of, left to right.

    Money without 元 (5万) counts as money; a number without any unit is of kind NUMBER. Years, months
    of a calendar and 三年前 are periods (`kg.periods`), not values; product numbers (稳盈1号), ordinals and
    telephone numbers are neither.
    """
    return list(_found_values(text))


@lru_cache(maxsize=TEXTS_HELD)  # several parts of understanding look for the values of the same turn
def _found_values(text: str) -> tuple[FoundValue, ...]:
    folded = fold(text)
    figures = list(atoms(folded))
    # Looking for periods takes longer than all the rest: only where there is a figure that may be part of one.
    taken = period_spans(folded) if any(a.kind is not Kind.DATE for a in figures) else []
    found = [a for a in figures if a.kind is Kind.DATE or not any(s < a.end and a.start < e for s, e in taken)]
    spoken = [_spoken(folded, p) for p in phrases(text, folded, found)]
    return tuple(p for p in spoken if p is not None)


@lru_cache(maxsize=65536)
def guess_value(text: str) -> Value:
    """A text whose kind nobody declared: the one value it consists of, else text."""
    stripped = text.strip()
    if len(stripped) > _LONGEST_VALUE or not _NUMERAL.search(stripped):
        return Value(stripped, Kind.TEXT)
    if (simple := simple_figure(stripped)) is not None:
        return simple
    return _whole(stripped)


def _whole(stripped: str) -> Value:
    """As `guess_value`, read in full."""
    found = find_values(stripped)
    whole = len(found) == 1 and found[0].start == 0 and found[0].end == len(stripped)
    return replace(found[0].value, text=stripped) if whole else Value(stripped, Kind.TEXT)


def _spoken(folded: str, phrase: Phrase) -> FoundValue | None:
    value = phrase.value
    if value.kind is Kind.NUMBER and not value.unit:
        words = fold(value.text)
        if any(c in "万亿wWkK" for c in words):
            value = replace(value, kind=Kind.MONEY, unit="元")
        elif not _is_said_number(words):
            return None
    return FoundValue(phrase.start, phrase.end, value)


def _is_said_number(words: str) -> bool:
    """三十 may be an age; a lone 一 or 千 is part of a word."""
    if any(c.isdigit() and c.isascii() for c in words):
        return True
    return len(words) > 1 and words[0] not in "百千万亿" and words not in ("一一", "十一", "十分")
