"""Text folding for matching: width, case, traditional characters, pinyin. Offsets into the original survive."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from opencc import OpenCC

from kg.lexicon.pinyin import reading

_T2S = OpenCC("t2s")
_INVISIBLE = frozenset("\u200b\u200c\u200d\ufeff\u2060\u00ad·•‧・･")
"""Signs that say nothing: what has no width, and the dots between the parts of foreign names, often left out."""
_FUZZY_INITIALS = (("zh", "z"), ("ch", "c"), ("sh", "s"))
_FUZZY_FINALS = (("ing", "in"), ("eng", "en"), ("ang", "an"))
_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
_UNITS = frozenset("十百千")
_NUMERALS = frozenset("〇零一二两三四五六七八九") | _UNITS


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text; `origin[i]` is the index in the original of folded character i, with one past-the-end entry."""

    text: str
    origin: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The half-open span of the original that folded characters start..end came from."""
        return self.origin[start], (self.origin[end - 1] + 1 if end > start else self.origin[start])


@lru_cache(maxsize=65536)
def _fold_char(char: str) -> str:
    if char in _INVISIBLE or unicodedata.category(char) in ("Cc", "Cf", "Zs"):
        return ""
    folded = unicodedata.normalize("NFKC", char).lower()
    return "".join(_simplify(c) for c in folded if not c.isspace())


def _simplify(char: str) -> str:
    simple: str = _T2S.convert(char)
    return simple if len(simple) == 1 else char


def simplified(text: str) -> str:
    """Traditional characters replaced one by one: every offset stays what it was."""
    return "".join(_as_simple(c) for c in text)


@lru_cache(maxsize=65536)
def _as_simple(char: str) -> str:
    return _simplify(char)


@lru_cache(maxsize=4096)
def fold(text: str) -> Folded:
    """Full width, case and traditional characters folded, blanks, invisible characters and dots in names dropped."""
    chars: list[str] = []
    origin: list[int] = []
    for index, char in enumerate(text):
        for folded in _fold_char(char):
            chars.append(folded)
            origin.append(index)
    origin.append(len(text))
    return Folded("".join(chars), tuple(origin))


@lru_cache(maxsize=65536)
def syllable(char: str) -> str:
    """The most common reading of one character, with zh/z and ing/in like sounds folded together."""
    sound = reading(char)
    for full, short in _FUZZY_INITIALS:
        if sound.startswith(full):
            sound = short + sound[len(full) :]
    for full, short in _FUZZY_FINALS:
        if sound.endswith(full):
            sound = sound[: -len(full)] + short
    return sound


@lru_cache(maxsize=65536)
def exact_syllable(char: str) -> str:
    """The most common reading of one character as people type it."""
    return reading(char)


@lru_cache(maxsize=4096)
def sound_key(folded: str) -> str:
    """Syllables of a folded text, each closed by `|`, so that a prefix of the key is whole syllables."""
    return "".join(f"{syllable(c)}|" for c in folded)


def latin_keys(folded: str) -> tuple[str, str]:
    """(full pinyin, initials) of a folded name as someone without a Chinese keyboard types them."""
    sounds = [exact_syllable(c) for c in folded]
    return "".join(sounds), "".join(s[:1] for s in sounds)


def digits_as_arabic(folded: str) -> str:
    """Chinese digits written as Arabic ones, character by character: 稳盈一号 → 稳盈1号."""
    return folded.translate(_DIGITS)


def cuts_number(text: str, at: int) -> bool:
    """Whether the place before character `at` of a folded text lies inside a number: 1|2号, 八|十八号, 2|十."""
    if not 0 < at < len(text):
        return False
    left, right = text[at - 1], text[at]
    if left.isdigit() and right.isdigit():
        return True
    written_out = left in _NUMERALS and right in _NUMERALS
    mixed = (left in _UNITS and right.isdigit()) or (left.isdigit() and right in _UNITS)
    return written_out or mixed


def is_chinese(char: str) -> bool:
    """Whether the character is a CJK ideograph."""
    return "\u3400" <= char <= "\u9fff" or "\U00020000" <= char <= "\U0003ffff"
