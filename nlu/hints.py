"""Words that name predicates without being their name, as resources tell them."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from nlu.resources import resource


@dataclass(frozen=True, slots=True)
class Hint:
    """Words that name predicates without being their name: 能买 (money ≤ 起购金额), 便宜 (lowest 年费)."""

    words: tuple[str, ...]
    direction: str
    predicates: tuple[str, ...]


@lru_cache(maxsize=2)
def hints(name: str) -> tuple[Hint, ...]:
    """The rows of resources/`name`.csv (adjectives or verbs)."""
    text = resource(f"{name}.csv")
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
