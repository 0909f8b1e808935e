"""FAQ retrieval: which stored question a text asks, by the nearest of its wordings."""

from __future__ import annotations

from dataclasses import dataclass

from rapidfuzz.distance import Indel

from kg.lexicon.lexicon import Faq, Lexicon
from nlu.retrieval import TextIndex
from nlu.words import finance_synonyms

SHORTLIST = 12
COSINE_SHARE = 0.65


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
        self._index = TextIndex([text for _, text in self._texts])

    def find(self, text: str, limit: int = 3) -> list[FaqHit]:
        """The nearest FAQs, best first: cosine of words and characters, and the order of the characters."""
        canonical = finance_synonyms().canonical(text)
        best: dict[int, float] = {}
        for hit in self._index.search(text, SHORTLIST):
            order = Indel.normalized_similarity(canonical, self._canonical[hit.number])
            score = COSINE_SHARE * hit.score + (1 - COSINE_SHARE) * order
            number = self._texts[hit.number][0]
            best[number] = max(best.get(number, 0.0), score)
        ranked = sorted(best.items(), key=lambda item: -item[1])
        scores = [score for _, score in ranked[1:]] + [0.0]
        return [
            FaqHit(self._faqs[number], score, score - following)
            for (number, score), following in zip(ranked[:limit], scores, strict=False)
        ]
