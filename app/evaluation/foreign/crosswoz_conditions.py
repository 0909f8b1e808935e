"""Conditions as CrossWOZ's annotation writes them (4.5分以上, 100-150元, 免费, 是), and which records meet them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_NUMERIC = frozenset({"评分", "门票", "价格", "人均消费"})
_RANGE = re.compile(r"(\d+(?:\.\d+)?)\s*[-~～到]\s*(\d+(?:\.\d+)?)")
_ABOVE = re.compile(r"(\d+(?:\.\d+)?)\D*以上")
_BELOW = re.compile(r"(\d+(?:\.\d+)?)\D*以[下内]")
_EXACT = re.compile(r"(\d+(?:\.\d+)?)\D*")


@dataclass(frozen=True, slots=True)
class Condition:
    """What a slot must hold: a number within bounds, or a text."""

    slot: str
    text: str = ""
    low: float | None = None
    high: float | None = None


def condition(slot: str, value: str) -> Condition | None:
    """The condition an annotation states; None when it states none that can be checked."""
    holder, _, part = slot.partition("-")
    if part:
        return Condition(holder, part) if value == "是" else None
    if slot in _NUMERIC:
        return _numeric(slot, value)
    return Condition(slot, value) if value else None


def _numeric(slot: str, value: str) -> Condition | None:
    if value.startswith("免费"):
        return Condition(slot, low=0, high=0)
    if found := _RANGE.match(value):
        return Condition(slot, low=float(found[1]), high=float(found[2]))
    if found := _ABOVE.match(value):
        return Condition(slot, low=float(found[1]))
    if found := _BELOW.match(value):
        return Condition(slot, high=float(found[1]))
    if found := _EXACT.fullmatch(value):
        return Condition(slot, low=float(found[1]), high=float(found[1]))
    return None


def meets(record: Mapping[str, Any], demand: Condition) -> bool:
    """Whether a record meets a condition; one that holds nothing there does not."""
    held = record.get(demand.slot)
    if demand.text:
        return demand.text in held if isinstance(held, list) else str(held) == demand.text
    if held is None or isinstance(held, str | list):
        return False
    return (demand.low is None or held >= demand.low) and (demand.high is None or held <= demand.high)
