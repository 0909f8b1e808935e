"""Trouble that a customer speaks of beside what he asks: 我爸去世了，他的存款怎么取. Words: resources/troubles.yml."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import yaml

from nlu.resources import resource

BEREAVEMENT = "bereavement"
KINDS = (BEREAVEMENT, "hardship", "overdue", "fraud_fear")


@dataclass(frozen=True, slots=True)
class Trouble:
    """A kind of trouble; `own` where it is said of oneself or one's own people as something that has happened."""

    kind: str
    own: bool


def troubles_in(text: str) -> tuple[Trouble, ...]:
    """The troubles that the words speak of."""
    words = _words()
    close = _has(text, words["self"]) or _has(text, words["kin"])
    own = (close or _has(text, words["done"])) and not _has(text, words["general"])
    found = [Trouble(kind, own) for kind in KINDS if _has(text, words[kind])]
    if not any(t.kind == BEREAVEMENT for t in found) and _lost().search(text):
        found.append(Trouble(BEREAVEMENT, True))
    return tuple(found)


def _has(text: str, words: Iterable[str]) -> bool:
    return any(word in text for word in words)


@lru_cache(maxsize=1)
def _lost() -> re.Pattern[str]:
    """我爸上个月走了: one's own people, and an end of the clause behind what happened to them."""
    words = _words()
    kin, gone = ("|".join(words[name]) for name in ("kin", "gone"))
    return re.compile(f"(?:{kin})[^，。,；！？]{{0,6}}(?:{gone})(?=$|[，。,；！!])")


@lru_cache(maxsize=1)
def _words() -> dict[str, tuple[str, ...]]:
    loaded: dict[str, list[str]] = yaml.safe_load(resource("troubles.yml"))
    return {name: tuple(words) for name, words in loaded.items()}
