"""Names of attributes whose parts stand apart: 附近有什么餐馆 for 周边餐馆, 什么类型的酒店 for 酒店类型.

The part that is the name of a class would else be read as that class. Only attributes that nobody declared are put
together so; declared ones have aliases.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from kg.lexicon.lexicon import Lexicon
from kg.lexicon.linker import Mention, PredicateMention
from kg.lexicon.text import fold
from nlu.analysis import Analysis
from nlu.meaning import group_words

_STOP = re.compile(r"[，。？！；,?!;\n]")
_ASKED = re.compile(r"(?:什么|啥|哪[种类些个]?|何种|属于)(?:样的?)?$")
NEAR = 4
"""Characters that may stand between a class and the word behind it that ends the attribute's name."""


@dataclass(frozen=True, slots=True)
class _Compound:
    """An attribute's name that begins or (`ends`) ends with the name of a class; `others` are words for its other
    part."""

    predicate: str
    ends: bool
    others: tuple[str, ...]


def compounded(analysis: Analysis, lexicon: Lexicon) -> Analysis:
    """The analysis with the parts of such a name read as the attribute."""
    table = _compounds(lexicon)
    if not table:
        return analysis
    found: dict[Mention, tuple[PredicateMention, tuple[int, int]]] = {}
    for mention in analysis.mentions:
        for compound in table.get(mention.best.id, ()) if mention.best.is_class else ():
            part = _other_part(compound, mention, analysis)
            if part is not None and mention not in found:
                made = PredicateMention(mention.start, mention.end, mention.surface, (compound.predicate,))
                found[mention] = made, part
    if not found:
        return analysis
    parts = {part for _, part in found.values()}
    return replace(
        analysis,
        mentions=tuple(m for m in analysis.mentions if m not in found),
        predicates=tuple(
            sorted((*_apart(analysis, parts), *(made for made, _ in found.values())), key=lambda p: p.start)
        ),
        rest=tuple(r for r in analysis.rest if not any(a <= r[0] and r[1] <= b for a, b in parts)),
    )


def _apart(analysis: Analysis, parts: set[tuple[int, int]]) -> list[PredicateMention]:
    """What else is named: neither the words that were put together nor texts across them."""
    return [p for p in analysis.predicates if not any(p.start < b and a < p.end for a, b in parts)]


def _other_part(compound: _Compound, mention: Mention, analysis: Analysis) -> tuple[int, int] | None:
    """Where the other part of the name stands: before the class in one clause, or right behind it."""
    text = analysis.text
    clause = max((m.end() for m in _STOP.finditer(text, 0, mention.start)), default=0)
    places = [
        (at, at + len(word))
        for word in compound.others
        for at in (_before(compound, word, text[: mention.start], clause), _behind(compound, word, mention, text))
        if at >= 0
    ]
    named = [m for m in analysis.mentions if not m.best.is_class]
    free = [(a, b) for a, b in places if not any(m.start < b and a < m.end for m in named)]
    return max(free, key=lambda p: p[1] - p[0], default=None)


def _before(compound: _Compound, word: str, said: str, clause: int) -> int:
    """什么类型的酒店: where the attribute's name begins with the class, the word before it has to be asked for;
    有接机服务的酒店 demands one."""
    at = said.rfind(word, clause)
    return at if compound.ends or _ASKED.search(said[:at]) else -1


def _behind(compound: _Compound, word: str, mention: Mention, text: str) -> int:
    """酒店有什么设施: only where the attribute's name begins with the class."""
    return -1 if compound.ends else text.find(word, mention.end, mention.end + NEAR + len(word))


@lru_cache(maxsize=4)
def _compounds(lexicon: Lexicon) -> dict[str, tuple[_Compound, ...]]:
    """By class the undeclared attributes whose names begin or end with its name."""
    found: dict[str, list[_Compound]] = {}
    loose = [p for p in lexicon.predicates if not lexicon.ontology.get(p).declared]
    for predicate in loose:
        name = fold(predicate).text
        for cut in range(1, len(name)):
            for part, other, ends in ((name[cut:], name[:cut], True), (name[:cut], name[cut:], False)):
                for info in lexicon.by_name(part):
                    if info.is_class and len(other) > 1:
                        words = tuple(dict.fromkeys((other, *group_words(other))))
                        found.setdefault(info.id, []).append(_Compound(predicate, ends, words))
    return {cls: tuple(compounds) for cls, compounds in found.items()}
