"""Which undeclared predicate a question asks for: learned weights over wording, word meaning and kind of answer.

Nobody has given these predicates aliases, so their wording alone finds few of them. The weights are fitted on
questions about other things than are asked here (`python -m nlu.ranking.fit`).
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
from nlu.ranking.pairs import CERTAINTY, FEATURES, asking, certainty, content_of, meanings, pair, telling, told
from nlu.resources import resource

ACCEPTED = 0.4
"""Probability from which a predicate is taken to be asked for: on questions that neither the weights nor the groups of
words were made with, hardly one was wrong."""


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
    weights = _weights()
    odds = [_odds(weights["rank"], FEATURES, row) for row in rows]
    best = max(range(len(odds)), key=odds.__getitem__)
    sure = certainty(odds, best, rows[best][FEATURES.index("left")])
    probability = 1.0 / (1.0 + math.exp(-_odds(weights["take"], CERTAINTY, sure)))
    name = predicates[best].name
    related = everyday[best][0]
    return Meant(name, probability, told(asked, name, related), related.words) if probability >= ACCEPTED else None


@lru_cache(maxsize=1)
def _weights() -> Mapping[str, Mapping[str, float]]:
    found: Mapping[str, Mapping[str, float]] = json.loads(resource("predicate_ranker.json"))
    return found


def _odds(weights: Mapping[str, float], names: Sequence[str], values: Sequence[float]) -> float:
    """Log odds of a logistic regression."""
    return weights["bias"] + sum(weights[n] * v for n, v in zip(names, values, strict=True))
