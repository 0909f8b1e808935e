"""Which predicates a value of a question can be of, by its kind and unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kg.lexicon.lexicon import Lexicon
from kg.values import Kind, Value
from nlu.hints import hints

UNITS = {Kind.MONEY: "元", Kind.PERCENT: "%"}


def likeliest_for(value: Value, options: Sequence[str], lexicon: Lexicon) -> str:
    """The predicate that a value most likely belongs to by its kind alone, empty when none takes it."""
    taking = [p for p in options if takes(lexicon, p, value)]
    return likeliest(taking, value) if taking else ""


def uncounted(value: Value, taking: Sequence[str], lexicon: Lexicon) -> bool:
    """A bare number belongs to a predicate only where the words say so; a count only to one of its unit."""
    units = {lexicon.ontology.get(p).unit for p in taking}
    return value.kind is Kind.NUMBER or (value.kind is Kind.COUNT and value.unit not in units)


def named_by_unit(value: Value, options: Sequence[str], lexicon: Lexicon) -> str:
    """The one undeclared number in whose name the unit of a count stands, empty where there is none or several."""
    if value.kind is not Kind.COUNT or not value.unit:
        return ""
    loose = (p for p in options if value.unit in p and not lexicon.ontology.get(p).declared)
    found = [p for p in loose if lexicon.ontology.get(p).datatype in (Kind.COUNT, Kind.NUMBER)]
    return found[0] if len(found) == 1 else ""


def reads(lexicon: Lexicon, predicate: str, value: Value) -> bool:
    """Whether a predicate takes the value, a bare number (年费200以下) being of the predicate's own kind, and an amount
    of money a number where nobody wrote the unit (价格 508)."""
    bare = value.kind is Kind.NUMBER and lexicon.ontology.get(predicate).datatype in UNITS
    return bare or unitless(lexicon, predicate, value) or takes(lexicon, predicate, value)


def unitless(lexicon: Lexicon, predicate: str, value: Value) -> bool:
    """Whether an amount of money belongs to a number whose unit nobody wrote."""
    known = lexicon.ontology.get(predicate)
    return value.kind is Kind.MONEY and known.datatype is Kind.NUMBER and not known.declared and not known.unit


def as_of(lexicon: Lexicon, predicate: str, value: Value) -> Value:
    """The value as one of the predicate's own kind, with its unit."""
    kind = lexicon.ontology.get(predicate).datatype
    if unitless(lexicon, predicate, value):
        return replace(value, kind=Kind.NUMBER, unit="")
    bare = value.kind is Kind.NUMBER and kind in UNITS
    return replace(value, kind=kind, unit=UNITS[kind]) if bare else value


_COMPATIBLE = {
    Kind.MONEY: {Kind.MONEY},
    Kind.PERCENT: {Kind.PERCENT},
    Kind.TERM: {Kind.TERM},
    Kind.DATE: {Kind.DATE},
    Kind.AGE: {Kind.AGE, Kind.NUMBER},
    Kind.LEVEL: {Kind.LEVEL},
    Kind.COUNT: {Kind.COUNT, Kind.NUMBER},
    Kind.NUMBER: {Kind.COUNT, Kind.NUMBER},
}


def takes(lexicon: Lexicon, predicate: str, value: Value) -> bool:
    """Whether a predicate's objects are of the value's kind, a level of the same scale."""
    declared = lexicon.ontology.get(predicate)
    if declared.datatype not in _COMPATIBLE.get(value.kind, set()):
        return False
    return value.kind is not Kind.LEVEL or not declared.unit or declared.unit == value.unit


def likeliest(taking: Sequence[str], value: Value) -> str:
    """Several predicates take the value: the one that verbs and adjectives list first, else the first."""
    listed = [p for h in (*hints("verbs"), *hints("adjectives")) for p in h.predicates]
    return min(taking, key=lambda p: listed.index(p) if p in listed else len(listed))
