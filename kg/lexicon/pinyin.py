"""How a character is read, from pypinyin without its phrases: only single characters are looked up here, and the 47,000
phrases cost every process half a second of its start and 20 MiB."""

from __future__ import annotations

import os

os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "true")

from pypinyin import lazy_pinyin  # after the settings, which it reads when it is imported


def reading(char: str) -> str:
    """The most common reading of one character, without its tone; what has none comes back as it is."""
    sound: str = lazy_pinyin(char)[0]
    return sound
