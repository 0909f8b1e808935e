"""Words: segmentation with a dictionary of our own cache, and synonyms folded to one representative."""

from __future__ import annotations

import csv
import math
import os
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import accumulate, pairwise
from pathlib import Path

import jieba

from kg.lexicon.text import fold
from nlu.resources import resource

STOP = frozenset("的了呢吗啊呀吧嘛哦么是在有和与及或就都也还要我你您他她它们个这那请问一下麻烦想知道给帮到对把被让跟")


def private_cache(directory: Path) -> None:
    """Keep jieba's dictionary cache in `directory` instead of a temporary file shared by all users."""
    directory.mkdir(parents=True, exist_ok=True)
    jieba.dt.tmp_dir = str(directory)
    jieba.setLogLevel(60)


@lru_cache(maxsize=1)
def _tokenizer() -> jieba.Tokenizer:
    if jieba.dt.tmp_dir is None:
        private_cache(Path(tempfile.gettempdir()) / f"jinwen-jieba-{os.getuid()}")
    jieba.initialize()
    return jieba.dt


@lru_cache(maxsize=4096)
def words(text: str) -> tuple[str, ...]:
    """Words of a text in order, blanks and punctuation left out."""
    return tuple(w for w in _tokenizer().lcut(text, HMM=False) if any(c.isalnum() for c in w))


@lru_cache(maxsize=16384)
def rarity(word: str) -> float:
    """How rare a word is in Chinese at large, 0–1: logarithm of its share in jieba's dictionary, unknown words 1."""
    known = _tokenizer()
    return math.log(known.total / (known.FREQ.get(word) or 1)) / math.log(known.total)


@lru_cache(maxsize=1024)
def pieces(text: str) -> tuple[str, ...]:
    """The canonical text cut into words, marks and blanks kept as pieces of their own."""
    return tuple(_tokenizer().lcut(finance_synonyms().canonical(text), HMM=False))


@lru_cache(maxsize=1024)
def edges(text: str) -> tuple[int, ...]:
    """The places between the words of a text as written, its beginning and end included."""
    return (0, *accumulate(map(len, _tokenizer().lcut(text, HMM=False))))


class Synonyms:
    """Groups of interchangeable words; `canonical` writes every word of a group as the group's first one."""

    def __init__(self, groups: Iterable[Iterable[str]]) -> None:
        self._first: dict[str, str] = {}
        for group in groups:
            members = [fold(w).text for w in group if w.strip()]
            for member in members:
                self._first.setdefault(member, members[0])
        sizes: dict[str, set[int]] = defaultdict(set)
        for member in self._first:
            sizes[member[:1]].add(len(member))
        self._sizes = {first: tuple(sorted(found - {1}, reverse=True)) for first, found in sizes.items()}

    def canonical(self, text: str) -> str:
        """The folded text with each longest known word replaced by its group's first word."""
        folded = fold(text).text
        out: list[str] = []
        at = 0
        while at < len(folded):
            sizes = self._sizes.get(folded[at])
            if sizes is None:  # most characters begin no word of a group
                out.append(folded[at])
                at += 1
                continue
            size = next((n for n in sizes if folded[at : at + n] in self._first), 1)
            piece = folded[at : at + size]
            out.append(self._first.get(piece, piece))
            at += size
        return "".join(out)

    @property
    def table(self) -> Mapping[str, str]:
        """Word → first word of its group."""
        return self._first


@lru_cache(maxsize=1)
def finance_synonyms() -> Synonyms:
    """The groups of resources/synonyms_finance.csv."""
    text = resource("synonyms_finance.csv")
    return Synonyms(row["group"].split("|") for row in csv.DictReader(text.splitlines()))


@lru_cache(maxsize=8192)
def canonical(text: str) -> str:
    """The folded text with words of one finance group written as the first of them."""
    return finance_synonyms().canonical(text)


@lru_cache(maxsize=1)
def related_words() -> Mapping[str, tuple[str, ...]]:
    """Word → the groups of resources/related.csv that it stands in, each called by its first word. Words of a group
    are not interchangeable, but asking with one of them makes an attribute named with another more likely."""
    text = resource("related.csv")
    groups: dict[str, dict[str, None]] = {}
    for row in csv.DictReader(text.splitlines()):
        members = row["group"].split("|")
        for member in members:
            groups.setdefault(finance_synonyms().canonical(member), {})[members[0]] = None
    return {word: tuple(names) for word, names in groups.items()}


@lru_cache(maxsize=16384)
def wide_features(text: str) -> frozenset[str]:
    """`features` and the groups of related words that the text touches."""
    return frozenset((*features(text), *(f"r:{g}" for g in related_groups(text))))


@lru_cache(maxsize=16384)
def related_groups(text: str) -> frozenset[str]:
    """The groups of related words that a text touches: long ones wherever they stand, single characters only as words
    of their own (借 in 能借多少, not in 借记卡)."""
    said = canonical(text)
    related, longest = related_words(), _longest_related()
    spans = (said[i : i + n] for i in range(len(said)) for n in range(2, longest + 1))
    found = (related[piece] for piece in (*spans, *words(said)) if piece in related)
    return frozenset(group for groups in found for group in groups)


@lru_cache(maxsize=1)
def _longest_related() -> int:
    return max(map(len, related_words()), default=0)


@lru_cache(maxsize=16384)
def features(text: str) -> tuple[str, ...]:
    """What two texts are compared by: canonical words, and character pairs of the canonical text."""
    said = canonical(text)
    content = [c for c in said if c.isalnum()]
    kept = [w for w in words(said) if w not in STOP]
    singles = [c for c in content if c not in STOP]
    pairs = [a + b for a, b in pairwise(content)]
    return (*(f"w:{w}" for w in kept), *(f"p:{p}" for p in pairs), *(f"c:{c}" for c in singles))


def shapes(text: str) -> tuple[str, ...]:
    """The characters of the canonical text and their pairs: `features` without segmenting, most of its time."""
    content = [c for c in canonical(text) if c.isalnum()]
    return (*(f"p:{a}{b}" for a, b in pairwise(content)), *(f"c:{c}" for c in content if c not in STOP))
