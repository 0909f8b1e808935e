"""A layer over a built lexicon: what later changes said anew, read as one with the memory-mapped tables below it.

A million names take a minute to build; a thousand changed facts are a small file beside links to the tables they
leave as they are. `kg.lexicon.amend` makes layers; a lexicon with a layer reads as one that was built whole.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import marisa_trie
import numpy as np
import numpy.typing as npt

from kg.lexicon.tables import ListTable, StringTable

FILE = "layer.json"
Ints = npt.NDArray[Any]


@dataclass
class EntityRow:
    """All that a lexicon keeps of an entity, the way the tables number things."""

    id: str
    name: str
    kind: int
    aliases: list[str] = field(default_factory=list)
    classes: list[int] = field(default_factory=list)
    own: list[int] = field(default_factory=list)
    incoming: list[int] = field(default_factory=list)


@dataclass
class Layer:
    """What differs from the tables below: whole rows by number, names that hold no more, and names that are new.

    `unnamed` are rows whose names below are void (their names now stand in `forms`), `gone` those of no entity any
    more. `forms` are (folded name, row, how), `sounds` and `latin` what is heard and typed for them; `values` (text,
    predicate) and `called` (words, predicate, how) only ever add.
    """

    rows: dict[int, EntityRow] = field(default_factory=dict)
    unnamed: list[int] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)
    forms: list[tuple[str, int, int]] = field(default_factory=list)
    sounds: list[tuple[str, int, int]] = field(default_factory=list)
    latin: list[tuple[str, int, int]] = field(default_factory=list)
    values: list[tuple[str, int]] = field(default_factory=list)
    called: list[tuple[str, int, int]] = field(default_factory=list)

    @property
    def size(self) -> int:
        """How many rows and words it holds."""
        return len(self.rows) + len(self.forms) + len(self.values)

    def write(self, directory: Path) -> None:
        """Write it beside the tables."""
        body = json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))
        (directory / FILE).write_text(body, encoding="utf-8")

    @staticmethod
    def read(directory: Path) -> Layer | None:
        """The layer of a lexicon, None where it was built whole."""
        path = directory / FILE
        if not path.exists():
            return None
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        data["rows"] = {int(number): EntityRow(**row) for number, row in data["rows"].items()}
        for name in ("forms", "sounds", "latin", "values", "called"):
            data[name] = [tuple(item) for item in data[name]]
        return Layer(**data)


class Strings:
    """A StringTable with some rows said anew and more behind its end."""

    def __init__(self, base: StringTable, changed: Mapping[int, str]) -> None:
        self._base, self._changed = base, changed
        self._count = max(len(base), max(changed, default=-1) + 1)

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, index: int) -> str:
        found = self._changed.get(index)
        return self._base[index] if found is None else found

    def __iter__(self) -> Any:
        return (self[i] for i in range(self._count))


class Lists:
    """A ListTable with some rows said anew and more behind its end."""

    def __init__(self, base: ListTable, changed: Mapping[int, Sequence[int]]) -> None:
        self._base, self._changed = base, changed
        self._count = max(len(base), max(changed, default=-1) + 1)

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, index: int) -> list[int]:
        found = self._changed.get(index)
        return self._base[index] if found is None else list(found)

    def rows_with(self, value: int) -> Ints:
        """Numbers of the rows that hold a value, ascending."""
        below = self._base.rows_with(value)
        kept = below[~np.isin(below, list(self._changed))] if self._changed else below
        said = [row for row, values in self._changed.items() if value in values]
        return np.sort(np.concatenate((kept, np.array(said, dtype=kept.dtype)))) if said else kept

    def values_of(self, rows: Ints) -> set[int]:
        """Every value that some rows hold."""
        changed = np.isin(rows, list(self._changed)) if self._changed else np.zeros(len(rows), dtype=bool)
        found = set(self._base.values_of(rows[~changed]))
        return found.union(*(self._changed[int(row)] for row in rows[changed]))


class Postings:
    """The lists of forms by character pair, without void forms and with those of the layer."""

    def __init__(self, base: ListTable, void: Ints, more: Mapping[int, Sequence[int]]) -> None:
        self._base, self._void = base, void
        self._more = {row: np.array(forms, dtype=np.int32) for row, forms in more.items()}

    def array(self, index: int) -> Ints:
        """The forms of one pair."""
        found = self._base.array(index) if index < len(self._base) else np.zeros(0, dtype=np.int32)
        if len(self._void):
            found = found[~np.isin(found, self._void)]
        return np.concatenate((found, self._more[index])) if index in self._more else found


class Trie:
    """A record trie and the layer's own; records of rows in `void` hold no more."""

    def __init__(self, base: Any, layout: str, rows: Iterable[tuple[str, tuple[int, ...]]], void: Set[int]) -> None:
        self._base, self._void = base, void
        self._own = marisa_trie.RecordTrie(layout, rows)

    def get(self, key: str, default: Any = None) -> Any:
        """The records of a key, as marisa_trie gives them."""
        below = self._base.get(key) or ()
        found = [row for row in below if row[0] not in self._void] if self._void else list(below)
        return [*found, *(self._own.get(key) or ())] or default

    def __getitem__(self, key: str) -> list[Any]:
        found: list[Any] | None = self.get(key)
        if found is None:
            raise KeyError(key)
        return found

    def __contains__(self, key: str) -> bool:
        return self.get(key) is not None

    def prefixes(self, text: str) -> list[str]:
        """Keys that the text begins with."""
        both = dict.fromkeys((*self._base.prefixes(text), *self._own.prefixes(text)))
        return sorted((key for key in both if not self._void or key in self), key=len)

    def iterkeys(self, prefix: str) -> Iterable[str]:
        """Keys that begin with a text."""
        yield from (key for key in self._base.iterkeys(prefix) if not self._void or key in self)
        yield from (key for key in self._own.iterkeys(prefix) if key not in self._base)


class Layered:
    """The tables and tries of a lexicon under a layer; attributes as kg.lexicon.lexicon.Lexicon names them."""

    def __init__(self, base: Any, layer: Layer) -> None:
        rows, void = layer.rows, frozenset((*layer.unnamed, *layer.gone))
        self.ids = Strings(base.ids, {n: r.id for n, r in rows.items()})
        self.names = Strings(base.names, {n: r.name for n, r in rows.items()})
        self.aliases = Strings(base.aliases, {n: "\n".join(r.aliases) for n, r in rows.items()})
        self.classes_of = Lists(base.classes_of, {n: r.classes for n, r in rows.items()})
        self.own = Lists(base.own, {n: r.own for n, r in rows.items()})
        self.incoming = Lists(base.incoming, {n: r.incoming for n, r in rows.items()})
        self.kinds = _longer(base.kinds, {n: r.kind for n, r in rows.items()})
        first = len(base.forms)
        new_forms = {first + place: form for place, (form, _row, _how) in enumerate(layer.forms)}
        self.forms = Strings(base.forms, new_forms)
        self.form_entities = _longer(
            base.form_entities, {first + place: row for place, (_form, row, _how) in enumerate(layer.forms)}
        )
        self.name_trie = Trie(base.name_trie, "<IB", ((f, (row, how)) for f, row, how in layer.forms), void)
        self.sound_trie = Trie(base.sound_trie, "<IB", ((k, (row, n)) for k, row, n in layer.sounds), void)
        self.latin_trie = Trie(base.latin_trie, "<IB", ((k, (row, how)) for k, row, how in layer.latin), void)
        self.predicate_trie = Trie(base.predicate_trie, "<IB", ((w, (p, how)) for w, p, how in layer.called), set())
        self.value_trie = Trie(base.value_trie, "<I", ((text, (p,)) for text, p in layer.values), set())
        self.id_trie = _ids(base, layer)
        self.pair_trie, self.pairs = _pairs(base, new_forms, void)


def _longer(base: Ints, changed: Mapping[int, int]) -> Ints:
    """A copy with some items changed or added behind the end."""
    made = np.zeros(max(len(base), max(changed, default=-1) + 1), dtype=base.dtype)
    made[: len(base)] = base
    for place, value in changed.items():
        made[place] = value
    return made


def _ids(base: Any, layer: Layer) -> Trie:
    gone = frozenset(layer.gone)
    fresh = ((r.id, (n,)) for n, r in layer.rows.items() if n >= len(base.ids) and n not in gone)
    return Trie(base.id_trie, "<I", fresh, gone)


def _pairs(base: Any, forms: Mapping[int, str], void: Set[int]) -> tuple[Trie, Postings]:
    known: dict[str, int] = {}
    fresh: dict[str, int] = {}
    more: dict[int, list[int]] = defaultdict(list)
    for number, form in forms.items():
        for pair in {form[i : i + 2] for i in range(len(form) - 1)}:
            if pair not in known:
                below = base.pair_trie.get(pair)
                known[pair] = int(below[0][0]) if below else len(base.pairs) + len(fresh)
                if not below:
                    fresh[pair] = known[pair]
            more[known[pair]].append(number)
    void_forms = np.nonzero(np.isin(base.form_entities, list(void)))[0] if void else np.zeros(0, dtype=np.int64)
    trie = Trie(base.pair_trie, "<I", ((pair, (row,)) for pair, row in fresh.items()), set())
    return trie, Postings(base.pairs, void_forms, more)
