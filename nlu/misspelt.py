"""Misspelt attributes and question words: 申够费, 授续费, 管里费, 能借多旧.

Names have a spelling correction of their own (kg.lexicon.fuzzy). Here a stretch that nothing explains is compared by
sound with what the predicates of the graph are called and with the words that ask: one sign or two of the same sound
in the place of another. Ordinary words stay what they are. A term that was found so, and is the name of an attribute as
well, is written out, for the attribute to be found.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import chain

from kg.answer import Assumed, Assumption
from kg.answering.binding import HOME_UNIT
from kg.facts import UNSPOKEN, EntityKind
from kg.lexicon.fuzzy import is_word
from kg.lexicon.lexicon import Lexicon
from kg.lexicon.text import fold, is_chinese, sound_key
from kg.units import CURRENCY_NAMES, CURRENCY_SIGNS
from nlu.analysing import analyse
from nlu.analysis import ASKING, ENDS, FILLER, Analysis
from nlu.phrases import words_of
from nlu.wording import wordings_of
from nlu.words import edges

SHORTEST, LONGEST = 2, 7
OTHERS, OTHERS_FROM = 2, 4
"""Signs written otherwise in one word, and the length from which there may be more than one."""
ONE_WORD = 2
"""Edges of a text that is one ordinary word."""
NAMED_FROM = 4
"""Signs from which a name is no part of a misspelt word."""
MOST_ROUNDS = 3
_UNITS = "岁元年月天号期"
"""Signs that follow a figure and are heard as such: 48随."""
_ENDING, _FOR_ENDING = "吗", "马码"


@dataclass(frozen=True, slots=True)
class _Word:
    """A word that may have been meant; `told` when it names something, so that the reading has to be said."""

    text: str
    told: bool


@dataclass(frozen=True, slots=True)
class _Slip:
    """A stretch that was meant otherwise, and how it was misspelt."""

    start: int
    end: int
    word: _Word
    how: Assumed = Assumed.HOMOPHONE


def corrected(analysis: Analysis, lexicon: Lexicon, today: date) -> Analysis:
    """The analysis of the text with its misspelt words put right, or the same where there are none."""
    assumed: list[Assumption] = []
    for _ in range(MOST_ROUNDS):
        slip = _first_slip(analysis, lexicon)
        if slip is None:
            break
        text = analysis.text
        better = analyse(text[: slip.start] + slip.word.text + text[slip.end :], lexicon, today)
        if _things(better) < _things(analysis):
            break
        if slip.word.told:
            assumed.append(Assumption(slip.how, text[slip.start : slip.end], slip.word.text))
        analysis = better
    return replace(analysis, misspelt=tuple(assumed)) if assumed else analysis


def _things(analysis: Analysis) -> int:
    return sum(m.best.kind is not EntityKind.TERM for m in analysis.mentions)


def _first_slip(analysis: Analysis, lexicon: Lexicon) -> _Slip | None:
    """The longest word that may have been meant where something is unexplained."""
    terms = _terms(analysis, lexicon)
    found = [
        *terms,
        *_currencies(analysis),
        *(slip for start, end in analysis.rest for slip in _slips(analysis, start, end, lexicon)),
    ]
    return max(found, key=lambda s: (len(s.word.text), -s.start), default=None)


def _terms(analysis: Analysis, lexicon: Lexicon) -> Iterator[_Slip]:
    """Misspelt terms that are also what an attribute is called."""
    for mention in analysis.mentions:
        near = mention.how in (Assumed.HOMOPHONE, Assumed.TYPO) and mention.best.kind is EntityKind.TERM
        if not near or fold(mention.best.name).text not in lexicon.predicate_trie:
            continue
        if {mention.start, mention.end} <= _edges(analysis):
            yield _Slip(mention.start, mention.end, _Word(mention.best.name, told=True), Assumed(mention.how))


def _currencies(analysis: Analysis) -> Iterator[_Slip]:
    """Currencies by another than their common name (美金, USD) where nothing else explains them."""
    for start, end in analysis.rest:
        said = fold(analysis.text[start:end]).text
        common = CURRENCY_NAMES.get(said) or CURRENCY_SIGNS.get(said.upper(), "")
        if end - start >= SHORTEST and common not in ("", said, HOME_UNIT):
            yield _Slip(start, end, _Word(common, told=False))


def _slips(analysis: Analysis, first: int, last: int, lexicon: Lexicon) -> Iterator[_Slip]:
    """Stretches of whole words that sound like a word and differ from it in what is unexplained from `first` to
    `last` alone."""
    text, known = analysis.text, _vocabulary(lexicon)
    between = sorted(_edges(analysis))
    named = [(m.start, m.end) for m in analysis.mentions if m.end - m.start >= NAMED_FROM]
    for start in (e for e in between if first - LONGEST < e < last):
        for end in (e for e in between if max(start + SHORTEST, first + 1) <= e <= start + LONGEST):
            part = text[start:end]
            word = None if any(a < end and start < b for a, b in named) else known.alike(part, at_end=end == len(text))
            if word is None or (len(edges(part)) == ONE_WORD if word.told else is_word(part)):
                continue
            changed = (start + i for i, (a, b) in enumerate(zip(part, word.text, strict=True)) if a != b)
            if all(first <= i < last for i in changed):
                yield _Slip(start, end, word)
    yield from _single_signs(text, first, last)


def _edges(analysis: Analysis) -> set[int]:
    """The places between words, names, figures and phrases."""
    names = ((m.start, m.end) for m in analysis.mentions if m.exact)
    figures = ((v.start, v.end) for v in analysis.values)
    phrases = ((p.start, p.end) for p in analysis.phrases)
    return {*edges(analysis.text), *chain.from_iterable((*names, *figures, *phrases))}


def _single_signs(text: str, first: int, last: int) -> Iterator[_Slip]:
    """A unit behind a figure, and the particle of a question at the end."""
    for at in (i for i in range(first, last) if last - first == 1):
        heard = sound_key(text[at])
        meant = next((u for u in _UNITS if sound_key(u) == heard), "") if at and text[at - 1].isdigit() else ""
        if 0 < at == len(text) - 1 and text[at] in _FOR_ENDING and at in edges(text):
            meant = _ENDING
        if meant and meant != text[at]:
            yield _Slip(at, at + 1, _Word(meant, told=False))


class _Vocabulary:
    """What may have been meant, by its sound."""

    def __init__(self, words: Iterable[_Word]) -> None:
        self._by_sound: dict[str, _Word] = {}
        known = [w for w in words if SHORTEST <= len(w.text) <= LONGEST and all(map(is_chinese, w.text))]
        for word in known:
            self._by_sound.setdefault(sound_key(word.text), word)
        self._words = frozenset(w.text for w in known)

    def alike(self, part: str, at_end: bool) -> _Word | None:
        """The word that sounds like a stretch and is written with one other sign, or two if it is long; a short word
        that only asks is heard at the end of the turn."""
        word = self._by_sound.get(sound_key(part))
        if word is None or part in self._words or not (word.told or at_end or len(part) > SHORTEST):
            return None
        others = sum(a != b for a, b in zip(part, word.text, strict=True))
        return word if others <= (OTHERS if len(part) >= OTHERS_FROM else 1) else None


def prepare(lexicon: Lexicon) -> None:
    """Build what is looked up, so that no turn waits for it."""
    _vocabulary(lexicon)


@lru_cache(maxsize=4)
def _vocabulary(lexicon: Lexicon) -> _Vocabulary:
    """The names of what is declared or said of anything, and the words that ask."""
    wordings = wordings_of(lexicon)
    names = [p for p in dict.fromkeys((*lexicon.predicates, *lexicon.ontology.predicates)) if p not in UNSPOKEN]
    forms = dict.fromkeys(form for name in names for form in wordings.forms(name))
    asking = dict.fromkeys(words_of(*sorted((ASKING | ENDS) - {FILLER})))
    named = (_Word(f, told=True) for f in forms if not any(a in f for a in asking))
    return _Vocabulary([*named, *(_Word(a, told=False) for a in asking)])
