"""Withdrawal (下架): what is still answered about, with the word that it is no longer sold, and never offered.

A thing is withdrawn by a fact `销售状态 = 已停售` that holds on the day; a later status takes it back.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from kg.answering.reader import FactReader
from kg.facts import SALE_STATUS, WITHDRAWN, Fact


def withdrawn(ids: Iterable[str], reader: FactReader, day: date) -> frozenset[str]:
    """Those of the entities that are withdrawn on a day; one statement for all of them. Never offer one of these."""
    newest: dict[str, Fact] = {}
    for fact in reader.facts_of(ids, [SALE_STATUS]):
        if fact.holds_on(day):
            known = newest.setdefault(fact.subject_id, fact)
            if _since(fact) > _since(known):
                newest[fact.subject_id] = fact
    return frozenset(i for i, fact in newest.items() if fact.text == WITHDRAWN)


def _since(fact: Fact) -> tuple[date, int]:
    return fact.valid_from or date.min, fact.rev_from
