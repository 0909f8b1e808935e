"""Values of a question as constraints on members (R2以下 → 风险等级 ≤ R2) or as qualifiers of a fact (三年期)."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from kg.facts import Qualifier
from kg.lexicon.lexicon import Lexicon
from kg.lexicon.linker import PredicateMention
from kg.lexicon.text import fold
from kg.query import Constraint
from kg.value_parser import guess_value
from kg.values import Kind, Op, Value
from nlu.analysis import Analysis, ValueSpan
from nlu.phrases import Phrase

NEAR = 4
"""Characters between a predicate and a value that still belong together (收益率在3%以上)."""
_OPS = {"le": Op.LE, "ge": Op.GE}


@dataclass(frozen=True, slots=True)
class Hint:
    """Words that name predicates without being their name: 能买 (money ≤ 起购金额), 便宜 (lowest 年费)."""

    words: tuple[str, ...]
    direction: str
    predicates: tuple[str, ...]


@lru_cache(maxsize=2)
def hints(name: str) -> tuple[Hint, ...]:
    """The rows of resources/`name`.csv (adjectives or verbs)."""
    text = files("nlu.resources").joinpath(f"{name}.csv").read_text(encoding="utf-8")
    rows = csv.reader(text.splitlines()[1:])
    return tuple(Hint(tuple(w.split("|")), d, tuple(p.split("|"))) for w, d, p in rows)


def hinted(text: str, name: str, options: Sequence[str]) -> tuple[str, str] | None:
    """(predicate, direction) of the longest hint in the text whose predicate is among `options`."""
    found = [
        (len(word), hint)
        for hint in hints(name)
        for word in hint.words
        if word in text and any(p in options for p in hint.predicates)
    ]
    if not found:
        return None
    hint = max(found, key=lambda f: f[0])[1]
    return next(p for p in hint.predicates if p in options), hint.direction


def constraint_of(span: ValueSpan, analysis: Analysis, options: Sequence[str], lexicon: Lexicon) -> Constraint | None:
    """The constraint that a value puts on members whose predicates are `options`; None when nothing takes it."""
    value = span.value
    near = _beside(span, analysis.predicates, options)
    fitting = [p for p in near if _takes(lexicon, p, value)]
    if fitting:
        return Constraint(fitting[0], _op(value, analysis, span), value)
    verb = hinted(analysis.text, "verbs", [p for p in options if _takes(lexicon, p, value)])
    if verb is not None and value.op is Op.EQ:
        return Constraint(verb[0], _OPS[verb[1]], value)
    taking = [p for p in options if _takes(lexicon, p, value)]
    if not taking:
        return None
    return Constraint(_likeliest(taking, value), _op(value, analysis, span), value)


def text_constraint(mention: PredicateMention, options: Sequence[str], analysis: Analysis) -> Constraint | None:
    """A text that stands as value of one of the members' predicates: 币种=美元."""
    predicate = next((p for p in mention.predicates if p in options), None)
    if predicate is None:
        return None
    op = Op.NE if _excluded(mention.start, analysis.phrases) else Op.EQ
    return Constraint(predicate, op, Value(mention.value, Kind.TEXT))


def qualifiers_of(analysis: Analysis, predicates: Sequence[str], lexicon: Lexicon) -> tuple[Qualifier, ...]:
    """The values and texts of the question that name a case of the asked predicates: 期限=3年, 渠道=手机银行."""
    named: dict[str, Qualifier] = {}
    known = [(n, t) for p, n, t in lexicon.qualifier_values if p in predicates]
    names = tuple(n for n, _ in Counter(n for n, _ in known).most_common())
    for span in analysis.values:
        taking = [n for n in names if n not in named and _takes(lexicon, n, span.value)]
        if taking:
            stated = {n for n, t in known if n in taking and _known_value(t).number == span.value.number}
            name = next((n for n in taking if n in stated), taking[0])
            named[name] = Qualifier(name, span.value.op, span.value)
    folded = fold(analysis.text).text
    for name, text in sorted(known, key=lambda k: -len(k[1])):
        plain = lexicon.ontology.get(name).datatype in (Kind.TEXT, Kind.ENTITY)
        if plain and name not in named and fold(text).text in folded:
            named[name] = Qualifier(name, Op.EQ, Value(text, Kind.TEXT))
    return tuple(named.values())


@lru_cache(maxsize=16384)
def _known_value(text: str) -> Value:
    return guess_value(text)


def _beside(span: ValueSpan, mentions: Sequence[PredicateMention], options: Sequence[str]) -> list[str]:
    found: list[tuple[int, str]] = []
    for mention in mentions:
        gap = max(span.start - mention.end, mention.start - span.end)
        if gap <= NEAR:
            found.extend((gap, p) for p in mention.predicates if p in options)
    return [p for _, p in sorted(found, key=lambda f: f[0])]


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


def _takes(lexicon: Lexicon, predicate: str, value: Value) -> bool:
    declared = lexicon.ontology.get(predicate)
    if declared.datatype not in _COMPATIBLE.get(value.kind, set()):
        return False
    return value.kind is not Kind.LEVEL or not declared.unit or declared.unit == value.unit


def _likeliest(taking: Sequence[str], value: Value) -> str:
    """Several predicates take the value: the one that verbs and adjectives list first, else the first."""
    listed = [p for h in (*hints("verbs"), *hints("adjectives")) for p in h.predicates]
    return min(taking, key=lambda p: listed.index(p) if p in listed else len(listed))


def _op(value: Value, analysis: Analysis, span: ValueSpan) -> Op:
    if value.op is Op.EQ and _excluded(span.start, analysis.phrases):
        return Op.NE
    return value.op


def _excluded(start: int, phrases: Sequence[Phrase]) -> bool:
    """Whether the place at `start` stands under 不要, 除了 or the like."""
    for phrase in phrases:
        if phrase.label != "exclude":
            continue
        if phrase.inner and phrase.inner[0] <= start < phrase.inner[1]:
            return True
        if phrase.inner is None and 0 <= start - phrase.end <= 1:
            return True
    return False
