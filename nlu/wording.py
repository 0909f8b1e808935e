"""Wording: how near a text is to what the predicates of a graph are called, rare words counting more than common ones.

Weights are learned from the graph's own names and aliases (inverse predicate frequency), so that 积分 in a question
says more than 多少; words that only ask (phrases.yml) are light on any graph, also on one without aliases. The usual
ways of asking for an attribute without its name (askings.csv) are further forms, a little lighter.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from kg.facts import UNSPOKEN
from kg.lexicon.lexicon import Lexicon
from kg.lexicon.text import fold, sound_key
from nlu.askings import askings_of
from nlu.phrases import condition_words, words_of
from nlu.words import features, wide_features

ASKING = (
    "how_old", "how_long", "how_much", "when", "who", "where", "how", "why", "yes_no", "list", "filler", "define",
    "count",
)  # fmt: skip
_BASE = {"w": 1.0, "p": 1.0, "c": 0.4, "r": 1.0}
PAIR = 2
MAX_HEARD = 6
"""Characters up to which a name is listened for."""
LIGHT = 0.25
"""What a word that only asks weighs against a word of content."""
RECALL_SHARE = 0.4
"""Exponent of the form's own share in the geometric mean with the question's share."""


ASKED, ASKED_WHOLE = 0.9, 0.45
"""What a way of asking without the name counts against a name, and the share of it that must stand in the text."""


@dataclass(frozen=True, slots=True)
class Match:
    """The form of a predicate that is nearest to a text: `recall` is the share of the form that stands in the text,
    `coverage` the share of the text that the form explains, `wording` their weighted geometric mean (all 0–1)."""

    form: str
    wording: float
    recall: float
    coverage: float


@dataclass(frozen=True, slots=True)
class _Near:
    """What of a graph's forms is near to one text: `columns` hold row, wording, recall and coverage of every form that
    shares something, `places` where among them the best form of each predicate stands (by its number; -1: none)."""

    places: npt.NDArray[np.int64]
    columns: tuple[npt.NDArray[Any], ...]


class Wordings:
    """The names and aliases of all predicates of one lexicon, inverted by feature. Built once per lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        names = [p for p in dict.fromkeys((*lexicon.predicates, *lexicon.ontology.predicates)) if p not in UNSPOKEN]
        self._places: dict[str, tuple[int, int, int]] = {}
        self._forms: list[str] = []
        self._sounds: dict[str, tuple[tuple[str, str], ...]] = {}
        for name in names:
            aliases = lexicon.ontology.get(name).aliases
            called = dict.fromkeys((name, *aliases))
            first, asked = len(self._forms), dict.fromkeys(a for a in askings_of(name, aliases) if a not in called)
            self._forms.extend((*called, *asked))
            self._places[name] = (first, first + len(called), len(self._forms))
        of_forms = [wide_features(form) for form in self._forms]
        self._weights = self._learned(of_forms)
        self._unseen = math.log(len(names) + 2)
        self._mass = np.array([self.mass(found) or 1.0 for found in of_forms] or [1.0])
        # Ways of asking count only when most of one is said, and less than names.
        self._least, self._worth = np.zeros(len(self._mass)), np.ones(len(self._mass))
        self._numbers = {name: number for number, name in enumerate(self._places)}
        self._owner = np.zeros(len(self._mass), dtype=np.int64)
        for number, (first, named, last) in enumerate(self._places.values()):
            self._owner[first:last] = number
            self._least[named:last], self._worth[named:last] = ASKED_WHOLE, ASKED
        rows: dict[str, list[int]] = defaultdict(list)
        for row, found in enumerate(of_forms):
            for feature in found:
                rows[feature].append(row)
        self._rows = {feature: (np.array(numbers), self.weight(feature)) for feature, numbers in rows.items()}
        self._nearest = lru_cache(maxsize=256)(self._near)
        self._asking = lru_cache(maxsize=1024)(self._features_of)

    def _learned(self, of_forms: list[frozenset[str]]) -> dict[str, float]:
        """Weights by how many predicates are called with a feature; ways of asking do not make words lighter."""
        counts: Counter[str] = Counter()
        for first, named, _ in self._places.values():
            counts.update(frozenset().union(*of_forms[first:named]))
        total = len(self._places) + 1
        return {f: math.log(total / (n + 0.5)) + 0.05 for f, n in counts.items()}

    def weight(self, feature: str) -> float:
        """How much a feature says."""
        light = LIGHT if feature in light_features() else 1.0
        return _BASE[feature[0]] * light * max(0.05, self._weights.get(feature, self._unseen))

    def mass(self, found: Iterable[str]) -> float:
        """Weight of several features together."""
        return math.fsum(map(self.weight, found))  # a set has no order: an ordinary sum would differ from run to run

    def forms(self, predicate: str) -> list[str]:
        """The name and aliases of a predicate."""
        first, named, _ = self._places.get(predicate, (0, 0, 0))
        return self._forms[first:named]

    def asking(self, predicates: tuple[str, ...]) -> frozenset[str]:
        """Features of all that some predicates are called."""
        return self._asking(predicates)

    def match(self, text: str, predicate: str) -> Match | None:
        """The nearest form of a predicate, None when it shares nothing with the text."""
        near, number = self._nearest(text), self._numbers.get(predicate)
        at = -1 if number is None else int(near.places[number])
        if at < 0:
            return None
        row, wording, recall, coverage = near.columns
        return Match(self._forms[row[at]], float(wording[at]), float(recall[at]), float(coverage[at]))

    def heard(self, predicate: str, sounds: str, text: str) -> str:
        """A name of the predicate that is heard in `sounds`, the syllables of `text`, though written otherwise there:
        年废 for 年费. Empty when there is none."""
        named = self._sounds.get(predicate)
        if named is None:
            forms = (f for f in self.forms(predicate) if 2 <= len(f) <= MAX_HEARD)
            named = self._sounds[predicate] = tuple((form, "|" + sound_key(fold(form).text)) for form in forms)
        return next((form for form, sound in named if sound in sounds and form not in text), "")

    def best_anywhere(self, text: str) -> float:
        """The nearest wording that any predicate of the graph has."""
        return float(self._nearest(text).columns[1].max(initial=0.0))

    def _features_of(self, predicates: tuple[str, ...]) -> frozenset[str]:
        return frozenset().union(*(wide_features(form) for p in predicates for form in self.forms(p)))

    def _near(self, text: str) -> _Near:
        wanted = sorted(wide_features(text))
        known = [self._rows[feature] for feature in wanted if feature in self._rows]
        if not known:
            return _Near(np.full(len(self._places), -1), (np.zeros(0, dtype=np.int64), *[np.zeros(0)] * 3))
        weights = [weight for _, weight in known]
        total = math.fsum((*weights, *(self.weight(feature) for feature in wanted if feature not in self._rows)))
        each = np.array(weights).repeat([len(forms) for forms, _ in known])
        shared = np.bincount(np.concatenate([forms for forms, _ in known]), each, len(self._mass))
        found = (shared > 0).nonzero()[0]  # of truths faster than of figures
        recall = shared[found] / self._mass[found]
        kept = recall >= self._least[found]
        found, recall = found[kept], recall[kept]
        coverage = shared[found] / (total or 1.0)
        wording = recall**RECALL_SHARE * coverage ** (1 - RECALL_SHARE) * self._worth[found]
        return _Near(self._best_places(found, wording), (found, wording, recall, coverage))

    def _best_places(self, found: npt.NDArray[np.int64], wording: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
        """Of each predicate the place in `found`, which ascends, of its nearest form, of equals the first; else -1."""
        places = np.full(len(self._places), -1, dtype=np.int64)
        if len(found):
            owner = self._owner[found]
            starts = np.concatenate(([0], (owner[1:] != owner[:-1]).nonzero()[0] + 1))
            best = np.empty(len(self._places))
            best[owner[starts]] = np.maximum.reduceat(wording, starts)
            nearest = (wording == best[owner]).nonzero()[0][::-1]
            places[owner[nearest]] = nearest  # of several values for one place the last stays
        return places


@lru_cache(maxsize=4)
def wordings_of(lexicon: Lexicon) -> Wordings:
    """The wordings of a lexicon, built once."""
    return Wordings(lexicon)


@lru_cache(maxsize=1)
def light_features() -> frozenset[str]:
    """Features of the words that only ask."""
    framing = (*words_of(*ASKING), *condition_words("frame"))
    return frozenset(f for word in framing for f in features(word) if not f.startswith("p:") or len(word) == PAIR)


def is_content(text: str) -> bool:
    """Whether a text has words of content beside those that only ask."""
    return any(f.startswith("w:") for f in features(text) if f not in light_features())
