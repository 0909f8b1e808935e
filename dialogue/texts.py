"""What the bot says in its own words: dialogue/texts.yml, filled under the number lock."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml

from kg.figures import Locked, Part, fill

_FILE = Path(__file__).with_name("texts.yml")


@lru_cache(maxsize=1)
def templates() -> dict[str, str]:
    """Templates by name."""
    loaded: dict[str, str] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return loaded


def say(text_name: str, /, **parts: Part) -> Locked:
    """The text `text_name` with its places filled. Raises KeyError for an unknown name or an unfilled place."""
    return fill(templates()[text_name], **parts)
