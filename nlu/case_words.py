"""Cases in other words: 手机上 for 渠道=手机银行, 国外取 for 渠道=境外ATM.

A case is said by a synonym of it, or by the part of it that tells it from others of its name, where these end alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from nlu.words import finance_synonyms

SHORTEST = 2
"""Characters of a shared ending, and of what is left before it."""


def said_in_other_words(text: str, known: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The cases (name, text) of `known` that are said in `text`, names of things blanked, by synonym or in part; longer
    ones first, each stretch of the text once."""
    said = finance_synonyms().canonical(text)
    for words, case in _forms(tuple(known)):
        if words in said:
            yield case
            said = said.replace(words, " ")


@lru_cache(maxsize=512)
def _forms(known: tuple[tuple[str, str], ...]) -> tuple[tuple[str, tuple[str, str]], ...]:
    whole = {case: finance_synonyms().canonical(case[1]) for case in known}
    parts = {case: _telling(case, whole) for case in whole}
    forms = [(words, case) for case, words in whole.items()]
    forms += [(part, case) for case, part in parts.items() if part and list(parts.values()).count(part) == 1]
    return tuple(sorted(forms, key=lambda f: -len(f[0])))


def _telling(case: tuple[str, str], whole: dict[tuple[str, str], str]) -> str:
    """境外 of 境外ATM beside 本行ATM: what stands before an ending that another case of the name has, empty without."""
    name, own = case[0], whole[case]
    endings = [_shared(own, text) for other, text in whole.items() if other[0] == name and text != own]
    longest = max(endings, default=0)
    part = own[: len(own) - longest] if longest >= SHORTEST else ""
    return part if len(part) >= SHORTEST else ""


def _shared(one: str, other: str) -> int:
    """How many characters two texts end with in common."""
    size = 0
    while size < min(len(one), len(other)) and one[-1 - size] == other[-1 - size]:
        size += 1
    return size
