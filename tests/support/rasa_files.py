"""The files of the Rasa project read as plain YAML: what tests hold them to needs no Rasa."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from kg.lexicon.text import fold

ROOT = Path(__file__).parents[2]
DIALOGUE = ROOT / "dialogue"
NLU_DATA = ROOT / "nlu" / "data"

_PUNCTUATION = re.compile(r"[^\w<>]|_")


def documents(folder: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Every YAML file of a folder with its content, in order of name."""
    for path in sorted(folder.glob("*.yml")):
        yield path, yaml.safe_load(path.read_text(encoding="utf-8"))


def plain(text: str) -> str:
    """A text without punctuation, case and traditional characters, for comparing."""
    return _PUNCTUATION.sub("", fold(text).text)


@cache
def examples() -> dict[str, tuple[str, ...]]:
    """Training examples by intent."""
    found: dict[str, list[str]] = defaultdict(list)
    for _, document in documents(NLU_DATA):
        for entry in document["nlu"]:
            found[entry["intent"]] += [line.removeprefix("- ") for line in entry["examples"].splitlines()]
    return {intent: tuple(texts) for intent, texts in found.items()}


def domain(key: str) -> Counter[str]:
    """How often each name stands under a list or mapping of the domain (intents, actions, slots, responses)."""
    return Counter(name for _, document in documents(DIALOGUE / "domain") for name in document.get(key) or ())


@cache
def rules() -> tuple[dict[str, Any], ...]:
    """All rules."""
    return tuple(rule for _, document in documents(DIALOGUE / "rules") for rule in document["rules"])


@cache
def stories() -> tuple[dict[str, Any], ...]:
    """All stories."""
    return tuple(story for _, document in documents(DIALOGUE / "stories") for story in document["stories"])
