"""Features of one question and one FAQ: what the FAQ ranker weighs (nlu.faq) and is fitted on (nlu.ranking.fit_faq)."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Indel

from nlu.meaning import concepts, senses, synonymous
from nlu.words import STOP, canonical, features, rarity, related_groups, words

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
    "meant",
    "meaning",
    "ideas",
    "idea_met",
)
MEANT_FEATURES = (*FEATURES, "near", "heart", "average", "said", "saying", "said_whole")
"""Besides these what vectors say: of sentences (nlu.faq_vectors), how near the nearest wording comes, the head of the
answer, and all wordings on average; of words (nlu.faq_words), how much of the question a wording says, of the wording
the question, and of the question the whole FAQ."""
_OF_ROW = ("union", "met", "covering", "meeting", "agreed", "cosine", "meant", "meaning")
CERTAINTY = ("support", "lead", "known", "content", "share", *_OF_ROW)
"""What decides whether the best FAQ is the one asked: its support and its lead over the second (log odds), the share of
the question's words that any FAQ has, how many characters of content it has at all, how much of the belief in all that
came near falls on the best, and how much each of the two explains of the other."""
MEANT_CERTAINTY = ("lead", "share")
THERE = ("support", "near", "heart", "content", "known")
"""Where vectors are heard these are two questions: whether the best is before the others, and whether the question has
an entry at all. How near the best is by itself differs from trade to trade, and misled where both were one."""
MOST_SUPPORT = 9.0
"""Log odds beyond which support and lead say nothing more."""
MOST_CONTENT = 12
MOST_BELIEF = 30.0
_FRAMING = (
    "什么 怎么 怎么办 怎样 如何 需要 可以 能 能不能 可不可以 哪里 哪些 多少 为什么 是不是 有没有 一个 这个 那个 想 要"
)
_FRAME = frozenset(_FRAMING.split())

Weight = Callable[[str], float]


@dataclass(frozen=True, slots=True)
class Wording:
    """A question or one of its wordings, prepared: folded with canonical words, its features with what each tells (idf
    among all wordings), the sum of these, its words of content, the groups of related words that it touches, and those
    of everyday words with what each tells."""

    canonical: str
    weights: Mapping[str, float]
    mass: float
    content: frozenset[str]
    groups: frozenset[str]
    senses: frozenset[str | int]
    ideas: Mapping[str, float]


def content_of(text: str) -> frozenset[str]:
    """The words of content of a text."""
    return frozenset(w for w in words(canonical(text)) if w not in STOP and w not in _FRAME)


def wording(text: str, weight: Weight, idea: Weight) -> Wording:
    """A text, prepared; `weight` is how much a feature tells, `idea` how much a group of everyday words does."""
    said = canonical(text)
    content = content_of(text)
    weights = {f: weight(f) for f in features(text)}
    known: frozenset[str | int] = frozenset().union(*(senses(w) for w in content))
    ideas = {group: idea(group) for group in concepts(text)}
    return Wording(said, weights, sum(weights.values()) or 1.0, content, related_groups(said), known, ideas)


@dataclass(frozen=True, slots=True)
class Entry:
    """What all wordings of a FAQ say together: their features, their words of content, and the groups of related words
    that they touch."""

    asked: frozenset[str]
    content: frozenset[str]
    groups: frozenset[str]
    senses: frozenset[str | int]


def entry(wordings: Sequence[Wording]) -> Entry:
    """A FAQ, prepared."""
    asked = frozenset().union(*(w.weights for w in wordings))
    content = frozenset().union(*(w.content for w in wordings))
    groups = frozenset().union(*(w.groups for w in wordings))
    return Entry(asked, content, groups, frozenset().union(*(w.senses for w in wordings)))


def pair(
    asked: Wording, near: Sequence[tuple[Wording, float]], whole: Entry, alike: float, ideas: float
) -> tuple[float, ...]:
    """Values of FEATURES for a question and a FAQ. `near` are the wordings of it that came nearest, with the cosine of
    each, `alike` the cosine with the whole of it, `ideas` that of the groups of everyday words."""
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
        meant(asked.content, whole.content, whole.senses),
        max(meant(w.content, asked.content, asked.senses) for w, _ in near),
        ideas,
        max(_share(w.ideas, asked.ideas) for w, _ in near),
    )


def certainty(
    odds: Sequence[float], rows: Sequence[Sequence[float]], asked: Wording, known: Collection[str]
) -> dict[str, float]:
    """Values of CERTAINTY, or of MEANT_CERTAINTY and THERE where rows are of MEANT_FEATURES, for the likeliest of the
    FAQs that came near: `odds` are the log odds of each and `rows` its features; `known` the words of the question that
    any FAQ has."""
    best = max(range(len(odds)), key=lambda i: odds[i])
    second = max((o for i, o in enumerate(odds) if i != best), default=-MOST_SUPPORT)
    return {
        **dict(zip(MEANT_FEATURES, rows[best], strict=False)),
        "support": max(odds[best], -MOST_SUPPORT),
        "lead": min(odds[best] - second, MOST_SUPPORT),
        "known": told(asked.content, known),
        "content": min(sum(map(len, asked.content)), MOST_CONTENT) / MOST_CONTENT,
        "share": 1.0 / sum(math.exp(max(o - odds[best], -MOST_BELIEF)) for o in odds),
    }


def told(content: Collection[str], others: Collection[str]) -> float:
    """Share of words of content, rare ones counting more, that stand among others; 0 where there are none."""
    weights = {w: rarity(w) * len(w) for w in content}
    return sum(weights[w] for w in weights if w in others) / (sum(weights.values()) or 1.0)


def meant(content: Collection[str], others: Collection[str], known: Collection[str | int]) -> float:
    """Like `told`, words that mean the same as one of the others counting as well."""
    weights = {w: rarity(w) * len(w) for w in content}
    met = sum(weights[w] for w in weights if w in others or not senses(w).isdisjoint(known))
    return met / (sum(weights.values()) or 1.0)


def agreement(one: frozenset[str], other: frozenset[str]) -> float:
    """Characters of the common words, doubled, of those of both."""
    total = sum(map(len, one)) + sum(map(len, other))
    return 2 * sum(map(len, one & other)) / total if total else 0.0


def _share(ideas: Mapping[str, float], others: Collection[str]) -> float:
    return sum(tells for group, tells in ideas.items() if group in others) / (sum(ideas.values()) or 1.0)


def _mass(asked: Wording, others: Collection[str]) -> float:
    return sum(tells for feature, tells in asked.weights.items() if feature in others)
