"""What a customer says of himself: age, income, occupation and the like, as statements that conditions are held
against. Words: resources/selves.yml."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import Any

import yaml

from kg.facts import Qualifier
from kg.value_parser import FoundValue, find_values
from kg.values import Kind, Op, Value
from nlu.analysis import PUNCTUATION
from nlu.resources import resource

BEFORE, AFTER = 8, 4
"""Characters in front of and behind a value in which a cue speaks of it."""
YOUNGEST, OLDEST = 1, 110
LEAST_AMOUNT = 100
YUAN = "元"
_ENDINGS = ("吗", "么", "不", "没", "嘛", "吧", "否", "行", "呢", "格")
_EITHER = re.compile(r"(?:能不能|可不可以|能否|可否)(?:够?给?[办申贷买存开投做批借拿]|享受)")
_ATTAINS = re.compile(r"[办申请贷批买存开投做拿借][得的](?:到|了|下来?|着|成|起)")
"""Words that ask whether one may have something, as 能不能办 and 贷得到."""
_BARE_AGE = re.compile(r"(?<![\dA-Za-z.万亿千百])(\d{1,3})(?=了|(?:岁)?的|[，,。\s]|能|可以|还|想|办|买|存|$)")


@dataclass(frozen=True, slots=True)
class _Figure:
    """An attribute with a figure; the words near it and the units that tell it from others of its kind."""

    name: str
    kind: Kind
    cues: tuple[str, ...]
    units: tuple[str, ...]


@lru_cache(maxsize=1)
def _resource() -> dict[str, Any]:
    text = resource("selves.yml")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


@lru_cache(maxsize=1)
def _figures() -> tuple[_Figure, ...]:
    return tuple(
        _Figure(f["name"], Kind(f["kind"]), tuple(f.get("cues", ())), tuple(f.get("units", ())))
        for f in _resource()["figures"]
    )


def statements(text: str, hidden: Sequence[tuple[int, int]] = ()) -> tuple[Qualifier, ...]:
    """What the text says of the speaker; `hidden` are stretches that name things (学生 in 学生卡)."""
    plain = "".join(" " if any(a <= i < b for a, b in hidden) else c for i, c in enumerate(text))
    found: dict[str, Qualifier] = {}
    for row in _resource()["words"]:
        if row["name"] not in found and any(word in plain for word in row["said"]):
            found[row["name"]] = Qualifier(row["name"], Op.EQ, Value(row["value"], Kind.TEXT))
    for value in find_values(plain):
        statement = _figure_said(value, plain)
        if statement is not None:
            found.setdefault(statement.name, statement)
    age = _bare_age(plain) if "年龄" not in found else None
    return (*found.values(), *((age,) if age else ()))


def _figure_said(found: FoundValue, text: str) -> Qualifier | None:
    value = _amount(found.value)
    near = text[max(0, found.start - BEFORE) : found.start], text[found.end : found.end + AFTER]
    options = [f for f in _figures() if f.kind is value.kind and (not f.units or value.unit in f.units)]
    cued = [(max(near[0].rfind(c) for c in f.cues), f) for f in options if any(c in near[0] for c in f.cues)]
    cued += [(-1, f) for f in options if any(near[1].startswith(c) for c in f.cues)]
    chosen = max(cued, key=lambda c: c[0])[1] if cued else next((f for f in options if not f.cues), None)
    return Qualifier(chosen.name, value.op, replace(value, op=Op.EQ)) if chosen else None


def _amount(value: Value) -> Value:
    """A bare number of some size is money: 月薪8000."""
    if value.kind is not Kind.NUMBER or value.number is None or value.number < LEAST_AMOUNT:
        return value
    return replace(value, kind=Kind.MONEY, unit=YUAN)


def _bare_age(text: str) -> Qualifier | None:
    """我妈61, 今年31了: a number that has no unit, beside a person."""
    if not names_somebody(text):
        return None
    taken = [(v.start, v.end) for v in find_values(text) if v.value.kind is not Kind.NUMBER]
    for match in _BARE_AGE.finditer(text):
        years = int(match.group(1))
        if YOUNGEST <= years <= OLDEST and not any(a <= match.start() < b for a, b in taken):
            return Qualifier("年龄", Op.EQ, age_of(years))
    return None


def age_of(years: int) -> Value:
    """An age as a value."""
    return Value(f"{years}岁", Kind.AGE, Decimal(years), unit="岁")


def of_the_speaker(text: str) -> tuple[Qualifier, ...]:
    """Statements of a turn that is about something else, taken only where the speaker names himself."""
    return statements(text) if "我" in text else ()


def names_somebody(text: str) -> bool:
    """Whether the speaker or somebody close is spoken of."""
    return any(word in text for word in _resource()["person"])


def asks_for_oneself(text: str) -> bool:
    """Whether the words ask if somebody may have something (能办吗, 行不, 给批吗)."""
    if _EITHER.search(text):
        return True
    asks = any(word in text for word in _resource()["ask"]) or _ATTAINS.search(text) is not None
    return asks and text.rstrip("".join(PUNCTUATION)).endswith(
        ("吗", "么", "不", "没", "嘛", "吧", "否", "行", "呢", "格")
    )


def answer_to(asked: Qualifier, text: str) -> Qualifier | None:
    """What a whole turn says to 是否…: yes gives the condition itself, no its denial."""
    plain = "".join(c for c in text if c not in PUNCTUATION).rstrip("的啊呀呢吧")
    if plain in _resource()["deny"] or plain in {w.rstrip("的") for w in _resource()["deny"]}:
        return _denied(asked)
    if plain in _resource()["affirm"] or plain in {w.rstrip("的") for w in _resource()["affirm"]}:
        return asked
    return None


_OPPOSITE = {Op.GE: Op.LT, Op.GT: Op.LE, Op.LE: Op.GT, Op.LT: Op.GE, Op.EQ: Op.NE, Op.NE: Op.EQ}


def _denied(asked: Qualifier) -> Qualifier | None:
    opposite = _OPPOSITE.get(asked.op)
    return replace(asked, op=opposite) if opposite else None


def told(known: Sequence[Qualifier], fresh: Sequence[Qualifier]) -> tuple[Qualifier, ...]:
    """What is known of the customer after he said more; the newest word on an attribute counts."""
    names = {s.name for s in fresh}
    return (*(s for s in known if s.name not in names), *fresh)
