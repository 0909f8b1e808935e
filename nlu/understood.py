"""Understood: what the arbiter takes a turn to mean."""

from __future__ import annotations

from dataclasses import dataclass

from kg.answer import Choice
from kg.query import Query
from nlu.readings import Reading


@dataclass(frozen=True, slots=True)
class Understood:
    """What a turn is taken to mean: exactly one of query, faq_id and a bare intent carries it.

    `choices` are ways to go on when the bot has to ask back; `runners_up` are the other readings as
    (kind, intent, probability) for the record. `parts` are the questions of a message that has several, in order;
    the other fields are then those of the first.
    """

    intent: str
    confidence: float
    query: Query | None = None
    faq_id: str = ""
    reading: Reading | None = None
    choices: tuple[Choice, ...] = ()
    runners_up: tuple[tuple[str, str, float], ...] = ()
    parts: tuple[Understood, ...] = ()
