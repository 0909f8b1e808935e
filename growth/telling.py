"""A decision in words, for people who are no engineers: one line a step, each with its reason."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from growth.reasons import Reason, Step

_FILE = Path(__file__).with_name("texts.yml")


@lru_cache(maxsize=1)
def texts() -> dict[str, dict[str, str]]:
    """Words by group and code."""
    loaded: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return loaded


def reason_in_words(step: Step) -> str:
    """Why the step went as it did."""
    detail: dict[str, str] = defaultdict(lambda: "未知", step.detail)
    if "signal" in detail:
        detail["signal"] = texts()["signals"].get(detail["signal"], detail["signal"])
    said = texts()["reasons"][step.reason.value].format_map(detail)
    return said + texts()["details"]["rule"].format_map(detail) if "rule" in detail else said


def step_in_words(step: Step) -> str:
    """Gate, whether it was passed, and why."""
    mark = "✓" if step.passed else "✗"
    return f"{mark} {texts()['gates'][step.gate.value]}：{reason_in_words(step)}"


def decision_in_words(steps: tuple[Step, ...], names: dict[str, str]) -> list[str]:
    """All steps of a decision as lines: those of the whole case, then of the offers, those that went the same way
    together. `names` are product names by offer."""
    alike: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for offer in dict.fromkeys(s.offer for s in steps if s.offer):
        alike[_way([s for s in steps if s.offer == offer])].append(names.get(offer, offer))
    lines = [step_in_words(s) for s in steps if not s.offer]
    for way, products in alike.items():
        lines += [f"· {'、'.join(products)}", *(f"    {line}" for line in way)]
    return lines


def _way(own: Sequence[Step]) -> tuple[str, ...]:
    """What is told of one offer: what stopped it, or all of its steps where it came as far as the choice."""
    stops = [s for s in own if not s.passed]
    late = any(s.reason in (Reason.OUTRANKED, Reason.CLAIM_LOST) for s in stops)
    return tuple(step_in_words(s) for s in (own if late or not stops else stops))
