"""Cutting text to a platform's byte limit: at sentences if possible, never inside what is seen as one character."""

from __future__ import annotations

import re
import unicodedata

_SENTENCE = re.compile(r"(?<=[。！？；!?;\n])")
_CLAUSE = re.compile(r"(?<=[，、：,: ])")
_JOINER = "\u200d"
_KEYCAP = "\u20e3"


def split_bytes(text: str, limit: int) -> list[str]:
    """Pieces of `text` of at most `limit` UTF-8 bytes each that give the text when joined, line ends at cuts apart.

    Raises ValueError for a limit that some characters would not fit in.
    """
    if limit < 64:
        raise ValueError(f"limit of {limit} bytes: an emoji may take 40, give 64 or more")
    pieces: list[str] = []
    for unit in _units(text, limit):
        if pieces and _size(pieces[-1]) + _size(unit) <= limit:
            pieces[-1] += unit
        else:
            pieces.append(unit)
    return [piece.strip("\n") for piece in pieces if piece.strip()]


def graphemes(text: str) -> list[str]:
    """What a reader sees as single characters: base with its marks, emoji sequences, flags.

    An approximation of UAX #29 for what chat text holds.
    """
    found: list[str] = []
    for char in text:
        if found and _belongs(found[-1], char):
            found[-1] += char
        else:
            found.append(char)
    return found


def _units(text: str, limit: int) -> list[str]:
    """Sentences; clauses of sentences that are too long; characters of clauses that are too long."""
    units: list[str] = []
    for sentence in _SENTENCE.split(text):
        if _size(sentence) <= limit:
            units.append(sentence)
            continue
        for clause in _CLAUSE.split(sentence):
            units.extend([clause] if _size(clause) <= limit else _fitted(graphemes(clause), limit))
    return units


def _fitted(characters: list[str], limit: int) -> list[str]:
    # Somebody may stack marks on a letter without end; such a thing is cut like text.
    return [piece for char in characters for piece in ([char] if _size(char) <= limit else char)]


def _belongs(cluster: str, char: str) -> bool:
    if unicodedata.category(char) in ("Mn", "Me", "Mc") or char in (_JOINER, _KEYCAP):
        return True
    if cluster.endswith(_JOINER) or 0x1F3FB <= ord(char) <= 0x1F3FF:  # after a joiner; skin tones
        return True
    if _is_regional(char):
        return len(cluster) == 1 and _is_regional(cluster)
    return cluster == "\r" and char == "\n"


def _is_regional(char: str) -> bool:
    return 0x1F1E6 <= ord(char) <= 0x1F1FF


def _size(text: str) -> int:
    return len(text.encode())
