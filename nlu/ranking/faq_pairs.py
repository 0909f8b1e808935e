"""Features of one question and one FAQ: what the FAQ ranker weighs (nlu.faq) and is fitted on (nlu.ranking.fit_faq)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Indel

from nlu.meaning import synonymous
from nlu.words import STOP, features, finance_synonyms, rarity, related_groups, words

FEATURES = (
    "cosine",
    "order",
    "covered",
    "covering",
    "union",
    "agreed",
    "synonym",
    "related",
    "whole",
    "met",
    "meeting",
)
CERTAINTY = ("support", "lead", "union", "met", "known", "content")
"""What decides whether the best FAQ is the one asked: its support and its lead over the second (log odds), the share of
the question that its wordings explain, by features and by words of content, the share of these words that any FAQ has,
and how many characters of content the question has at all."""
MOST_SUPPORT = 9.0
"""Log odds beyond which support and lead say nothing more."""
MOST_CONTENT = 12
_FRAMING = (
    "什么 怎么 怎么办 怎样 如何 需要 可以 能 能不能 可不可以 哪里 哪些 多少 为什么 是不是 有没有 一个 这个 那个 想 要"
)
_FRAME = frozenset(_FRAMING.split())

Weight = Callable[[str], float]


@dataclass(frozen=True, slots=True)
class Wording:
    """A question or one of its wordings, prepared: folded with canonical words, its features with what each tells (idf
    among all wordings), the sum of these, its words of content, the groups of related words that it touches."""

    canonical: str
    weights: Mapping[str, float]
    mass: float
    content: frozenset[str]
    groups: frozenset[str]


def wording(text: str, weight: Weight) -> Wording:
    """A text, prepared; `weight` is how much a feature tells."""
    canonical = finance_synonyms().canonical(text)
    content = frozenset(w for w in words(canonical) if w not in STOP and w not in _FRAME)
    weights = {f: weight(f) for f in features(text)}
    return Wording(canonical, weights, sum(weights.values()) or 1.0, content, related_groups(canonical))


@dataclass(frozen=True, slots=True)
class Entry:
    """What all wordings of a FAQ say together: their features, their words of content, and the groups of related words
    that they touch."""

    asked: frozenset[str]
    content: frozenset[str]
    groups: frozenset[str]


def entry(wordings: Sequence[Wording]) -> Entry:
    """A FAQ, prepared."""
    asked = frozenset().union(*(w.weights for w in wordings))
    content = frozenset().union(*(w.content for w in wordings))
    groups = frozenset().union(*(w.groups for w in wordings))
    return Entry(asked, content, groups)


def pair(asked: Wording, near: Sequence[tuple[Wording, float]], whole: Entry, alike: float) -> tuple[float, ...]:
    """Values of FEATURES for a question and a FAQ. `near` are the wordings of it that came nearest, with the cosine of
    each, `alike` the cosine with the whole of it."""
    shared = [(_mass(asked, w.weights), w.mass) for w, _ in near]
    return (
        max(cosine for _, cosine in near),
        max(Indel.normalized_similarity(asked.canonical, w.canonical) for w, _ in near),
        max(common for common, _ in shared) / asked.mass,
        max(common / own for common, own in shared),
        _mass(asked, whole.asked) / asked.mass,
        max(agreement(asked.content, w.content) for w, _ in near),
        synonymous(whole.content, asked.content),
        len(asked.groups & whole.groups) / len(asked.groups) if asked.groups else 0.0,
        alike,
        told(asked.content, whole.content),
        max(told(w.content, asked.content) for w, _ in near),
    )


def certainty(
    odds: Sequence[float], best: int, row: Sequence[float], asked: Wording, known: Collection[str]
) -> tuple[float, ...]:
    """Values of CERTAINTY for the FAQ at `best` with features `row`; `odds` are the log odds of all that came near,
    `known` the words of the question that any FAQ has."""
    second = max((o for i, o in enumerate(odds) if i != best), default=-MOST_SUPPORT)
    content = min(sum(map(len, asked.content)), MOST_CONTENT) / MOST_CONTENT
    return (
        max(odds[best], -MOST_SUPPORT),
        min(odds[best] - second, MOST_SUPPORT),
        row[FEATURES.index("union")],
        row[FEATURES.index("met")],
        told(asked.content, known),
        content,
    )


def told(content: Collection[str], others: Collection[str]) -> float:
    """Share of words of content, rare ones counting more, that stand among others; 0 where there are none."""
    weights = {w: rarity(w) * len(w) for w in content}
    return sum(weights[w] for w in weights if w in others) / (sum(weights.values()) or 1.0)


def agreement(one: frozenset[str], other: frozenset[str]) -> float:
    """Characters of the common words, doubled, of those of both."""
    total = sum(map(len, one)) + sum(map(len, other))
    return 2 * sum(map(len, one & other)) / total if total else 0.0


def _mass(asked: Wording, others: Collection[str]) -> float:
    return sum(tells for feature, tells in asked.weights.items() if feature in others)
