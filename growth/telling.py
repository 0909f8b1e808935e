"""A decision in words, for people who are no engineers: one line a step, each with its reason."""

from __future__ import annotations

from collections import defaultdict
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
    """All steps of a decision as lines: those of the whole case, then offer by offer. `names` are product names by
    offer."""
    lines = [step_in_words(s) for s in steps if not s.offer]
    for offer in dict.fromkeys(s.offer for s in steps if s.offer):
        own = [s for s in steps if s.offer == offer]
        stops = [s for s in own if not s.passed]
        late = any(s.reason in (Reason.OUTRANKED, Reason.CLAIM_LOST) for s in stops)
        shown = own if late or not stops else stops
        lines.append(f"· {names.get(offer, offer)}（{offer}）")
        lines += [f"    {step_in_words(s)}" for s in shown]
    return lines
