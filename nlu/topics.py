"""Topics: which matter a question is about when it names none (银行倒闭 → 存款保险).

The index holds names, aliases, situations and definitions of the entities that have situations or a
definition; the nearest few are offered to the parser, which asks what of them could answer.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache

from kg.facts import URGENT_STEPS
from kg.lexicon.lexicon import Lexicon
from nlu.retrieval import TextIndex
from nlu.words import features, wide_features

LIMIT = 12
TOPIC_FLOOR = 0.25
SHORT_TEXT = 12
CONTAINED = 0.7
"""Support of a situation that stands whole in the question (银行倒闭 in a long sentence)."""
SITUATION_WEIGHT, NAME_WEIGHT, DEFINITION_WEIGHT = 1.0, 0.9, 0.7


@dataclass(frozen=True, slots=True)
class Topic:
    """An entity that the question may be about, with support 0–1."""

    entity_id: str
    support: float


class TopicIndex:
    """Built once per lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        entries: list[tuple[str, str, float]] = []
        for text, entity_id in lexicon.situations():
            entries.append((text, entity_id, SITUATION_WEIGHT))
        matters = dict.fromkeys(e for _, e, _ in entries)
        for entity_id in matters:
            info = lexicon.entity(entity_id)
            if info is not None:
                entries.extend((name, entity_id, NAME_WEIGHT) for name in (info.name, *info.aliases))
                entries.append((lexicon.definition(entity_id), entity_id, DEFINITION_WEIGHT))
        self._entries = [e for e in entries if e[0]]
        self._index = TextIndex([text for text, _, _ in self._entries], wide_features)
        said: dict[str, set[str]] = defaultdict(set)
        for text, entity_id, weight in self._entries:
            if weight > DEFINITION_WEIGHT:
                said[entity_id] |= wide_features(text)
        self._words = frozenset(f for found in said.values() for f in found if f.startswith("w:"))
        self._said = {entity_id: frozenset(found) for entity_id, found in said.items()}

    def said_of(self, entity_id: str) -> frozenset[str]:
        """Features of the names and situations of a matter."""
        return self._said.get(entity_id, frozenset())

    def speaks_of(self, word: str) -> bool:
        """Whether a word stands in the name or situation of any matter (倒闭, 设立): it is then no part of a name."""
        return f"w:{word}" in self._words

    def find(self, text: str) -> list[Topic]:
        """The nearest topics, best first. A topic hit by several of its texts gains support."""
        scores: dict[str, list[float]] = defaultdict(list)
        asked = frozenset(features(text))
        for hit in self._index.search(text, LIMIT * 6):
            said, entity_id, weight = self._entries[hit.number]
            contained = self._index.recall(hit.number, asked) if len(said) <= SHORT_TEXT else 0.0
            scores[entity_id].append(max(hit.score, CONTAINED * contained**2) * weight)
        topics = [Topic(e, _joined(s)) for e, s in scores.items()]
        return sorted(topics, key=lambda t: -t.support)[:LIMIT]


class UrgentTopics:
    """Matters that have urgent steps, by their names and situations."""

    def __init__(self, lexicon: Lexicon) -> None:
        situations: dict[str, list[str]] = defaultdict(list)
        for text, entity_id in lexicon.situations():
            situations[entity_id].append(text)
        self._entries: list[tuple[str, str]] = []
        for entity_id, texts in situations.items():
            if URGENT_STEPS in lexicon.own_predicates(entity_id):
                info = lexicon.entity(entity_id)
                names = (info.name, *info.aliases) if info else ()
                self._entries.extend((text, entity_id) for text in (*names, *texts))
        self._index = TextIndex([text for text, _ in self._entries])

    def nearest(self, text: str) -> str:
        """Id of the nearest urgent matter, empty when none shares enough with the text."""
        hits = self._index.search(text, 1)
        return self._entries[hits[0].number][1] if hits and hits[0].score >= TOPIC_FLOOR else ""


@lru_cache(maxsize=4)
def urgent_topics(lexicon: Lexicon) -> UrgentTopics:
    """The urgent matters of a lexicon, built once."""
    return UrgentTopics(lexicon)


def _joined(scores: list[float]) -> float:
    """The best score, moved towards 1 by a share of the next two."""
    ordered = sorted(scores, reverse=True)
    support = ordered[0]
    for extra in ordered[1:3]:
        support += (1 - support) * extra * 0.35
    return support
