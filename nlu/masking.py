"""What the intent model sees: names become one of six kinds and figures one of six sorts, words stay words.

So neither a new product nor a foreign graph changes what the model was trained on. Training examples are
written with the same placeholders (`<产品>的年费是多少`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from kg.facts import EntityKind
from kg.lexicon.lexicon import Lexicon
from kg.lexicon.linker import link
from kg.lexicon.text import fold
from kg.value_parser import find_values
from kg.values import Kind

_NAMES = {
    EntityKind.PRODUCT: "kp",
    EntityKind.ORGANISATION: "ko",
    EntityKind.PERSON: "kr",
    EntityKind.REGULATION: "kl",
    EntityKind.TERM: "kt",
    EntityKind.OTHER: "kx",
}
_FIGURES = {  # kind → placeholder, word
    Kind.MONEY: ("金额", "vm"),
    Kind.PERCENT: ("利率", "vp"),
    Kind.TERM: ("期限", "vt"),
    Kind.DATE: ("日期", "vd"),
    Kind.COUNT: ("数目", "vn"),
    Kind.NUMBER: ("数目", "vn"),
}
TOKENS = {f"<{kind}>": token for kind, token in _NAMES.items()} | {f"<{n}>": t for n, t in _FIGURES.values()}
"""Placeholder as people write it → the one word that stands for it (short: it must not drown the character n-grams)."""

_PLACEHOLDER = re.compile("|".join(map(re.escape, TOKENS)))
_BY_WORDS = frozenset({EntityKind.TERM, EntityKind.OTHER})


@dataclass(frozen=True, slots=True)
class TaughtWords:
    """The texts the model was trained on, folded: a term that stands there (投诉, 利率) is a word, not a name."""

    text: str = ""

    @staticmethod
    def of(examples: Iterable[str]) -> TaughtWords:
        """From the training examples, placeholders left out."""
        return TaughtWords("\n".join(fold(_PLACEHOLDER.sub("\n", e)).text for e in examples))

    def __contains__(self, surface: str) -> bool:
        return fold(surface).text in self.text


def mask_example(example: str) -> str:
    """A training example as the model sees it: its placeholders filled, its figures masked; needs no graph."""
    return _masked(example, [(m.start(), m.end(), TOKENS[m.group()]) for m in _PLACEHOLDER.finditer(example)])


def mask_for_model(text: str, lexicon: Lexicon, taught: TaughtWords) -> str:
    """A customer's text as the model sees it."""
    names = link(text, lexicon, [(0, len(text))])  # the whole text is covered: no search for misspellings
    kept = [m for m in names if m.best.kind not in _BY_WORDS or m.surface not in taught]
    return _masked(text, [(m.start, m.end, _NAMES[m.best.kind]) for m in kept])


def _masked(text: str, spans: list[tuple[int, int, str]]) -> str:
    """`text` with the spans and the figures outside them replaced by their words."""
    for found in find_values(text):
        if found.value.kind in _FIGURES and not any(s < found.end and found.start < e for s, e, _ in spans):
            spans.append((found.start, found.end, _FIGURES[found.value.kind][1]))
    parts: list[str] = []
    at = 0
    for start, end, token in sorted(spans):
        parts += [text[at:start], f" {token} "]
        at = end
    return "".join([*parts, text[at:]])
