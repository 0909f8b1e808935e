"""A whole message typed in pinyin: wo xiang zhidao wenyingyihao de qixian.

Names within Chinese text have a matching of their own (kg.lexicon.fuzzy). Here the letters of a message without any
Chinese character are cut, by weighted interval scheduling, into names of the graph, what attributes are called and the
words that ask; the message is then understood as these words, and which names were read is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from kg.answer import Assumed, Assumption
from kg.facts import UNSPOKEN
from kg.lexicon.forms import LATIN_FULL
from kg.lexicon.lexicon import Lexicon
from kg.lexicon.text import is_chinese, latin_keys
from nlu.analysis import ENDS
from nlu.phrases import words_of
from nlu.wording import wordings_of

SHORTEST, LONGEST = 6, 120
"""Letters that such a message has at least and at most."""
MOST_OF = 0.8
"""Share of the letters that known words have to account for."""
NAME_FROM, LONGEST_WORD = 4, 40
"""Letters from which a name is looked for, and the most of a word."""
_FINAL = "(?:[iu]?ang?|i?ong|[iu]?an|[iu]?eng?|ing?|un|iao|[uo]?ai|ao|[iu]?ei?|uo|i?a|u?e|ou|iu|ui|er|[aoeiuv])"
_SYLLABLE = re.compile(rf"(?:[zcs]h|[bpmfdtnlgkhjqxrzcsyw])?{_FINAL}")
_WHOLE = re.compile(rf"(?:(?:[zcs]h|[bpmfdtnlgkhjqxrzcsyw])?{_FINAL}|\d+)+")
_DIGITS = {sound: str(i) for i, sound in enumerate(("ling", "yi", "er", "san", "si", "wu", "liu", "qi", "ba", "jiu"))}
_NUMBERED = re.compile(rf"({'|'.join(_DIGITS)})(?=hao)")
_LABELS = ("list", "count", "define", "yes_no", "compare", "sort", "who", "where", "when", "how", "why", "or", "filler")
_ASKING = (*_LABELS, *sorted(ENDS), "how_much", "how_long", "how_old", "eligible", "source")
_WEIGHTS = (1.0, 0.95, 0.6)


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed, in Chinese, and the names and attributes that it was read as."""

    text: str
    read_as: tuple[Assumption, ...]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A word at the end of a cut: the letters, the Chinese, and whether it names something."""

    start: int
    letters: str
    word: str
    told: bool


def in_chinese(text: str, lexicon: Lexicon) -> Typed | None:
    """The message in Chinese where it is all pinyin; None for any other."""
    if any(c.isalpha() and not c.isascii() for c in text):
        return None
    tokens = re.findall(r"[a-z0-9]+", text.lower())
    if not all(_WHOLE.fullmatch(token) for token in tokens):
        return None
    letters = _NUMBERED.sub(lambda m: _DIGITS[m.group()], "".join(tokens))
    if not SHORTEST <= len(letters) <= LONGEST or letters.isdigit():
        return None
    pieces = _cut(letters, lexicon)
    known = sum(len(p.letters) for p in pieces if p.word != p.letters)
    if known < MOST_OF * len(letters) or not any(p.told for p in pieces):
        return None
    read = tuple(Assumption(Assumed.PINYIN, p.letters, p.word) for p in pieces if p.told)
    return Typed("".join(p.word for p in pieces), read)


def _cut(letters: str, lexicon: Lexicon) -> list[_Piece]:
    """The best cut; what no word accounts for stays as it is."""
    best: list[tuple[float, list[_Piece]] | None] = [None] * (len(letters) + 1)
    best[0] = (0.0, [])
    for start in range(len(letters)):
        here = best[start]
        if here is None:
            continue
        for piece, weight in _pieces(letters, start, lexicon):
            end = start + len(piece.letters)
            score = here[0] + weight * len(piece.letters) ** 1.3
            there = best[end]
            if there is None or score > there[0]:
                best[end] = (score, [*here[1], piece])
    whole = best[len(letters)]
    return whole[1] if whole is not None else [_Piece(0, letters, letters, told=False)]


def _pieces(letters: str, start: int, lexicon: Lexicon) -> Iterator[tuple[_Piece, float]]:
    """Words that begin at a place, with their weight: names first, then attributes, then words that ask."""
    rest = letters[start : start + LONGEST_WORD]
    for typed in lexicon.latin_trie.prefixes(rest):
        rows = [row for row, how in lexicon.latin_trie[typed] if how == LATIN_FULL]
        if rows and len(typed) >= NAME_FROM:
            yield _Piece(start, typed, lexicon.names[rows[0]], told=True), _WEIGHTS[0]
    known = _vocabulary(lexicon)
    for size in range(1, len(rest) + 1):
        word = known.get(rest[:size])
        if word is not None:
            yield _Piece(start, rest[:size], word[0], told=word[1]), _WEIGHTS[1 if word[1] else 2]
    for skipped in (_SYLLABLE.match(rest), re.match(r"\d+", rest)):
        if skipped is not None:
            yield _Piece(start, skipped.group(), skipped.group(), told=False), 0.0


@lru_cache(maxsize=2)
def _vocabulary(lexicon: Lexicon) -> dict[str, tuple[str, bool]]:
    """Word and whether it names an attribute, by its pinyin: names of attributes before their aliases."""
    wordings = wordings_of(lexicon)
    names = [p for p in lexicon.predicates if p not in UNSPOKEN]
    asking = dict.fromkeys(words_of(*_ASKING))
    aliases = (form for name in names for form in wordings.forms(name) if form not in asking)
    found: dict[str, tuple[str, bool]] = {}
    for word, told in (*((n, True) for n in names), *((a, False) for a in asking), *((a, True) for a in aliases)):
        if word and all(map(is_chinese, word)):
            found.setdefault(latin_keys(word)[0], (word, told))
    return found
