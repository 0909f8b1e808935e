"""FAQ retrieval: which stored question a text asks, by the nearest of its wordings and a learned ranking of these.

Words find what is worded alike; sentence vectors (nlu.faq_vectors), once they are prepared, what is meant alike.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from rapidfuzz.distance import Indel

from kg.lexicon.lexicon import Faq, Lexicon
from nlu.faq_meant import FaqMeant, meant_by
from nlu.meaning import concepts
from nlu.ranking.faq_pairs import (
    FEATURES,
    MEANT_FEATURES,
    Entry,
    Wording,
    agreement,
    certainty,
    entry,
    pair,
    wording,
)
from nlu.resources import resource
from nlu.retrieval import TextIndex, nearest
from nlu.words import shapes

SHORTLIST, MOST_FAQS, WHOLES, IDEAS = 60, 18, 8, 8
"""Wordings looked at, different FAQs ranked among them, FAQs added that are near as a whole, and by what everyday words
stand for; those near by their vectors come on top (nlu.faq_meant)."""
ALIKE = 30
"""Wordings looked at where FAQs are not ranked: of 2,588 questions two find another first one than among 60."""
ANSWER_HEAD = 80
"""Characters of an answer that count for what a FAQ is about as a whole."""
SAME, AS_WRITTEN = 0.98, 0.99
"""Likeness from which a question is one as it stands in the graph, and the probability of that."""
_MET = FEATURES.index("met")
"""By words alone: without a single one of content in common two questions are not the same, whatever their characters
say."""
COSINE_SHARE = 0.65
AGREED = 0.75
"""Share of the words of content in common from which two questions ask the same, however they are framed."""


@dataclass(frozen=True, slots=True)
class FaqHit:
    """A FAQ and its likeness to the text, 0–1. `margin` is the lead over the next different FAQ; `share` is how much of
    the belief in all near ones falls on this one; of the first hit `sure` is the probability that it is what is asked,
    and `there` that what is asked stands in the graph at all.
    """

    faq: Faq
    score: float
    margin: float
    share: float = 0.0
    sure: float = 0.0
    there: float = 0.0


@dataclass(frozen=True, slots=True)
class Near:
    """FAQs by their number, with the features of each beside the text (nlu.ranking.faq_pairs) and their likeness;
    `known` are the words of content in the text that any FAQ has."""

    asked: Wording
    known: frozenset[str]
    numbers: tuple[int, ...]
    rows: tuple[tuple[float, ...], ...]
    likeness: tuple[float, ...]


class FaqIndex:
    """Built once per lexicon; every wording of a question is a text of its own."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._faqs = lexicon.faqs
        self._texts = [(n, t) for n, faq in enumerate(self._faqs) for t in (faq.question, *faq.variants)]
        self._index = TextIndex([text for _, text in self._texts])
        self._wholes = TextIndex([_whole(faq) for faq in self._faqs], shapes)
        self._ideas = TextIndex([_whole(faq) for faq in self._faqs], concepts)
        self._places: dict[int, list[int]] = defaultdict(list)
        for place, (number, _) in enumerate(self._texts):
            self._places[number].append(place)
        self._wordings: dict[int, Wording] = {}  # of the texts that came near a question so far
        self._entries: dict[int, Entry] = {}
        self._meant: FaqMeant | None = None

    @property
    def prepared(self) -> bool:
        """Whether `find` knows what the FAQs mean, or there are none."""
        return self._meant is not None or not self._faqs

    def prepare(self, go_on: Callable[[int, int], bool] = lambda done, of: True) -> None:
        """Works out what the FAQs mean, a millisecond for a text that is not known yet. Until it is done, `find` goes
        by words alone; it is meant for a thread in which no turn waits. `go_on` is told how many texts are done of how
        many, and ends it by False."""
        if self.prepared:
            return
        wordings = [(faq.question, *faq.variants) for faq in self._faqs]
        answers = [_answer(faq) or faq.question for faq in self._faqs]
        meant = meant_by(wordings, answers, lambda word: self._index.weight(f"w:{word}"), go_on)
        for place in range(len(self._texts) if meant is not None else 0):
            self._wording(place)  # a tenth of a millisecond each: a question meets some forty it has not met before
        self._meant = meant

    def find(self, text: str, limit: int = 3) -> list[FaqHit]:
        """The nearest FAQs, best first."""
        near = self.near(text)
        if not near.numbers:
            return []
        meant = len(near.rows[0]) > len(FEATURES)
        odds = [_odds("meant" if meant else "words", "rank", row) for row in map(_named, near.rows)]
        order = sorted(range(len(odds)), key=lambda i: (-(near.likeness[i] >= SAME), -odds[i]))
        best = order[0]
        certain = certainty(odds, near.rows, near.asked, near.known)
        if meant:
            there = _logistic(_odds("meant", "there", certain))
            likely = there * _logistic(_odds("meant", "take", certain))
        else:
            there = likely = _logistic(_odds("words", "take", certain)) if near.rows[best][_MET] else 0.0
        sure = AS_WRITTEN if near.likeness[best] >= SAME else likely
        shares = _shares([odds[i] for i in order])
        scores = [near.likeness[i] for i in order] + [0.0]
        return [
            FaqHit(
                self._faqs[near.numbers[i]],
                near.likeness[i],
                near.likeness[i] - max(scores[place + 1 :]),
                shares[place],
                sure if place == 0 else 0.0,
                max(there, sure) if place == 0 else 0.0,
            )
            for place, i in enumerate(order[:limit])
        ]

    def alike(self, text: str, limit: int = 3) -> list[FaqHit]:
        """The FAQs worded most alike, best first. They are not ranked, so `share` and `sure` stay 0: that takes a
        fraction of the time of `find`, and is enough where a FAQ could only repeat what a fact answers."""
        asked = wording(text, self._index.weight, self._ideas.weight)
        best: dict[int, float] = {}
        for hit in self._index.search(text, ALIKE):
            number = self._texts[hit.number][0]
            best[number] = max(best.get(number, 0.0), _likeness(asked, self._wording(hit.number), hit.score))
        ranked = sorted(best.items(), key=lambda item: -item[1])
        following = [score for _, score in ranked[1:]] + [0.0]
        return [
            FaqHit(self._faqs[number], score, score - after)
            for (number, score), after in zip(ranked[:limit], following, strict=False)
        ]

    def near(self, text: str) -> Near:
        """What the ranking weighs: the FAQs of the nearest wordings with their features. What a question means is asked
        only where it does not stand there as it is."""
        asked = wording(text, self._index.weight, self._ideas.weight)
        cosines, wholes, ideas = (index.scores(text) for index in (self._index, self._wholes, self._ideas))
        found: dict[int, list[int]] = defaultdict(list)
        for place in nearest(cosines, SHORTLIST):
            number = self._texts[place][0]
            if number in found or len(found) < MOST_FAQS:
                found[number].append(place)
        for number in (*nearest(wholes, WHOLES), *nearest(ideas, IDEAS)):
            if number not in found:
                found[number].append(self._places[number][0])
        meanings: list[tuple[float, ...]] = [()] * len(found)
        stands = any(self._wording(p).canonical == asked.canonical for places in found.values() for p in places)
        if self._meant is not None and not stands:
            meanings = self._meant.beside(text, asked, found)
        rows, likeness = [], []
        for (number, places), meaning in zip(found.items(), meanings, strict=True):
            near = [(self._wording(place), float(cosines[place])) for place in places]
            alike = float(wholes[number]), float(ideas[number])
            rows.append((*pair(asked, near, self._entry(number), *alike), *meaning))
            likeness.append(max(_likeness(asked, w, cosine) for w, cosine in near))
        known = frozenset(w for w in asked.content if self._index.has(f"w:{w}"))
        return Near(asked, known, tuple(found), tuple(rows), tuple(likeness))

    def _wording(self, place: int) -> Wording:
        if place not in self._wordings:
            self._wordings[place] = wording(self._texts[place][1], self._index.weight, self._ideas.weight)
        return self._wordings[place]

    def _entry(self, number: int) -> Entry:
        if number not in self._entries:
            self._entries[number] = entry([self._wording(place) for place in self._places[number]])
        return self._entries[number]


def _answer(faq: Faq) -> str:
    return "\n".join(a[:ANSWER_HEAD] for a in faq.answers)


def _whole(faq: Faq) -> str:
    return "\n".join((faq.question, *faq.variants, _answer(faq)))


def _likeness(asked: Wording, other: Wording, cosine: float) -> float:
    """How alike two questions are: cosine of words and characters, and the order of the characters; not less than what
    their words of content have in common."""
    order = Indel.normalized_similarity(asked.canonical, other.canonical)
    score = COSINE_SHARE * cosine + (1 - COSINE_SHARE) * order
    agreed = agreement(asked.content, other.content)
    return max(score, (score + agreed) / 2) if agreed >= AGREED else score


@lru_cache(maxsize=1)
def _weights() -> Mapping[str, Mapping[str, Mapping[str, float]]]:
    found: Mapping[str, Mapping[str, Mapping[str, float]]] = json.loads(resource("faq_ranker.json"))
    return found


def _named(row: Sequence[float]) -> dict[str, float]:
    return dict(zip(MEANT_FEATURES, row, strict=False))  # those of words come first


def _odds(model: str, part: str, values: Mapping[str, float]) -> float:
    """Log odds of a regression of resources/faq_ranker.json."""
    return sum(weight * (1.0 if name == "bias" else values[name]) for name, weight in _weights()[model][part].items())


def _logistic(odds: float) -> float:
    return 1.0 / (1.0 + math.exp(-odds))


def _shares(odds: Sequence[float]) -> list[float]:
    beliefs = np.exp(np.array(odds) - max(odds))
    return [float(b) for b in beliefs / beliefs.sum()]
