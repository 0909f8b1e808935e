"""The one scale: how likely a Query, a command or chit-chat is from its evidence, and which of all candidates wins.

Probabilities come from logistic curves that are fitted on the development sets (resources/arbiter.json).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from kg.query import Ask
from nlu import intents
from nlu.analysis import Analysis
from nlu.curves import curves, probability
from nlu.parsing.evidence import unknown_of
from nlu.readings import Reading
from nlu.understood import Understood

GUESSED = 0.9
"""A predicate with support below it was guessed from the wording: such a reading has to be likely enough to be said."""
ABOUT_BANKING = 0.5
"""Classifier's mass on knowledge intents from which a turn that nothing answers is near scope, not out of it."""


def as_intents(probabilities: Mapping[str, float], known: float, faq: float, analysis: Analysis) -> list[Understood]:
    """Commands, small talk and out of scope; `known` and `faq` are the best supports that speak against them."""
    found = []
    for intent, p in probabilities.items():
        if intent not in intents.KNOWLEDGE_INTENTS and intent != intents.CHOOSE:
            evidence = {"probability": p, "known": known, "faq": faq, "explained": analysis.explained}
            kind = "command" if intent in intents.COMMANDS else "other"
            kind = "about_offers" if intent in intents.ABOUT_OFFERS else kind  # these name products and mean no query
            found.append(Understood(intent, probability(kind, evidence)))
    return found


def likely(reading: Reading, analysis: Analysis) -> float:
    """Probability that a reading is what was meant."""
    evidence = {
        "score": reading.score,
        "topic": float(reading.by_topic),
        "why": float(analysis.has("why")),
        "coverage": 0.0 if reading.absent and not reading.stranger else reading.coverage,
    }
    return probability("query", evidence)


def or_unknown(reading: Reading, analysis: Analysis) -> Reading:
    """A guess at a predicate that is too unlikely to be said: the thing is known, what is asked of it is not."""
    guessed = reading.query.ask is Ask.VALUE and reading.predicate < GUESSED and not reading.by_topic
    if not guessed or reading.absent or likely(reading, analysis) >= curves()["threshold"]["say"]:
        return reading
    return unknown_of(reading)


def winner(candidates: list[Understood], knowledge: float) -> Understood:
    """The likeliest candidate; where all are too unlikely, that nothing was understood, or what is known of the thing.
    `knowledge` is the classifier's mass on knowledge intents."""
    ranked = sorted(candidates, key=lambda c: -c.confidence)
    threshold = curves()["threshold"]["any"]
    others = tuple((_kind(c), c.intent, round(c.confidence, 3)) for c in ranked[1:4])
    known = next((c for c in ranked if c.reading and c.reading.absent and not c.reading.by_topic), None)
    weak = not ranked or ranked[0].confidence < threshold
    if weak and known is not None and knowledge >= ABOUT_BANKING:
        return replace(known, runners_up=others)
    if weak:
        best = ranked[0].confidence if ranked else 0.0
        near = tuple((_kind(c), c.intent, round(c.confidence, 3)) for c in ranked[:3])
        intent = intents.FALLBACK if knowledge >= ABOUT_BANKING else intents.OUT_OF_SCOPE
        return Understood(intent, 1.0 - best, runners_up=near)
    top = ranked[0]
    return Understood(top.intent, top.confidence, top.query, top.faq_id, top.reading, top.choices, others)


def _kind(item: Understood) -> str:
    return "query" if item.query else "faq" if item.faq_id else "intent"
