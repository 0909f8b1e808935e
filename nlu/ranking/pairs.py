"""Features of one question and one predicate: what the ranker weighs (nlu.predicates) and is fitted on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from kg.lexicon.text import fold, sound_key
from nlu.encoder import KEPT, vector
from nlu.meaning import Related, related, synonymous
from nlu.words import STOP, features, words

FEATURES = (
    "covered",
    "covering",
    "cover",
    "cue",
    "both",
    "synonym",
    "named",
    "last",
    "left",
    "fits",
    "sole",
    "misfits",
    "telling",
    "only",
    "alone",
    "whole",
)
"""What is seen in the words alone."""
SENSE = (*FEATURES, "cosine")
"""What is weighed where the words leave a doubt: also how near the question comes to the name, by sentence vectors."""
CERTAINTY = ("support", "lead", "left")
"""What decides whether the best predicate is taken: its own support and its lead over the second (log odds), and the
share of the question's words that it does not account for."""
MOST_SUPPORT = 9.0
"""Log odds beyond which support and lead say nothing more."""
HALF = 0.3
"""Share of a name that a group's word must fill to be asked for alone."""
HEARD = 0.8
"""Share of its name that a predicate counts as written with when it is heard but written otherwise: 年废 for 年费."""
_LIGHT = STOP | frozenset("都能会来过着")
"""Characters that say nothing of what is asked, whatever stands beside them."""
_OF_THE_THING = "它的{}"
"""How a name is put to the encoder: as something that a thing has it is better told from others than alone."""
_GAP = re.compile(r"[\s《》「」『』“”\"]+(?![a-zA-Z])")
"""What stays where the name of a thing was taken out of a question; between English words one blank is kept."""
_WEIGHTS = {"w": 2.0, "p": 1.0, "c": 0.5}


@dataclass(frozen=True, slots=True)
class Asking:
    """The words of a question that may ask for a predicate, prepared once for all predicates.

    `text` is the question without names and figures, `content` also without question words and courtesies.
    """

    text: str
    features: frozenset[str]
    mass: float
    words: tuple[str, ...]
    sounds: str
    folded: str
    left: int
    weighty: int
    """Characters of the text, question words among them, that say something."""


@lru_cache(maxsize=1024)
def asking(text: str, content: str) -> Asking:
    """A question, prepared."""
    found = frozenset(features(content))
    folded = fold(content).text
    said = tuple(w for w in words(content) if w not in STOP)
    left = sum(map(len, said))
    return Asking(text, found, mass(found), said, "|" + sound_key(folded), folded, left, _weighty(text))


def _weighty(text: str) -> int:
    return sum(1 for char in text if char.isalnum() and char not in _LIGHT)


def content_of(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """`text` with all but the spans blanked."""
    shown = {i for start, end in spans for i in range(start, end)}
    return "".join(char if i in shown else " " for i, char in enumerate(text))


def mass(items: frozenset[str]) -> float:
    """Weight of a set of features: words, pairs, characters."""
    return sum(_WEIGHTS[i[0]] for i in items)


@lru_cache(maxsize=32768)
def _named(form: str) -> tuple[frozenset[str], float, tuple[str, ...], str, str]:
    found = frozenset(features(form))
    return found, mass(found), words(form), "|" + sound_key(fold(form).text), fold(form).text


def told(asked: Asking, form: str, meant: Related | None = None) -> int:
    """Characters of the question's content that a predicate of this name accounts for."""
    folded, cue = fold(form).text, (related(asked.text, form) if meant is None else meant).words
    return sum(len(w) for w in asked.words if w in cue or 2 * sum(c in folded for c in w) >= len(w))


def telling(asked: Asking, forms: Sequence[str]) -> list[int]:
    """For each of several names how many characters of the question's content stand in it and in none of the others:
    飞 of 第一次飞 tells 首飞时间 where nothing else has to do with flying."""
    said = set("".join(asked.words)) - STOP
    folded = [set(fold(form).text) for form in forms]
    found = Counter(c for chars in folded for c in chars)
    return [sum(1 for c in chars & said if found[c] == 1) for chars in folded]


def meanings(asked: Asking, forms: Sequence[str], *, grouped: bool = True) -> list[tuple[Related, float]]:
    """For each of several names how the question's everyday words ask for it, and its share in what they ask for.
    Without `grouped` the groups of everyday words are not looked at."""
    found = [related(asked.text, form) if grouped else Related() for form in forms]
    total = sum(f.cover * f.cue for f in found)
    return [(f, f.cover * f.cue / total if total else 0.0) for f in found]


def pair(
    asked: Asking, form: str, fits: float, rivals: int, *, told_by: int = 0, meaning: tuple[Related, float]
) -> tuple[float, ...]:
    """Values of FEATURES for one name of a predicate; `fits` is nlu.answer_types.fits of the predicate, `rivals` of
    how many options that is 1, `told_by` how many characters tell it from the others (`telling`), `meaning` what
    `meanings` says of it."""
    own, own_mass, own_words, sound, folded = _named(form)
    shared = mass(own & asked.features)
    meant, share = meaning
    alike = synonymous(asked.words, own_words)
    last = own_words[-1] if own_words else ""
    return (
        max(shared / own_mass if own_mass else 0.0, HEARD * (len(form) >= 2 and sound in asked.sounds)),
        shared / asked.mass if asked.mass else 0.0,
        meant.cover,
        meant.cue,
        meant.cover * meant.cue,
        alike,
        float(len(folded) >= 2 and folded in asked.folded),
        float(len(last) > 1 and last in asked.words),
        1.0 - told(asked, form, meant) / asked.left if asked.left else 0.0,
        float(fits > 0),
        1.0 / rivals if fits > 0 else 0.0,
        float(fits < 0),
        float(told_by > 0),
        min(1.0, told_by / len(folded)) if folded else 0.0,
        share if meant.cover > HALF else 0.0,
        meant.cover * min(1.0, _weighty(meant.words) / asked.weighty) if asked.weighty else 0.0,
    )


def cosines(asked: Asking, forms: Sequence[str]) -> list[float]:
    """For each of several names how near the question comes to it in meaning, −1 to 1."""
    said = vector(_GAP.sub("", asked.text))
    return [float(near) for near in KEPT.of([_OF_THE_THING.format(form) for form in forms]) @ said]


def certainty(odds: Sequence[float], best: int, left: float) -> tuple[float, ...]:
    """Values of CERTAINTY for the option at `best`; `odds` are the log odds of all options."""
    second = max((o for i, o in enumerate(odds) if i != best), default=-MOST_SUPPORT)
    return max(odds[best], -MOST_SUPPORT), min(odds[best] - second, MOST_SUPPORT), left
