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
    at, number, last = 0.0, draw(salt, unit), ""
    for last, share in shares.items():  # noqa: B007 the last arm takes what a sum a hair less than 1 leaves
        at += share
        if number < at:
            break
    return last
