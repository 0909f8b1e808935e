"""Which undeclared predicate a question asks for: learned weights over wording, word meaning and kind of answer.

Nobody has given these predicates aliases, so their wording alone finds few of them. The weights are fitted on
questions about other things than are asked here (`python -m nlu.ranking.fit`).
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from kg.ontology import Ontology
from nlu.analysis import Analysis
from nlu.answer_types import fits
from nlu.ranking.pairs import FEATURES, asking, content_of, pair, told
from nlu.resources import resource

ACCEPTED = 0.35
"""Probability from which a predicate is taken to be asked for."""


@dataclass(frozen=True, slots=True)
class Meant:
    """A predicate, the probability that it is what is asked, and how many characters beside names and question words
    it accounts for."""

    predicate: str
    probability: float
    told: int


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
    scored = [(_probability(pair(asked, p.name, f, rivals)), p.name) for p, f in zip(predicates, suited, strict=True)]
    best, name = max(scored, key=lambda s: s[0])
    return Meant(name, best, told(asked, name)) if best >= ACCEPTED else None


@lru_cache(maxsize=1)
def _weights() -> tuple[float, tuple[float, ...]]:
    text = resource("predicate_ranker.json")
    weights = json.loads(text)
    return weights["bias"], tuple(weights[name] for name in FEATURES)


def _probability(values: Sequence[float]) -> float:
    bias, weights = _weights()
    return 1.0 / (1.0 + math.exp(-bias - sum(w * v for w, v in zip(weights, values, strict=True))))
