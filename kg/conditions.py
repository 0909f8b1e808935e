"""Conditions as facts: 年龄≥18岁 read from a cell, and how those of a product and of its classes add up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from kg.cells import ValueFault, parse_value
from kg.facts import Fact
from kg.numerals import fold
from kg.ontology import Ontology
from kg.value_parser import guess_value
from kg.values import Kind, Op, Value

_SIGNS = {"≥": Op.GE, ">=": Op.GE, "≤": Op.LE, "<=": Op.LE, "≠": Op.NE, "!=": Op.NE, ">": Op.GT, "<": Op.LT, "=": Op.EQ}
_WORDS = {
    "不低于": Op.GE,
    "不少于": Op.GE,
    "不小于": Op.GE,
    "至少": Op.GE,
    "不超过": Op.LE,
    "不高于": Op.LE,
    "不大于": Op.LE,
    "不多于": Op.LE,
    "至多": Op.LE,
    "大于等于": Op.GE,
    "小于等于": Op.LE,
    "超过": Op.GT,
    "大于": Op.GT,
    "高于": Op.GT,
    "低于": Op.LT,
    "小于": Op.LT,
    "不满": Op.LT,
    "满": Op.GE,
    "不等于": Op.NE,
    "等于": Op.EQ,
    "为": Op.EQ,
}
_OPERATORS = _SIGNS | _WORDS
_SHAPE = re.compile(
    r"\s*([^=<>≥≤≠!]+?)\s*(" + "|".join(re.escape(w) for w in sorted(_OPERATORS, key=len, reverse=True)) + r")\s*(\S.*)"
)
_OR = re.compile(r"或者|或")
_REMEDY = "写成 年龄≥18岁、信用记录=良好、职业=学生或教师 这样的「属性 比较 值」"
DEFAULT_KINDS = {"年龄": Kind.AGE}
"""Kinds of attributes that no ontology has to declare."""


@dataclass(frozen=True, slots=True)
class Condition:
    """`attribute op value`; `value.alternatives` holds the members of A或B. `text` is the cell as written."""

    attribute: str
    op: Op
    value: Value
    text: str


def parse_condition(text: str, ontology: Ontology | None = None) -> Condition:
    """The condition a cell says. Raises ValueFault when it has no attribute, comparison or readable value."""
    name, op, words = split_comparison(text)
    value = typed_value(name, words, ontology)
    value = compared(op, value, text)
    return Condition(name, value.op, value, text.strip())


def compared(op: Op, value: Value, text: str) -> Value:
    """The value with the comparison in front of it (≥ 20万元, = 20万元以上). Raises ValueFault when there are two."""
    if op is Op.EQ:
        return value
    if value.number is not None and value.op is not Op.EQ:
        raise ValueFault("比较写了两次", text, _REMEDY)
    return replace(value, op=op)


def split_comparison(text: str) -> tuple[str, Op, str]:
    """(name, op, words of the value) of `期限=3年` and its like, full width or half. Raises ValueFault."""
    folded = fold(text)
    found = _SHAPE.fullmatch(folded)
    if found is None:
        raise ValueFault("不是「属性 比较 值」", text, _REMEDY)
    same_length = len(folded) == len(text)
    words = text[found.start(3) :] if same_length else found[3]
    return (
        (text[found.start(1) : found.end(1)] if same_length else found[1]).strip(),
        _OPERATORS[found[2]],
        words.strip(),
    )


def typed_value(name: str, words: str, ontology: Ontology | None = None) -> Value:
    """The value of an attribute or qualifier, of its declared kind; undeclared, as what it looks like.

    Raises ValueFault when the declared kind does not fit.
    """
    declared = ontology.predicates.get(name) if ontology is not None else None
    if declared is not None and declared.datatype not in (Kind.TEXT, Kind.ENTITY, Kind.CONDITION):
        return parse_value(words, declared.datatype, declared.unit)
    if name in DEFAULT_KINDS:
        return parse_value(words, DEFAULT_KINDS[name], "岁")
    value = guess_value(words)
    members = [part.strip() for part in _OR.split(words)]
    if value.kind is Kind.TEXT and len(members) > 1 and all(members):
        return Value(words, Kind.TEXT, alternatives=tuple(Value(m, Kind.TEXT) for m in members))
    return value


def accumulate(levels: Iterable[Sequence[Fact]]) -> list[Fact]:
    """The condition facts that hold for a thing: its own and those of its classes, nearest level first.

    A level's conditions on an attribute replace those of all farther levels on the same attribute, and
    nothing else. Parents at the same distance belong into one level: where they disagree, both are kept.
    """
    result: list[Fact] = []
    settled: set[str] = set()
    for level in levels:
        kept = [(attribute_of(fact), fact) for fact in level]
        kept = [(attribute, fact) for attribute, fact in kept if attribute not in settled]
        result.extend(fact for _, fact in kept)
        settled.update(attribute for attribute, _ in kept)
    return result


def attribute_of(fact: Fact) -> str:
    """What a condition fact is about; a text that is no comparison is about itself."""
    try:
        return split_comparison(fact.text)[0]
    except ValueFault:
        return fact.text
