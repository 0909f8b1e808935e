"""Families of products: what segments and models know a holding or an event by."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml

_FILE = Path(__file__).with_suffix(".yml")


@lru_cache(maxsize=1)
def family_classes() -> dict[str, list[str]]:
    """The classes of the graph by family."""
    loaded: dict[str, list[str]] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return loaded
