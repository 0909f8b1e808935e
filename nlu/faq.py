"""FAQ retrieval: which stored question a text asks, by the nearest of its wordings."""

from __future__ import annotations

from dataclasses import dataclass

from rapidfuzz.distance import Indel

from kg.lexicon.lexicon import Faq, Lexicon
from nlu.retrieval import TextIndex
from nlu.words import STOP, finance_synonyms, words

SHORTLIST = 12
COSINE_SHARE = 0.65
AGREED = 0.75
"""Share of the words of content in common from which two questions ask the same, however they are framed."""
_FRAMING = (
    "什么 怎么 怎么办 怎样 如何 需要 可以 能 能不能 可不可以 哪里 哪些 多少 为什么 是不是 有没有 一个 这个 那个 想 要"
)
_FRAME = frozenset(_FRAMING.split())


@dataclass(frozen=True, slots=True)
class FaqHit:
    """A FAQ and its support 0–1; `margin` is the lead over the next different FAQ."""

    faq: Faq
    score: float
    margin: float


class FaqIndex:
    """Built once per lexicon; every wording of a question is a text of its own."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._faqs = lexicon.faqs
        self._texts = [(n, t) for n, faq in enumerate(self._faqs) for t in (faq.question, *faq.variants)]
        self._canonical = [finance_synonyms().canonical(text) for _, text in self._texts]
        self._content = [_content_of(canonical) for canonical in self._canonical]
        self._index = TextIndex([text for _, text in self._texts])

    def find(self, text: str, limit: int = 3) -> list[FaqHit]:
        """The nearest FAQs, best first: cosine of words and characters, and the order of the characters."""
        canonical = finance_synonyms().canonical(text)
        asked = _content_of(canonical)
        best: dict[int, float] = {}
        for hit in self._index.search(text, SHORTLIST):
            order = Indel.normalized_similarity(canonical, self._canonical[hit.number])
            score = COSINE_SHARE * hit.score + (1 - COSINE_SHARE) * order
            agreed = _agreement(asked, self._content[hit.number])
            if agreed >= AGREED:
                score = max(score, (score + agreed) / 2)
            number = self._texts[hit.number][0]
            best[number] = max(best.get(number, 0.0), score)
        ranked = sorted(best.items(), key=lambda item: -item[1])
        scores = [score for _, score in ranked[1:]] + [0.0]
        return [
            FaqHit(self._faqs[number], score, score - following)
            for (number, score), following in zip(ranked[:limit], scores, strict=False)
        ]


def _content_of(canonical: str) -> frozenset[str]:
    """The words that say what a question is about, without those that only frame it."""
    return frozenset(w for w in words(canonical) if w not in STOP and w not in _FRAME)


def _agreement(one: frozenset[str], other: frozenset[str]) -> float:
    """Characters of the common words, doubled, of those of both."""
    total = sum(map(len, one)) + sum(map(len, other))
    return 2 * sum(map(len, one & other)) / total if total else 0.0
