"""The fitted curves of resources/arbiter.json: evidence of one kind → probability that it is right."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from functools import lru_cache

from nlu.resources import resource


def probability(kind: str, evidence: Mapping[str, float]) -> float:
    """The logistic curve of `kind` over its evidence."""
    curve = curves()[kind]
    total = curve["bias"] + sum(curve[name] * amount for name, amount in evidence.items())
    return 1.0 / (1.0 + math.exp(-total))


def log_odds(p: float) -> float:
    """The log odds of a probability, within what a curve can tell apart."""
    bounded = min(max(p, 0.001), 0.999)
    return math.log(bounded / (1.0 - bounded))


@lru_cache(maxsize=1)
def curves() -> dict[str, dict[str, float]]:
    """Bias and weights by kind of reading."""
    text = resource("arbiter.json")
    table: dict[str, dict[str, float]] = json.loads(text)
    return table
