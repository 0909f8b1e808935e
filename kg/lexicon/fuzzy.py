"""Names that were meant but not written: typed in pinyin or initials, heard alike, cut short, or misspelt.

A number or letter in a name is never guessed: 稳盈1号 is no misspelling of 稳盈2号, 四类户 none of 三类户. Common words
are no misspellings of names.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, islice

import jieba
from rapidfuzz.distance import Levenshtein

from kg.lexicon.forms import LATIN_FULL
from kg.lexicon.lexicon import Lexicon
from kg.lexicon.text import cuts_number, is_chinese, sound_key

_LATIN = re.compile(r"[a-z][a-z0-9]*")
_NUMBERS = re.compile(r"[\da-z一二三四五六七八九十百千]+")
MIN_LATIN_FULL = 5
MIN_LATIN_INITIALS = 3
MIN_NEAR = 3
TWO_ERRORS_FROM = 6
FUNCTION_WORDS = frozenset("的了吗呢是在和与或有个这那哪我你他吧啊呀哦也都就还要能会")
POSTING_CAP = 20000
SHORTLIST = 60
NEAR_MARGIN = 0.12
MAX_CANDIDATES = 5
MIN_BEGUN = 4
"""Characters from which the beginning of a name may stand for it."""
FEW_BEGUN = 8
"""Names that are looked at for one beginning; each is one of the forms of the same thing."""
BEGUN = 0.9
COMMON_CHARACTER = 500
"""Count in jieba's dictionary from which a single character is a word of its own (能, 转)."""


@dataclass(frozen=True, slots=True)
class NearName:
    """A stretch of the folded text and the rows (entity, score) it may mean, best first."""

    start: int
    end: int
    rows: tuple[tuple[int, float], ...]
    how: str


def near_latin(text: str, lexicon: Lexicon) -> list[NearName]:
    """Names typed in pinyin (wenying1hao) or initials (wy1h): a whole run of Latin letters and digits."""
    found: list[NearName] = []
    for match in _LATIN.finditer(text):
        run = match.group()
        rows = lexicon.latin_trie.get(run) or []
        full = tuple(dict.fromkeys((e, 1.0) for e, how in rows if how == LATIN_FULL))
        initials = tuple(dict.fromkeys((e, 0.9) for e, how in rows if how != LATIN_FULL))
        if full and len(run) >= MIN_LATIN_FULL:
            found.append(NearName(match.start(), match.end(), full[:MAX_CANDIDATES], "pinyin"))
        elif initials and len(run) >= MIN_LATIN_INITIALS:
            found.append(NearName(match.start(), match.end(), initials[:MAX_CANDIDATES], "initials"))
    return found


def near_sounds(text: str, lexicon: Lexicon) -> list[NearName]:
    """Names that sound like a stretch of the text: 文盈1号 for 稳盈1号."""
    best: list[NearName] = []
    for start in range(len(text)):
        key = sound_key(text[start : start + 40])
        names = lexicon.sound_trie.prefixes(key)
        for name in sorted(names, key=len, reverse=True):
            rows = lexicon.sound_trie[name]
            length = rows[0][1]
            written = text[start : start + length]
            if cuts_number(text, start) or cuts_number(text, start + length) or written in lexicon.name_trie:
                continue  # a name as written was weighed, and refused, before
            if length >= MIN_NEAR and (length > MIN_NEAR or not is_word(written)):
                entities = tuple(dict.fromkeys((e, 0.9) for e, _ in rows))
                best.append(NearName(start, start + length, entities[:MAX_CANDIDATES], "homophone"))
                break
    return _without_overlap(best)


def near_beginnings(text: str, lexicon: Lexicon) -> list[NearName]:
    """Names of which only the beginning is said, where what is left out is ordinary words and nothing else begins so:
    临州猎隼 for 临州猎隼足球俱乐部."""
    found: list[NearName] = []
    ends = None
    for start in range(len(text) - MIN_BEGUN + 1):
        if not _begins_a_name(text[start : start + MIN_BEGUN], lexicon):
            continue
        ends = ends or _edges(text)
        size = max((n for n in ends if n - start >= MIN_BEGUN and _begins_a_name(text[start:n], lexicon)), default=0)
        rows = _only_begun(text, start, size, lexicon) if start in ends and size else ()
        if rows:
            found.append(NearName(start, size, rows, "typo"))
    return _without_overlap(found)


def _begins_a_name(head: str, lexicon: Lexicon) -> bool:
    return next(iter(lexicon.name_trie.iterkeys(head)), None) is not None


def _only_begun(text: str, start: int, end: int, lexicon: Lexicon) -> tuple[tuple[int, float], ...]:
    """The one thing whose names begin with a part of the text, unless what follows shows that another is named. Who
    declared what a thing has also gave it the names it is called by."""
    head = text[start:end]
    names = list(islice(lexicon.name_trie.iterkeys(head), FEW_BEGUN))
    entities = {row for name in names for row, _ in lexicon.name_trie[name]}
    tails = [name[len(head) :] for name in names]
    if len(entities) != 1 or not all(len(tail) >= 2 and is_word(tail) for tail in tails):
        return ()
    if any(lexicon.ontology.get(p).declared for row in entities for p in lexicon.own_predicates(lexicon.ids[row])):
        return ()
    if any(tail[-2:] in text[end : end + MIN_BEGUN + len(tail)] for tail in tails) or _NUMBERS.search("".join(tails)):
        return ()
    whole = all(len(head) in _edges(name) for name in names)
    return tuple((int(row), BEGUN) for row in entities) if whole else ()


def _edges(text: str) -> set[int]:
    """The places between the words of a text, its beginning and end included."""
    return {0, *accumulate(map(len, jieba.lcut(text, HMM=False)))}


def near_spellings(text: str, lexicon: Lexicon) -> list[NearName]:
    """Names within one error of a stretch of the text, two for names of six characters and more."""
    found: list[NearName] = []
    for form_number in _shortlist(text, lexicon):
        form = lexicon.forms[form_number]
        window = _closest_window(text, form) if form not in text else None
        if window is not None:
            start, end, distance = window
            score = 1.0 - distance / len(form)
            found.append(NearName(start, end, ((int(lexicon.form_entities[form_number]), score),), "typo"))
    return _join_same_place(found)


def _shortlist(text: str, lexicon: Lexicon) -> list[int]:
    counts: Counter[int] = Counter()
    pairs = dict.fromkeys(text[i : i + 2] for i in range(len(text) - 1))  # in order: ties always fall alike
    for pair in pairs:
        rows = lexicon.pair_trie.get(pair)
        if rows:
            postings = lexicon.pairs.array(int(rows[0][0]))
            if len(postings) <= POSTING_CAP:
                counts.update(postings.tolist())
    return [number for number, _ in counts.most_common(SHORTLIST)]


def _closest_window(text: str, form: str) -> tuple[int, int, int] | None:
    size = len(form)
    if size < MIN_NEAR:
        return None
    allowed = 2 if size >= TWO_ERRORS_FROM else 1
    digits = _NUMBERS.findall(form)
    best: tuple[int, int, int, int] | None = None
    for start, end in _windows(len(text), size, allowed):
        if cuts_number(text, start) or cuts_number(text, end):
            continue
        part = text[start:end]
        if (part[0] != form[0] and part[-1] != form[-1]) or sum(map(is_chinese, part)) < 2:
            continue
        if FUNCTION_WORDS & (set(part) - set(form)):
            continue
        distance = Levenshtein.distance(part, form, score_cutoff=allowed)
        if distance > allowed or distance == 0 or _NUMBERS.findall(part) != digits or is_word(part):
            continue
        rank = (distance, abs(len(part) - size))
        if best is None or rank < best[2:]:
            best = (start, end, *rank)
    return best[:3] if best else None


def _windows(length: int, size: int, allowed: int) -> Iterator[tuple[int, int]]:
    for start in range(length):
        for width in range(max(2, size - allowed), size + allowed + 1):
            if start + width <= length:
                yield start, start + width


@lru_cache(maxsize=8192)
def is_word(text: str) -> bool:
    """Whether the text is an ordinary word, or several, so that it is no misspelling of a name."""
    jieba.initialize()
    frequencies: dict[str, int] = jieba.dt.FREQ
    if frequencies.get(text, 0) > 0:
        return True
    words = jieba.lcut(text, HMM=False)
    known = all(frequencies.get(w, 0) > (0 if len(w) > 1 else COMMON_CHARACTER) for w in words)
    return known and any(len(w) > 1 for w in words)


def _join_same_place(found: list[NearName]) -> list[NearName]:
    """Overlapping findings become one mention whose rows are all names near enough to the best."""
    joined: list[NearName] = []
    for item in sorted(found, key=lambda n: -n.rows[0][1]):
        clash = next((i for i, j in enumerate(joined) if item.start < j.end and j.start < item.end), None)
        if clash is None:
            joined.append(item)
            continue
        first = joined[clash]
        near = first.rows[0][1] - item.rows[0][1] <= NEAR_MARGIN
        known = {entity for entity, _ in first.rows}
        if near and item.rows[0][0] not in known and len(first.rows) < MAX_CANDIDATES:
            joined[clash] = NearName(first.start, first.end, (*first.rows, *item.rows), first.how)
    return joined


def _without_overlap(found: list[NearName]) -> list[NearName]:
    kept: list[NearName] = []
    for item in sorted(found, key=lambda n: n.start - n.end):
        if all(item.end <= k.start or k.end <= item.start for k in kept):
            kept.append(item)
    return kept
