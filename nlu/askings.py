"""Ways of asking for an attribute without its name: 能用几年 asks for 有效期, 盘子多大 for 规模.

resources/askings.csv groups them by standard attribute, with the names under which graphs store it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from kg.lexicon.text import fold
from nlu.resources import resource

ENDING = 3
"""Characters from which a concept's name at the end of a predicate's name tells what the predicate is."""
_SEPARATOR = "；"


@dataclass(frozen=True, slots=True)
class Concept:
    """A standard attribute, the other names it goes by, and the ways of asking for it."""

    name: str
    names: tuple[str, ...]
    askings: tuple[str, ...]


@lru_cache(maxsize=1)
def concepts() -> tuple[Concept, ...]:
    """The concepts of resources/askings.csv."""
    text = resource("askings.csv")
    return tuple(
        Concept(row["concept"], _parts(row["names"]), _parts(row["askings"]))
        for row in csv.DictReader(text.splitlines())
    )


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split(_SEPARATOR) if part)


@lru_cache(maxsize=1)
def _by_name() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for concept in concepts():
        for name in (concept.name, *concept.names):
            found.setdefault(fold(name).text, {}).update(dict.fromkeys(concept.askings))
    return {name: tuple(askings) for name, askings in found.items()}


def askings_of(name: str, aliases: Iterable[str] = ()) -> tuple[str, ...]:
    """How people ask for a predicate of this name: as for the concepts of that name, else for those of its aliases,
    else for the longest concept's name that its name ends with. Empty when it is none of them."""
    table = _by_name()
    folded = fold(name).text
    if folded in table:
        return table[folded]
    aliased = [asking for alias in aliases for asking in table.get(fold(alias).text, ())]
    if aliased:
        return tuple(dict.fromkeys(aliased))
    return next((table[ending] for ending in _endings(folded) if ending in table), ())


def _endings(name: str) -> Iterator[str]:
    return (name[at:] for at in range(1, len(name) - ENDING + 1))
