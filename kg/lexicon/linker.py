"""Which entities and predicates a text mentions: longest and best-supported reading, then near spellings.

Exact names and aliases come from a trie over the folded text. Homophones, pinyin and misspellings are
looked for only in stretches that nothing exact covers, and say what was assumed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from kg.facts import EntityKind
from kg.lexicon.forms import ALIAS_NAME
from kg.lexicon.fuzzy import NearName, near_beginnings, near_latin, near_sounds, near_spellings
from kg.lexicon.lexicon import Lexicon
from kg.lexicon.remembered import remembered
from kg.lexicon.text import Folded, cuts_number, digits_as_arabic, fold

_FIGURE_NEXT = re.compile(r"(\d+)(\D)")
TEXTS_HELD = 64
"""Texts whose exact names are kept with the lexicon: masking and understanding look for those of the same turn."""
EXACT_HOW = ("exact", "alias", "simplified")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One entity that a mention may stand for."""

    id: str
    name: str
    kind: EntityKind
    is_class: bool
    score: float


@dataclass(frozen=True, slots=True)
class Mention:
    """A span of the original text and what it may stand for, best first; `how` as in kg.query.Entity."""

    start: int
    end: int
    surface: str
    candidates: tuple[Candidate, ...]
    how: str = "exact"

    @property
    def exact(self) -> bool:
        """Whether the words are a name or alias as written (width, case and script aside)."""
        return self.how in EXACT_HOW

    @property
    def best(self) -> Candidate:
        """The first candidate."""
        return self.candidates[0]


@dataclass(frozen=True, slots=True)
class PredicateMention:
    """A span that names predicates: by name or alias, or (`value` set) by a text that stands as their value."""

    start: int
    end: int
    surface: str
    predicates: tuple[str, ...]
    named: bool = True
    value: str = ""


@dataclass(frozen=True, slots=True)
class _Hit:
    start: int
    end: int
    rows: tuple[tuple[int, int], ...]
    how: str


def link(text: str, lexicon: Lexicon, covered: Sequence[tuple[int, int]] = ()) -> list[Mention]:
    """Mentions in order of place, not overlapping. `covered` spans of the original are known to be something
    else (predicates, values) and are not searched for misspellings."""
    folded = fold(text)
    hits = _best_reading(_exact_hits(lexicon, folded.text))
    mentions = [_mention(text, folded, hit, lexicon) for hit in hits]
    taken = [(m.start, m.end) for m in mentions] + list(covered)
    return sorted(mentions + near_mentions(text, lexicon, taken), key=lambda m: m.start)


def exact_spans(text: str, lexicon: Lexicon) -> list[Mention]:
    """All exact mentions, overlapping ones included, for a caller that weighs them against other readings."""
    folded = fold(text)
    return [_mention(text, folded, hit, lexicon) for hit in _merged(_exact_hits(lexicon, folded.text))]


def predicate_spans(text: str, lexicon: Lexicon) -> list[PredicateMention]:
    """All spans that name a predicate or are a text value of one, overlapping ones included."""
    folded = fold(text)
    form = folded.text
    found: list[PredicateMention] = []
    for start in range(len(form)):
        for name in lexicon.predicate_trie.prefixes(form[start:]):
            rows = sorted(lexicon.predicate_trie[name], key=lambda row: row[1])
            predicates = tuple(dict.fromkeys(lexicon.predicates[p] for p, _ in rows))
            a, b = folded.span(start, start + len(name))
            found.append(PredicateMention(a, b, text[a:b], predicates, named=rows[0][1] != ALIAS_NAME))
        for value in lexicon.value_trie.prefixes(form[start:]):
            if _whole(form, start, start + len(value)):
                predicates = tuple(lexicon.predicates[p] for (p,) in lexicon.value_trie[value])
                a, b = folded.span(start, start + len(value))
                found.append(PredicateMention(a, b, text[a:b], predicates, value=text[a:b]))
    return found


@remembered(TEXTS_HELD)
def _exact_hits(lexicon: Lexicon, text: str) -> tuple[_Hit, ...]:
    hits: list[_Hit] = []
    arabic = digits_as_arabic(text)
    for form in dict.fromkeys((text, arabic)):
        for start in range(len(form)):
            for name in lexicon.name_trie.prefixes(form[start:]):
                end = start + len(name)
                rows = tuple(r for r in lexicon.name_trie[name] if not _other_figure(form, end, name, r, lexicon))
                if rows and _whole(form, start, end):
                    how = "alias" if all(h == ALIAS_NAME for _, h in rows) else "exact"
                    hits.append(_Hit(start, end, rows, how))
    return tuple(hits)


def _other_figure(form: str, end: int, alias: str, row: tuple[int, int], lexicon: Lexicon) -> bool:
    """Whether the text goes on with another figure than the one that an alias leaves out: 安心盈15天 is no 安心盈
    when that is short for 安心盈7天; 安心盈5万 may be."""
    written = _FIGURE_NEXT.match(form, end)
    if written is None or row[1] != ALIAS_NAME:
        return False
    name = digits_as_arabic(fold(lexicon.names[row[0]]).text)
    left_out = _FIGURE_NEXT.match(name, len(alias)) if name.startswith(alias) else None
    return left_out is not None and left_out[2] == written[2] and left_out[1] != written[1]


def _whole(text: str, start: int, end: int) -> bool:
    """No cut through a number or a Latin word at either end."""
    return not (_joined(text, start) or _joined(text, end))


def _joined(text: str, at: int) -> bool:
    if not 0 < at < len(text):
        return False
    latin = all(c.isascii() and c.isalpha() for c in text[at - 1 : at + 1])
    return latin or cuts_number(text, at)


def _merged(hits: Iterable[_Hit]) -> list[_Hit]:
    """One hit a span: the text and its form with Arabic digits may both have found it."""
    merged: dict[tuple[int, int], _Hit] = {}
    for hit in hits:
        known = merged.get((hit.start, hit.end))
        if known is None:
            merged[hit.start, hit.end] = hit
        elif known.rows != hit.rows:
            how = min(known.how, hit.how, key=EXACT_HOW.index)
            merged[hit.start, hit.end] = replace(known, rows=tuple(dict.fromkeys(known.rows + hit.rows)), how=how)
    return list(merged.values())


def _best_reading(hits: Iterable[_Hit]) -> list[_Hit]:
    """Non-overlapping hits with the greatest total of length^1.3: one long name beats its parts."""
    ordered = sorted(_merged(hits), key=lambda h: h.end)
    best: list[tuple[float, tuple[_Hit, ...]]] = []
    for hit in ordered:
        before = max((b for h, b in zip(ordered, best, strict=False) if h.end <= hit.start), default=(0.0, ()))
        taken = (before[0] + (hit.end - hit.start) ** 1.3, (*before[1], hit))
        best.append(max(best[-1], taken, key=lambda b: b[0]) if best else taken)
    return list(best[-1][1]) if best else []


def _mention(text: str, folded: Folded, hit: _Hit, lexicon: Lexicon) -> Mention:
    start, end = folded.span(hit.start, hit.end)
    names_first = sorted(hit.rows, key=lambda row: row[1])
    rows = list(dict.fromkeys(index for index, _ in names_first))
    candidates = tuple(_candidate(index, 1.0, lexicon) for index in rows)
    return Mention(start, end, text[start:end], candidates, hit.how)


def _candidate(index: int, score: float, lexicon: Lexicon) -> Candidate:
    return Candidate(
        lexicon.ids[index], lexicon.names[index], lexicon.kind_at(index), lexicon.is_class_at(index), score
    )


def near_mentions(text: str, lexicon: Lexicon, taken: Sequence[tuple[int, int]]) -> list[Mention]:
    """Names in pinyin, heard alike or misspelt, in the stretches that no span of `taken` touches."""
    folded = fold(text)
    free = _free_stretches(folded, taken)
    found: list[NearName] = []
    for start, end in free:
        stretch = digits_as_arabic(folded.text[start:end])
        near = near_latin(stretch, lexicon) or near_sounds(stretch, lexicon)
        near = near or near_beginnings(stretch, lexicon) or near_spellings(stretch, lexicon)
        found.extend(replace(n, start=n.start + start, end=n.end + start) for n in near)
    mentions = []
    for item in found:
        start, end = folded.span(item.start, item.end)
        candidates = tuple(_candidate(index, score, lexicon) for index, score in item.rows)
        mentions.append(Mention(start, end, text[start:end], candidates, item.how))
    return mentions


def _free_stretches(folded: Folded, taken: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans of the folded text that no taken span of the original touches."""
    free: list[tuple[int, int]] = []
    start: int | None = None
    for index in range(len(folded.text) + 1):
        inside = index == len(folded.text) or any(a <= folded.origin[index] < b for a, b in taken)
        if not inside and start is None:
            start = index
        if inside and start is not None:
            free.append((start, index))
            start = None
    return [(a, b) for a, b in free if b - a >= 2]
