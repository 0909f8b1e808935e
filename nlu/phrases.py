"""Phrases that say what is wanted (有哪些, 最高, 除了…以外): labels from resources/phrases.yml.

The Matcher runs over characters, not over segmented words: 有哪些 must be found however a segmenter cuts
the sentence, and offsets stay those of the text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

import spacy
import yaml
from spacy.language import Language
from spacy.matcher import Matcher, PhraseMatcher

from nlu.resources import resource

GAP, MORE = "…", "+"
MAX_GAP = 12


@dataclass(frozen=True, slots=True)
class Phrase:
    """One labelled span. A pattern with a gap (除了…以外) gives the span of its head and, as `inner`, the gap's."""

    start: int
    end: int
    label: str
    surface: str
    inner: tuple[int, int] | None = None


class PhraseBook:
    """Compiled patterns; one per process."""

    def __init__(self, phrases: Mapping[str, list[str]]) -> None:
        self._language: Language = spacy.blank("zh")
        literal = PhraseMatcher(self._language.vocab, attr="LOWER")  # one pass, however many phrases
        gapped = Matcher(self._language.vocab)
        self._gap_words = {label: [w for w in words if GAP in w] for label, words in phrases.items()}
        for label, words in phrases.items():
            literal.add(label, [self._language.make_doc(word) for word in words if GAP not in word])
            if self._gap_words[label]:
                gapped.add(f"{label}{GAP}", [_pattern(word) for word in self._gap_words[label]])
        self._matchers = tuple(matcher for matcher in (literal, gapped) if len(matcher))

    def find(self, text: str) -> list[Phrase]:
        """All matches, overlapping ones included, in order of place."""
        if not text:
            return []
        doc = self._language.make_doc(text)
        found = []
        for key, start, end in chain.from_iterable(matcher(doc) for matcher in self._matchers):
            label = self._language.vocab.strings[key]
            a, b = doc[start].idx, doc[end - 1].idx + len(doc[end - 1])
            inner = self._inner(text[a:b], a, label) if label.endswith(GAP) else None
            b = inner[0] if inner else b  # what stands in the gap is read by the others
            found.append(Phrase(a, b, label.removesuffix(GAP).removesuffix(MORE), text[a:b], inner))
        return sorted(found, key=lambda p: (p.start, p.end))

    def _inner(self, surface: str, start: int, label: str) -> tuple[int, int] | None:
        for word in self._gap_words[label.removesuffix(GAP)]:
            head, tail = word.split(GAP)
            if surface.startswith(head) and surface.endswith(tail):
                return start + len(head), start + len(surface) - len(tail)
        return None


@lru_cache(maxsize=1)
def _table() -> dict[str, list[str]]:
    text = resource("phrases.yml")
    table: dict[str, list[str]] = yaml.safe_load(text)
    return table


@lru_cache(maxsize=1)
def default_phrases() -> PhraseBook:
    """The phrases of resources/phrases.yml."""
    return PhraseBook(_table())


def words_of(*labels: str) -> list[str]:
    """The words of some labels, those with a gap left out."""
    return [word for label in labels for word in _table()[label] if GAP not in word]


def _pattern(word: str) -> list[dict[str, object]]:
    pattern: list[dict[str, object]] = []
    for index, part in enumerate(word.split(GAP)):
        if index:
            pattern.append({"OP": f"{{1,{MAX_GAP}}}"})
        pattern.extend({"LOWER": char.lower()} for char in part)
    return pattern


@lru_cache(maxsize=1)
def _conditions() -> dict[str, tuple[str, ...]]:
    table: dict[str, list[str]] = yaml.safe_load(resource("conditions.yml"))
    return {kind: tuple(sorted(words, key=len, reverse=True)) for kind, words in table.items()}


def condition_words(kind: str) -> tuple[str, ...]:
    """The words of one kind in resources/conditions.yml, longest first."""
    return _conditions()[kind]
