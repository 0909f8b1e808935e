"""Attributes asked beside the one that is named or likeliest: 额度 and 期限 in 优职贷的额度和期限, 年费 and 怎么减免.

A question is cut where it goes on (和, commas, blanks); a stretch that names nothing is ranked by itself, with the
question words that stand in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from kg.lexicon.lexicon import Lexicon
from nlu.analysis import ASKING, ENDS, Analysis
from nlu.predicates import chance, rank

_CUT = re.compile(r"[、，,；;。？?！!/＋+&]|\s{1,2}(?=\S)|还有|以及|同埋|加上|另外|顺便|和|跟|与|及")
SURELY = 0.6
"""Probability from which a stretch is taken to ask for an attribute of its own."""
LEAST = 2


def asked_beside(text: str, has: Sequence[str], analysis: Analysis, lexicon: Lexicon) -> Iterator[tuple[str, float]]:
    """(predicate, probability) of every stretch of `text` that asks for one; stretches that name a predicate are left
    out. `text` is the turn with names and figures blanked, offsets kept. Nothing where nothing parts the text."""
    stretches = list(_stretches(text, analysis.text))
    if len(stretches) < LEAST:
        return
    named = [p for p in analysis.predicates if not p.value]
    for start, end in stretches:
        if any(start < p.end and p.start < end for p in named):
            continue
        inside = [p for p in analysis.phrases if start <= p.start and p.end <= end]
        part = replace(analysis, cues=frozenset(p.label for p in inside if p.label in ASKING | ENDS))
        ranked = rank(text[start:end], has, lexicon, part)
        likely = chance(ranked, text[start:end], lexicon)
        if likely >= SURELY:
            yield ranked[0].predicate, likely


def _stretches(text: str, whole: str) -> Iterator[tuple[int, int]]:
    """The stretches of `text` between the cuts of the `whole`, names in it left alone, that have anything in them."""
    cuts = [m for m in _CUT.finditer(whole) if text[m.start() : m.end()] == m.group()]
    at = 0
    for match in (*cuts, None):
        end = match.start() if match else len(text)
        if len(text[at:end].strip()) >= LEAST:
            yield at, end
        at = match.end() if match else end
