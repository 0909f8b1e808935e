"""Arms of an experiment by a stable hash: the same customer, the same arm, in every process and every year."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

_STEPS = 2**64


def draw(*parts: str) -> float:
    """A number in [0, 1) that looks random and is always the same for the same parts."""
    digest = hashlib.sha256("\x1f".join(parts).encode()).digest()
    return int.from_bytes(digest[:8], "big") / _STEPS


def arm_of(unit: str, salt: str, shares: Mapping[str, float]) -> str:
    """The arm of a unit by the shares of the arms, which sum to 1, in the order given."""
    at, number = 0.0, draw(salt, unit)
    for arm, share in shares.items():
        at += share
        if number < at:
            return arm
    return next(reversed(shares))  # shares that sum to a hair less than 1
