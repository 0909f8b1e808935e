"""What is left out: 不要R3的, 除了定期存款以外, R4的基金，澄海家的不要."""

from __future__ import annotations

import re

from nlu.analysis import PUNCTUATION, Analysis

_BETWEEN = re.compile(r"(?:公司|银行|旗下|名下|产品|那家|[那这][些种]|[家发出管卖的些种类款只张个也就都全统一概])*")
"""What stands between a name or figure and the word behind it that leaves it out: 澄海家的不要."""
_ENDING = "了吧哈啊呀哦呢"


def excluded(start: int, end: int, analysis: Analysis) -> bool:
    """Whether what stands from `start` to `end` is left out by a word before it (不要, 除了) or right behind it."""
    for phrase in analysis.phrases:
        if phrase.label != "exclude":
            continue
        if phrase.inner and phrase.inner[0] <= start < phrase.inner[1]:
            return True
        if phrase.inner is None and 0 <= start - phrase.end <= 1:
            return True
    return excluded_behind(end, analysis)


def excluded_behind(end: int, analysis: Analysis) -> bool:
    """Whether a word right behind what ends at `end` leaves it out: 免年费的不算."""
    words = (p for p in analysis.phrases if p.label == "exclude" and p.inner is None and p.start >= end >= 0)
    closing = (p for p in words if _closes(p.end, analysis.text))
    return any(_BETWEEN.fullmatch(analysis.text, end, p.start) for p in closing)


def _closes(end: int, text: str) -> bool:
    """Whether nothing of the clause follows: a word that leaves out what comes after it has that behind it."""
    behind = text[end:].lstrip(_ENDING)
    return not behind or behind[0] in PUNCTUATION
