"""Cases that a question names and the graph does not know: 英镑, 三套房, 五类钱包, beside the ones that it does.

A case is known to be one by its likeness to known ones: a currency is one of the world's, an ordinal or letter stands
where known cases have another. Taken up as a qualifier, it keeps the figures of other cases from being the answer.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from kg.answering.binding import CURRENCY, HOME_CURRENCY, HOME_UNIT
from kg.facts import Qualifier
from kg.lexicon.text import fold
from kg.units import CURRENCY_NAMES
from kg.values import Kind, Op, Value
from nlu.analysis import Analysis

_FIGURE = "一二三四五六七八九十首0-9a-z"
_COUNTED = re.compile(f"[{_FIGURE}]")
_MEASURES = "个次年月天日周笔第每"
"""Words that count anything: 一个 is no case beside 首个."""
_GREATER = "超特加最"
ALIKE, SHORT = 3, 3
"""Cases with one last character that make it the mark of their kind, and the length up to which they are looked at."""
MOST_SIMILAR = 6
"""Characters of a case up to which another figure in it makes another case of the same kind."""


def unknown_currency(analysis: Analysis) -> Qualifier | None:
    """The currency named outside names and amounts, by its common name (美金 → 美元); None when there is none."""
    taken = [(m.start, m.end) for m in analysis.mentions] + [(v.start, v.end) for v in analysis.values]
    for match in _currencies().finditer(analysis.text):
        if not any(a < match.end() and match.start() < b for a, b in taken):
            name = CURRENCY_NAMES[match.group()]
            return Qualifier(CURRENCY, Op.EQ, Value(HOME_CURRENCY if name == HOME_UNIT else name, Kind.TEXT))
    return None


def unknown_kinds(analysis: Analysis, known: Sequence[tuple[str, str]]) -> Iterable[Qualifier]:
    """Cases of the text that differ from a known one (name, text) by a figure, letter or degree only."""
    text = fold(analysis.text).text
    cases = {fold(case).text for _, case in known}
    for name, case in known:
        pattern = _alike(fold(case).text)
        for match in pattern.finditer(text) if pattern is not None else ():
            if match.group() not in cases and not _within_a_name(match.group(), analysis):
                yield Qualifier(name, Op.EQ, Value(match.group(), Kind.TEXT))
    for name, ending in _shared_endings(tuple(known)):
        for match in re.finditer(f"[一-鿿]{{2}}{re.escape(ending)}", text):
            strange = any(a <= match.start() < b for a, b in analysis.rest)
            if strange and not any(match.group().endswith(case) for case in cases):
                yield Qualifier(name, Op.EQ, Value(match.group(), Kind.TEXT))


@lru_cache(maxsize=1024)
def _shared_endings(known: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """(name, last character) that at least three cases of one kind share: 小号, 中号, 大号, so 迷你号 is another."""
    plain = (
        (n, fold(case).text) for n, case in known if 1 < len(case) <= SHORT and not _COUNTED.search(fold(case).text)
    )
    found = Counter((name, case[-1]) for name, case in plain)
    return tuple(kind for kind, n in found.items() if n >= ALIKE and kind[1] not in _MEASURES)


@lru_cache(maxsize=1)
def _currencies() -> re.Pattern[str]:
    return re.compile("|".join(sorted(CURRENCY_NAMES, key=len, reverse=True)))


@lru_cache(maxsize=4096)
def _alike(case: str) -> re.Pattern[str] | None:
    """What differs from a case by its one figure or letter (二套 → 三套), or by a word of degree before it (超大号)."""
    said = _COUNTED.sub("", case)
    if len(case) > MOST_SIMILAR or not any("一" <= c <= "鿿" and c not in _MEASURES for c in said):
        return None
    if len(_COUNTED.findall(case)) == 1:
        return re.compile(_COUNTED.sub(f"[{_FIGURE}]", case))
    return re.compile(f"[{_GREATER}]{re.escape(case)}")


def _within_a_name(case: str, analysis: Analysis) -> bool:
    return any(case in fold(m.surface).text for m in analysis.mentions)
