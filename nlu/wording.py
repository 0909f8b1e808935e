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
TEXTS_KEPT = 64
"""Texts whose nearest forms are kept: a turn asks again for the same few."""
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
    """How near all forms of a graph are to one text: `shared` is the weight of what each has in common with it,
    `scores` their wordings up to a factor, `best` the greatest wording of each predicate (by its number); `total` is
    the weight of the text. `matches` keeps what was asked of it."""

    shared: npt.NDArray[np.float64]
    scores: npt.NDArray[np.float64]
    best: list[float]
    total: float
    matches: dict[int, Match]


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
        self._numbers = {name: number for number, name in enumerate(self._places)}
        self._spans = list(self._places.values())
        self._starts = np.array([first for first, _, _ in self._spans] or [0])
        # Ways of asking count only when most of one is said, and less than names.
        self._least, worth = np.full(len(self._mass), np.finfo(float).tiny), np.ones(len(self._mass))
        for _, named, last in self._spans:
            self._least[named:last], worth[named:last] = ASKED_WHOLE * self._mass[named:last], ASKED
        self._scale = worth / self._mass**RECALL_SHARE
        rows: dict[str, list[int]] = defaultdict(list)
        for row, found in enumerate(of_forms):
            for feature in found:
                rows[feature].append(row)
        self._rows = {
            feature: (np.array(numbers), np.full(len(numbers), self.weight(feature)), self.weight(feature))
            for feature, numbers in rows.items()
        }
        self._nearest = lru_cache(maxsize=TEXTS_KEPT)(self._near)
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
        if number is None or not near.best[number]:
            return None
        if number not in near.matches:
            near.matches[number] = self._match(near, number)
        return near.matches[number]

    def _match(self, near: _Near, number: int) -> Match:
        """The first of the nearest forms of a predicate that has any."""
        first, _, last = self._spans[number]
        row = first + int(near.scores[first:last].argmax())
        shared = float(near.shared[row])
        return Match(self._forms[row], near.best[number], shared / float(self._mass[row]), shared / near.total)

    def most_recalled(self, text: str, predicates: Iterable[str]) -> float:
        """Of all forms of some predicates the greatest share that stands in the text."""
        near = self._nearest(text)
        numbers = (self._numbers[p] for p in predicates if p in self._numbers)
        spans = [self._spans[number] for number in numbers if near.best[number]]
        return max((float((near.shared[a:b] / self._mass[a:b]).max()) for a, _, b in spans), default=0.0)

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
        return max(self._nearest(text).best, default=0.0)

    def _features_of(self, predicates: tuple[str, ...]) -> frozenset[str]:
        return frozenset().union(*(wide_features(form) for p in predicates for form in self.forms(p)))

    def _near(self, text: str) -> _Near:
        wanted = sorted(wide_features(text))
        known = [self._rows[feature] for feature in wanted if feature in self._rows]
        if not known:
            nothing = np.zeros(len(self._mass))
            return _Near(nothing, nothing, [0.0] * len(self._spans), 1.0, {})
        weights = (weight for _, _, weight in known)
        total = math.fsum((*weights, *(self.weight(feature) for feature in wanted if feature not in self._rows))) or 1.0
        rows, each = np.concatenate([r for r, _, _ in known]), np.concatenate([w for _, w, _ in known])
        shared = np.bincount(rows, each, len(self._mass)).astype(np.float64, copy=False)
        # recall ** a * coverage ** (1 - a) = shared / mass ** a / total ** (1 - a): no power of every form
        scores, unit = shared * self._scale * (shared >= self._least), total ** (RECALL_SHARE - 1)
        best = np.maximum.reduceat(scores, self._starts) * unit
        return _Near(shared, scores, best.tolist(), total, {})


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
