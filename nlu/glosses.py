"""Things of one name told apart in brackets: which one the words around the name mean.

Encyclopedias write 李宛(作家) and 李宛(羽毛球运动员); people say 作家李宛, 打羽毛球的李宛 or 李宛这个作家.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from kg.lexicon.forms import gloss_of
from kg.lexicon.linker import Mention
from kg.lexicon.text import fold

LEAST = 2
"""Characters of what stands in brackets that tell the thing."""
_BESIDE = re.compile(r"[打踢写唱拍演画]?(?P<said>.{2,20}?)(?:里|中)?的?[《“\"]?$")


def told_by_gloss(mention: Mention, text: str) -> Mention:
    """A mention with those candidates of whose brackets the most is said beside it, widened by such words right before
    it; the mention itself where nothing of the kind is said."""
    glosses = [gloss_of(c.name) for c in mention.candidates]
    if not any(glosses) or (len(glosses) == 1 and mention.how == "exact"):
        return mention
    around = f"{text[: mention.start]}\n{text[mention.end :]}"
    said = [_said(gloss, around) for gloss in glosses]
    most = max(said)
    if not most:
        return mention
    kept = [(c, g) for c, g, size in zip(mention.candidates, glosses, said, strict=True) if size == most]
    start = min(_begins(text, mention.start, gloss) for _, gloss in kept)
    surface = text[start : mention.end]
    return replace(mention, start=start, surface=surface, candidates=tuple(c for c, _ in kept))


def _said(gloss: str, around: str) -> int:
    """Characters of the longest part of a gloss that stands around a name; 0 where it is too short."""
    return max((len(piece) for piece in _pieces(gloss) if piece in around), default=0)


@lru_cache(maxsize=4096)
def _pieces(gloss: str) -> tuple[str, ...]:
    size = len(gloss)
    return tuple(gloss[a:b] for a in range(size) for b in range(a + LEAST, size + 1))


def _begins(text: str, at: int, gloss: str) -> int:
    """Where the words before a name begin that say what stands in its brackets."""
    found = _BESIDE.search(text[:at])
    if found is None:
        return at
    before, folded = found["said"], fold(gloss).text
    sizes = (n for n in range(len(before), LEAST - 1, -1) if fold(before[-n:]).text in folded)
    size = next(sizes, 0)
    if not size:
        return at
    start = found.start("said") + len(before) - size
    return found.start() if start == found.start("said") else start
