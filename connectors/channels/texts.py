"""The channels' own words: connectors/channels/texts.yml. No figure stands in them, as none has an origin."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml

_FILE = Path(__file__).with_name("texts.yml")


@lru_cache(maxsize=1)
def texts() -> dict[str, str]:
    """Texts by name."""
    loaded: dict[str, str] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return loaded


def say(text_name: str, /, **parts: str) -> str:
    """The text of that name with its places filled. Raises KeyError for an unknown name or an unfilled place."""
    return texts()[text_name].format_map(parts)
