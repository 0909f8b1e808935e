"""Why a model thinks of an offer, in plain Chinese: what adds most to the log-odds, only from what was consented to."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from customer.model import ConsentState, Customer, Features, Purpose
from customer.propensity.model import ResponseModel

_FILE = Path(__file__).with_name("features.yml")
MOST, LEAST_SHARE = 3, 0.1


def reasons(model: ResponseModel, known: Features, who: Customer, channel: str) -> tuple[str, ...]:
    """At most three reasons, the strongest first; none without consent to personalised offers on the channel."""
    word = who.consent(Purpose.PERSONALISED, channel)
    if word is None or word.state is not ConsentState.GRANTED:
        return ()
    parts = model.contributions(known)
    total = sum(p for p in parts.values() if p > 0)
    found: list[str] = []
    for feature, part in sorted(parts.items(), key=lambda item: (-item[1], item[0])):
        text = _said(feature, known.get(feature))
        if part > 0 and part >= LEAST_SHARE * total and text and text not in found:
            found.append(text)
    return tuple(found[:MOST])


def importance(model: ResponseModel, rows: Any) -> dict[str, float]:
    """Mean absolute contribution of every feature over customers, the largest first."""
    from customer.propensity.model import matrix

    parts = abs(model.fitted.contributions(matrix(rows, model.features))).mean(axis=0)
    return dict(sorted(zip(model.features, map(float, parts), strict=True), key=lambda item: -item[1]))


def _said(feature: str, value: float | None) -> str:
    name, _, family = feature.partition("_")
    entry = _entries().get(feature) or (_entries().get(f"{name}_") if family else None)
    if entry is None or value is None or value <= entry["above"]:
        return ""
    return str(entry["text"]).replace("{family}", family)


@lru_cache(maxsize=1)
def _entries() -> dict[str, dict[str, Any]]:
    loaded: dict[str, dict[str, Any]] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return loaded
