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
    Asking,
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

MOST = 64
"""Options that are encoded at most, those that the words leave likeliest: what many things point to is pointed to by
hundreds of predicates."""

AHEAD = 1000
"""Names that are encoded ahead: not a second, and only where no file of vectors has them yet."""


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
    best, probability = _weighed(asked, names, rows)
    name = predicates[best].name
    related = everyday[best][0]
    return Meant(name, probability, told(asked, name, related), related.words) if probability >= ACCEPTED else None


def prepare(options: Iterable[str], ontology: Ontology) -> int:
    """Loads the encoder and encodes undeclared names before anybody asks for them, the first AHEAD of them; says how
    many. Where all are declared nothing is loaded."""
    names = [p for p in options if not ontology.get(p).declared][:AHEAD]
    if names:
        cosines(asking(names[0], names[0]), names)
    return len(names)


def _weighed(asked: Asking, names: Sequence[str], rows: Sequence[Sequence[float]]) -> tuple[int, float]:
    """Which option is the best, and the probability that it is what is asked: by the words alone where they are clear,
    else by the sense with them; where both find the same, by the surer one."""
    odds = _odds("words", FEATURES, rows)
    best, probability = _best("words", odds, rows)
    if probability >= CLEAR or not asked.weighty:
        return best, probability
    likeliest = sorted(range(len(odds)), key=odds.__getitem__, reverse=True)[:MOST]
    near = cosines(asked, [names[i] for i in likeliest])
    sensed = [(*rows[i], cosine) for i, cosine in zip(likeliest, near, strict=True)]
    place, likely = _best("sense", _odds("sense", SENSE, sensed), sensed)
    found = likeliest[place]
    return found, max(likely, probability) if found == best else likely


def _best(seen: str, odds: Sequence[float], rows: Sequence[Sequence[float]]) -> tuple[int, float]:
    """The place of the likeliest option by what is `seen` of it, and the probability that it is what is asked."""
    best = max(range(len(odds)), key=odds.__getitem__)
    sure = certainty(odds, best, rows[best][FEATURES.index("left")])
    return best, 1.0 / (1.0 + math.exp(-_logistic(_weights()[seen]["take"], CERTAINTY, sure)))


def _odds(seen: str, names: Sequence[str], rows: Sequence[Sequence[float]]) -> list[float]:
    """Log odds of every option."""
    return [_logistic(_weights()[seen]["rank"], names, row) for row in rows]


@lru_cache(maxsize=1)
def _weights() -> Mapping[str, Mapping[str, Mapping[str, float]]]:
    found: Mapping[str, Mapping[str, Mapping[str, float]]] = json.loads(resource("predicate_ranker.json"))
    return found


def _logistic(weights: Mapping[str, float], names: Sequence[str], values: Sequence[float]) -> float:
    """Log odds of a logistic regression."""
    return weights["bias"] + sum(weights[n] * v for n, v in zip(names, values, strict=True))
