"""The tables and tries of a lexicon's directory, as they were built or with the layer of later changes over them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import marisa_trie

from kg.lexicon.layer import Layer, Layered
from kg.lexicon.tables import ListTable, StringTable, mapped


class Tables:
    """What `kg.lexicon.build` wrote, memory-mapped."""

    def __init__(self, directory: Path) -> None:
        self.ids = StringTable(directory / "ids")
        self.names = StringTable(directory / "names")
        self.forms = StringTable(directory / "forms")
        self.form_entities = mapped(directory / "form_entities.npy")
        self.pairs = ListTable(directory / "pairs")
        self.aliases = StringTable(directory / "aliases")
        self.classes_of = ListTable(directory / "classes")
        self.own = ListTable(directory / "own")
        self.incoming = ListTable(directory / "incoming")
        self.kinds = mapped(directory / "kinds.npy")
        self.id_trie = _trie(directory / "ids.trie", "<I")
        self.name_trie = _trie(directory / "names.trie", "<IB")
        self.sound_trie = _trie(directory / "sounds.trie", "<IB")
        self.latin_trie = _trie(directory / "latin.trie", "<IB")
        self.predicate_trie = _trie(directory / "predicates.trie", "<IB")
        self.value_trie = _trie(directory / "values.trie", "<I")
        self.pair_trie = _trie(directory / "pairs.trie", "<I")


def opened(directory: Path) -> Tables | Layered:
    """The tables of a directory, under its layer if it has one."""
    tables, layer = Tables(directory), Layer.read(directory)
    return tables if layer is None else Layered(tables, layer)


def _trie(path: Path, layout: str) -> Any:
    return marisa_trie.RecordTrie(layout).mmap(str(path))
