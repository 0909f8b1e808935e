"""Which undeclared predicate a question asks for: learned weights over wording, word meaning and kind of answer.

Nobody has given these predicates aliases, so their wording alone finds few of them. Where the words leave a doubt, the
sentence vectors of the question and of the names are weighed too. The weights are fitted on questions about other
things than are asked here (`python -m nlu.ranking.fit`).
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from kg.ontology import Ontology
from nlu.analysis import Analysis
from nlu.answer_types import fits
from nlu.ranking.pairs import (
    CERTAINTY,
    FEATURES,
    SENSE,
    asking,
    certainty,
    content_of,
    cosines,
    meanings,
    pair,
    telling,
    told,
)
from nlu.resources import resource

ACCEPTED = 0.4
"""Probability from which a predicate is taken to be asked for: on questions that neither the weights nor the groups of
words were made with, hardly one was wrong."""
CLEAR = 0.7
"""Probability by the words alone from which no sentence vectors are asked: at this one the words are hardly ever wrong,
and three of four questions about infoboxes reach it."""


@dataclass(frozen=True, slots=True)
class Meant:
    """A predicate, the probability that it is what is asked, and how many characters beside names and question words
    it accounts for."""

    predicate: str
    probability: float
    told: int
    words: str = ""
    """The everyday words that ask for it, where some do."""


def meant(text: str, options: Iterable[str], ontology: Ontology, analysis: Analysis) -> Meant | None:
    """The likeliest undeclared predicate among `options`; None when no one is likely enough.

    `text` is the turn with the thing's name, figures and times blanked, offsets kept.
    """
    predicates = [p for p in map(ontology.get, options) if not p.declared]
    if not predicates:
        return None
    kept = [(m.start, m.end) for m in analysis.mentions]
    kept += [(p.start, p.end) for p in analysis.predicates if not p.value]
    asked = asking(text, content_of(text, (*analysis.rest, *kept)))
    suited = [fits(p, analysis) for p in predicates]
    rivals = sum(1 for fit in suited if fit > 0)
    names = [p.name for p in predicates]
    everyday = meanings(asked, names)
    seen = zip(names, suited, telling(asked, names), everyday, strict=True)
    rows = [pair(asked, name, f, rivals, told_by=t, meaning=m) for name, f, t, m in seen]
    best, probability = _likeliest("words", FEATURES, rows)
    if probability < CLEAR and asked.weighty:
        near = cosines(asked, names)
        nearest, likely = _likeliest("sense", SENSE, [(*r, n) for r, n in zip(rows, near, strict=True)])
        best, probability = nearest, max(likely, probability) if nearest == best else likely
    name = predicates[best].name
    related = everyday[best][0]
    return Meant(name, probability, told(asked, name, related), related.words) if probability >= ACCEPTED else None


def _likeliest(seen: str, features: Sequence[str], rows: Sequence[Sequence[float]]) -> tuple[int, float]:
    """Which option is the best by what is `seen` of it, and the probability that it is what is asked."""
    weights = _weights()[seen]
    odds = [_odds(weights["rank"], features, row) for row in rows]
    best = max(range(len(odds)), key=odds.__getitem__)
    sure = certainty(odds, best, rows[best][features.index("left")])
    return best, 1.0 / (1.0 + math.exp(-_odds(weights["take"], CERTAINTY, sure)))


@lru_cache(maxsize=1)
def _weights() -> Mapping[str, Mapping[str, Mapping[str, float]]]:
    found: Mapping[str, Mapping[str, Mapping[str, float]]] = json.loads(resource("predicate_ranker.json"))
    return found


def _odds(weights: Mapping[str, float], names: Sequence[str], values: Sequence[float]) -> float:
    """Log odds of a logistic regression."""
    return weights["bias"] + sum(weights[n] * v for n, v in zip(names, values, strict=True))
