"""The files of `kg.lexicon.literals`: made from a snapshot, opened, and kept true when a small change is published."""

from __future__ import annotations

import json
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

import marisa_trie
import numpy as np

from kg.delta import Delta
from kg.lexicon.literals import END, NONE, SUBJECT, Block, Literals, Texts, ordinal
from kg.lexicon.source import LexiconSource
from kg.lexicon.tables import StringTable, mapped
from kg.store.keyed import KeyRow, key_row

MANY = 1_000
"""Literals of a predicate from which on they are kept at hand: fewer are read by the engine in a few milliseconds."""
CHANGES = "literals_changes.json"
_MOST_CHANGES = 100_000
"""Rows gone and come; behind that, the predicate that has most of them is left to the engine."""
_WORDS, _COLUMNS, _LOWS, _HIGHS = "literals.json", "literals.npy", "literal_lows", "literal_highs"


@dataclass(frozen=True)
class _Packed:
    """A block before its keys are laid down in their order."""

    lows: list[str]
    highs: list[str]
    columns: Any
    units: list[str]
    cases: list[str]

    def block(self, subjects: Texts) -> Block:
        return Block(self.lows, self.highs, self.columns, self.units, self.cases, subjects)


def _packed(rows: Iterable[KeyRow], number: Callable[[str], int]) -> _Packed:
    """Rows as columns of numbers, ordered by key and subject."""
    lows, cells = list[str](), array("i")
    highs, units, cases = dict[str, int](), dict[str, int](), dict[str, int]()
    days = lru_cache(maxsize=4096)(ordinal)
    for row in rows:
        lows.append(row.low)
        end = highs.setdefault(row.high, len(highs)) if row.high else NONE
        unit, case = units.setdefault(row.unit, len(units)), cases.setdefault(row.qualifiers, len(cases))
        first, last = days(row.valid_from, date.min), days(row.valid_to, date.max)
        cells.extend((number(row.subject), end, unit, case, first, last))
    columns = np.array(cells, dtype=np.int32).reshape(-1, 6).T
    order = sorted(np.argsort(columns[SUBJECT], kind="stable").tolist(), key=lows.__getitem__)
    columns = np.ascontiguousarray(columns[:, order])
    ends = sorted(highs)
    ranks = {end: rank for rank, end in enumerate(ends)}
    columns[END] = np.array([*(ranks[end] for end in highs), NONE], dtype=np.int32)[columns[END]]  # NONE finds the last
    return _Packed([lows[i] for i in order], ends, columns, list(units), list(cases))


def predicates_held(kinds: Iterable[tuple[str, str, str, int]], many: int = MANY) -> dict[str, int]:
    """Predicates with many literals and how many each has, from (predicate, kind, unit, how many)."""
    counts = Counter[str]()
    for predicate, _kind, _unit, number in kinds:
        counts[predicate] += number
    return {p: number for p, number in sorted(counts.items()) if number >= many and "|" not in p}


def write_literals(source: LexiconSource, numbers: Mapping[str, int], held: Mapping[str, int], work: Path) -> None:
    """Write the literals of the predicates in `held`; nothing where there are none. `numbers` are those of entities."""
    if not held:
        return
    packed = _packed(source.iter_keys(held), numbers.__getitem__)
    StringTable.write(work / _LOWS, packed.lows)
    StringTable.write(work / _HIGHS, packed.highs)
    np.save(work / _COLUMNS, packed.columns)
    words = {"held": sorted(held), "units": packed.units, "cases": packed.cases}
    (work / _WORDS).write_text(json.dumps(words, ensure_ascii=False), encoding="utf-8")


def open_literals(directory: Path, ids: Texts) -> Literals | None:
    """The literals beside a lexicon, `ids` being those of its entities as built; None where it has none."""
    words = _read(directory / _WORDS)
    if words is None:
        return None
    lows, highs = StringTable(directory / _LOWS), StringTable(directory / _HIGHS)
    base = Block(lows, highs, mapped(directory / _COLUMNS), words["units"], words["cases"], ids)
    changes = _read(directory / CHANGES) or {"held": words["held"], "gone": [], "added": []}
    added = [KeyRow(*row) for row in changes["added"]]
    subjects = sorted({row.subject for row in added})
    numbers = {subject: number for number, subject in enumerate(subjects)}
    more = _packed(added, numbers.__getitem__).block(subjects)
    return Literals(changes["held"], base, changes["gone"], more)


def keep_literals(old: Path, delta: Delta, folder: Path) -> None:
    """Write into `folder`, which has links to the other files of the lexicon in `old`, what `delta` changes.

    A predicate of which a change can't be told (a fact that is not here), and that with most changes where there are
    too many, is left to the engine until a lexicon is built again.
    """
    before = open_literals(old, StringTable(old / "ids"))
    if before is None:
        return
    known = _read(old / CHANGES) or {"gone": [], "added": []}
    work = _Changing(before, Counter(KeyRow(*row) for row in known["added"]), set(known["gone"]), set(before.held))
    numbers = marisa_trie.RecordTrie("<I").mmap(str(old / "ids.trie"))
    for fact in delta.closed:
        row = key_row(fact)
        if row is not None and fact.predicate in work.held and not work.close(row, numbers.get(fact.subject_id)):
            work.held.discard(fact.predicate)
    rows = (key_row(f) for f in delta.added if f.predicate in work.held)
    work.added.update(row for row in rows if row is not None)
    work.shorten()
    body = {"held": sorted(work.held), "gone": sorted(work.gone), "added": sorted(work.added.elements())}
    (folder / CHANGES).write_text(json.dumps(body, ensure_ascii=False), encoding="utf-8")


@dataclass
class _Changing:
    """Rows of the base that are gone and rows that came, while a change is worked in."""

    before: Literals
    added: Counter[KeyRow]
    gone: set[int]
    held: set[str]

    def close(self, row: KeyRow, found: Sequence[tuple[int]] | None) -> bool:
        """Takes a row away; False where there is none. `found` is the record of its subject's number."""
        if self.added[row] > 0:
            self.added[row] -= 1
            return True
        place = self.before.base.place_of(row, found[0][0], self.gone) if found else None
        if place is not None:
            self.gone.add(place)
        return place is not None

    def shorten(self) -> None:
        """Leaves predicates to the engine until the changes are few, and forgets their rows."""
        lows = self.before.base.lows
        counts = Counter(
            _predicate(low) for low in chain((r.low for r in self.added.elements()), map(lows.__getitem__, self.gone))
        )
        for predicate, _number in counts.most_common():
            if sum(n for p, n in counts.items() if p in self.held) <= _MOST_CHANGES:
                break
            self.held.discard(predicate)
        self.gone = {place for place in self.gone if _predicate(lows[place]) in self.held}
        self.added = Counter({row: n for row, n in self.added.items() if n > 0 and _predicate(row.low) in self.held})


def _predicate(low: str) -> str:
    """The predicate of a key; none that is held has the separator in its name."""
    return low.partition("|")[0]


def _read(path: Path) -> dict[str, Any] | None:
    if not path.exists():
        return None
    read: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return read
