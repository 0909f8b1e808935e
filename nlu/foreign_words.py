"""English words inside a Chinese question: annual fee in 金卡的annual fee多少 is read as 年费, and said to be.

The encoder of sentences knows both languages. Compared are the predicates that the named things really have (those of
the graph, where nothing is named), and one of them has to lie clearly nearest.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from kg.answer import Assumed, Assumption
from kg.facts import DEFINITION, UNSPOKEN
from kg.lexicon.lexicon import Lexicon
from nlu.analysing import analyse
from nlu.analysis import Analysis
from nlu.encoder import KEPT, vector
from nlu.wording import wordings_of

SHORTEST = 3
"""Letters of a word that may be translated."""
MOST_NAMES = 2000
"""Names that are compared at most."""
AHEAD = 4000
"""Names that are encoded ahead: three seconds, and only where no file of vectors has them yet."""
LIKE, LEAD = 0.75, 0.05
"""Cosine from which a word is read as a name, and how much nearer that has to lie than those of other predicates."""
_WORDS = re.compile(r"(?<![A-Za-z])(?<![能以想会么何])(?<![能以想会么何]\s)[A-Za-z]+(?:[ '’-]+[A-Za-z]+)*")
"""Not behind 可以, 能, 想, 会, 怎么, 如何: there stands what somebody wants to do, and no attribute."""


def translated(analysis: Analysis, lexicon: Lexicon, today: date) -> Analysis:
    """The analysis of the text with its English words as the names of what they ask for, or the same where there are
    none, none that is clear, or an attribute is named in Chinese."""
    if any(p.named and not p.value for p in analysis.predicates):
        return analysis
    unexplained = {at for start, end in analysis.rest for at in range(start, end)}
    for found in reversed(list(_WORDS.finditer(analysis.text))):  # what is asked stands behind what it is asked of
        letters = [at for at in range(*found.span()) if analysis.text[at].isalpha()]
        if len(letters) < SHORTEST or not unexplained.issuperset(letters):
            continue
        name = _meant(found.group(), analysis, lexicon)
        if name:
            text = analysis.text[: found.start()] + name + analysis.text[found.end() :]
            assumed = (*analysis.misspelt, Assumption(Assumed.TRANSLATED, found.group(), name))
            return replace(analyse(text, lexicon, today), misspelt=assumed)
    return analysis


def prepare(lexicon: Lexicon) -> int:
    """Encodes what the predicates are called, the first AHEAD names, so that no turn works out the names of a thing: it
    would wait a tenth of a second. Says how many."""
    names = [form for p in lexicon.predicates if p not in UNSPOKEN for form in _forms(p, lexicon)][:AHEAD]
    KEPT.of(names)
    return len(names)


def _forms(predicate: str, lexicon: Lexicon) -> list[str]:
    return wordings_of(lexicon).forms(predicate) or [predicate]


def _meant(word: str, analysis: Analysis, lexicon: Lexicon) -> str:
    """The predicate whose name means what the word means; empty when none does, or several do about equally."""
    things = [c.id for m in analysis.mentions for c in m.candidates]
    had = [p for entity_id in things for p in lexicon.predicates_of(entity_id)] or list(lexicon.predicates)
    options = [p for p in dict.fromkeys(had) if p not in UNSPOKEN and p != DEFINITION]
    forms = {p: _forms(p, lexicon) for p in options}
    if not options or sum(map(len, forms.values())) > MOST_NAMES:
        return ""
    near = KEPT.of([form for own in forms.values() for form in own]) @ vector(word)
    starts = np.cumsum([0, *(len(own) for own in forms.values())])[:-1]
    return _nearest(options, np.maximum.reduceat(near, starts).tolist())


def _nearest(options: Sequence[str], cosines: Sequence[float]) -> str:
    best = max(range(len(options)), key=cosines.__getitem__)
    second = max((c for place, c in enumerate(cosines) if place != best), default=0.0)
    return options[best] if cosines[best] >= LIKE and cosines[best] - second >= LEAD else ""
