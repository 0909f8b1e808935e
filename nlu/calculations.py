"""Words that ask for a calculation, and which input each value of a turn is: resources/calculations.yml."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import yaml

from kg.calculating import CALCULATORS
from kg.calculating.model import count
from kg.facts import Qualifier
from kg.value_parser import FoundValue, find_values, guess_value
from kg.values import Kind, Op, Value
from nlu.analysis import Analysis
from nlu.resources import resource

NEAR = 6
"""Characters in front of a value in which a cue still speaks of it."""
LEAST_BARE_AMOUNT = 100
"""A number without unit from this on may be an amount of money (月薪8000)."""
YUAN = "元"
TERM, PERIODS = "期限", "期数"
_PARTED = ("分", "分成")
_LAPSE = re.compile(r"(.+?)(?:以后|之后|后)$")


@dataclass(frozen=True, slots=True)
class Words:
    """What is asked of a calculator, and what business it belongs to."""

    targets: tuple[str, ...]
    contexts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InputCue:
    """An input: the kind of its values, the words in front of or behind them, the measure words they must have."""

    name: str
    kind: Kind
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    units: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def _resource() -> dict[str, Any]:
    text = resource("calculations.yml")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


@lru_cache(maxsize=1)
def calculator_words() -> dict[str, Words]:
    """Words by calculator."""
    rows = _resource()["calculators"].items()
    return {name: Words(tuple(w["targets"]), tuple(w["contexts"])) for name, w in rows}


@lru_cache(maxsize=1)
def input_cues() -> tuple[InputCue, ...]:
    """Inputs, those with cues first."""
    return tuple(
        InputCue(
            i["name"],
            Kind(i["kind"]),
            tuple(i.get("before", ())),
            tuple(i.get("after", ())),
            tuple(i.get("units", ())),
        )
        for i in _resource()["inputs"]
    )


def asked_calculators(text: str, inputs: Sequence[Qualifier], need_context: bool) -> tuple[str, ...]:
    """Calculators that the words ask for, likeliest first; `need_context` where nothing says what business it is.

    An input that only some calculators take (12期, 已还5年) says as much as a word of the business.
    """
    for word, meant in _resource()["same"].items():
        text = text.replace(word, meant)
    said = {i.name for i in inputs} & {c.name for c in input_cues() if c.before or c.after or c.units}
    found: list[tuple[tuple[bool, int, int], str]] = []
    for name, words in calculator_words().items():
        target = _longest(words.targets, text)
        taken = said & {*CALCULATORS[name].inputs, *CALCULATORS[name].optional}
        context = _longest(words.contexts, text) + len(taken)
        if target and (context or not need_context):
            found.append(((context > 0, target, context), name))
    return tuple(name for _, name in sorted(found, key=lambda f: tuple(-int(x) for x in f[0])))


def wants_working_out(text: str) -> bool:
    """Whether the words ask for a calculation though no amount is said (帮我算一下房贷月供)."""
    return any(word in text for word in (*_resource()["verbs"], *_resource()["strong"]))


def _longest(words: Iterable[str], text: str) -> int:
    return max((len(w) for w in words if w in text), default=0)


def inputs_of(analysis: Analysis, asked: str = "") -> tuple[Qualifier, ...]:
    """The values of a turn as inputs; `asked` is the input that the bot has just asked for."""
    found: dict[str, Qualifier] = {}
    named = [(m.start, m.end) for m in analysis.mentions]
    for span in (*find_values(analysis.text), *_lapsed(analysis)):
        if any(start < span.end and span.start < end for start, end in named):
            continue
        value = _operand(span, asked)
        if value is None:
            continue
        name = _named(span, value, analysis.text, asked, found)
        if name:
            found[name] = Qualifier(name, Op.EQ, value)
        if name == TERM and value.months and analysis.text[: span.start].endswith(_PARTED):
            found[PERIODS] = Qualifier(PERIODS, Op.EQ, count(value.months, "期"))
    for method in _methods():
        if method in analysis.text or any(m.best.name == method for m in analysis.mentions):
            found["还款方式"] = Qualifier("还款方式", Op.EQ, Value(method, Kind.TEXT))
            break
    return tuple(found.values())


def _lapsed(analysis: Analysis) -> Iterator[FoundValue]:
    """5年后: as a time in the world a period, beside a calculation the months that have gone by."""
    for span in analysis.periods:
        head = _LAPSE.match(analysis.text[span.start : span.end])
        value = guess_value(head.group(1)) if head else None
        if value is not None and value.kind is Kind.TERM:
            yield FoundValue(span.start, span.start + len(value.text), value)


@lru_cache(maxsize=1)
def _methods() -> tuple[str, ...]:
    return tuple(dict.fromkeys(m for c in CALCULATORS.values() for m in c.methods))


def _operand(span: FoundValue, asked: str) -> Value | None:
    """A plain figure; a bare number becomes an amount where it can be one. A bound (20万以上) is no operand."""
    value = span.value
    if value.number is None or value.op not in (Op.EQ, Op.ABOUT) or value.number_to is not None:
        return None
    bare = value.kind is Kind.NUMBER or (value.kind is Kind.COUNT and value.unit == "分")
    cue = next((i for i in input_cues() if i.name == asked), None)
    if bare and (value.number >= LEAST_BARE_AMOUNT or (cue is not None and cue.kind is Kind.MONEY)):
        text = value.text.removesuffix("分")
        return replace(value, text=f"{text}{YUAN}", kind=Kind.MONEY, unit=YUAN, op=Op.EQ)
    return replace(value, op=Op.EQ)


def _named(span: FoundValue, value: Value, text: str, asked: str, found: dict[str, Qualifier]) -> str:
    """The input that a value is: by the words beside it, then the one asked for, then the first of its kind."""
    options = [i for i in input_cues() if i.kind is value.kind and (not i.units or value.unit in i.units)]
    head, tail = text[max(0, span.start - NEAR) : span.start], text[span.end : span.end + NEAR]
    cued = [i for i in options if any(w in head for w in i.before) or any(tail.startswith(w) for w in i.after)]
    if cued:
        return max(cued, key=lambda i: _nearest(i, head)).name
    if any(i.name == asked for i in options):
        return asked
    plain = (i.name for i in options if not i.before and not i.after and i.name not in found)
    return next(plain, "")


def _nearest(cue: InputCue, head: str) -> int:
    """Where the cue ends in the words in front of the value; the nearer the greater."""
    return max((head.rfind(w) + len(w) for w in cue.before if w in head), default=0)


def merged(old: Sequence[Qualifier], new: Sequence[Qualifier]) -> tuple[Qualifier, ...]:
    """Inputs with the new ones in place of the old of the same name."""
    names = {q.name for q in new}
    return (*(q for q in old if q.name not in names), *new)
