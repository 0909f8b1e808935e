"""Lexicon: what the graph of one revision calls its entities, classes and predicates. Read-only, shared by pages."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Set
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from kg.facts import EntityKind
from kg.graph_errors import LexiconFault
from kg.lexicon.build import FORMAT
from kg.lexicon.classes import ClassTree
from kg.lexicon.forms import ALIAS_NAME
from kg.lexicon.literals_kept import open_literals
from kg.lexicon.opened import opened
from kg.lexicon.remembered import remembered
from kg.lexicon.text import fold
from kg.ontology import Ontology, Predicate
from kg.values import Kind

_KINDS = tuple(EntityKind)
_HELD, _LISTED = 4096, 64
"""Entities of which a look-up is kept: a turn asks the same of a thing dozens of times. Lists of members are long."""


@dataclass(frozen=True, slots=True)
class EntityInfo:
    """What the lexicon knows of an entity or class; `class_ids` are the direct classes."""

    id: str
    name: str
    kind: EntityKind
    is_class: bool
    class_ids: tuple[str, ...]
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Faq:
    """One frequently asked question: its wordings, the ids of what it is about, and its answers as written."""

    id: str
    question: str
    variants: tuple[str, ...]
    about: tuple[str, ...]
    answers: tuple[str, ...] = ()


class Lexicon:
    """Opened by `Lexicon.open`; look-ups by id and name here, text search in `kg.lexicon.linker`.

    Two lexicons with the same `words` say the same, whatever their revisions: one was carried over from the other.
    """

    def __init__(self, directory: Path) -> None:
        meta = read_meta(directory)
        self.directory = directory
        self.revision: int = meta["revision"]
        self.words: str = meta["words"]
        self.graph_id: str = meta["graph_id"]
        self.ontology = Ontology({p["name"]: _predicate(p) for p in meta["ontology"]})
        self.predicates: tuple[str, ...] = tuple(meta["predicates"])
        self.relations = frozenset(self.predicates[i] for i in meta["relations"])
        tables = opened(directory)
        self.tables = tables
        self.ids = tables.ids
        self.names = tables.names
        self.forms = tables.forms
        self.form_entities = tables.form_entities
        self.pairs = tables.pairs
        self._aliases = tables.aliases
        self._classes_of = tables.classes_of
        self._own = tables.own
        self._incoming = tables.incoming
        self._kinds = tables.kinds
        self._id_trie = tables.id_trie
        self.name_trie = tables.name_trie
        self.sound_trie = tables.sound_trie
        self.latin_trie = tables.latin_trie
        self.predicate_trie = tables.predicate_trie
        self.value_trie = tables.value_trie
        self.pair_trie = tables.pair_trie
        self.literals = open_literals(directory, tables.ids)
        self._tree = ClassTree(meta["classes"])
        self.qualifier_values: tuple[tuple[str, str, str], ...] = tuple((p, n, t) for p, n, t in meta["qualifiers"])
        self._cases: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for predicate, name, text in self.qualifier_values:
            self._cases[predicate].append((name, text))
        self._owners: list[list[int]] = meta["owners"]
        self._reach: list[list[int]] = meta["reach"]
        self._situations: list[list[Any]] = meta["situations"]
        self._definitions: dict[int, str] = {int(k): v for k, v in meta["definitions"]}

    def has_predicate(self, name: str) -> bool:
        """Whether any fact has the predicate."""
        return name in self._predicate_rows

    def cases_of(self, predicates: Iterable[str]) -> list[tuple[str, str]]:
        """(qualifier name, text) that facts of these predicates carry."""
        return [case for p in sorted(set(predicates)) for case in self._cases.get(p, ())]

    @staticmethod
    def open(directory: Path) -> Lexicon:
        """Open the artefact that `build` wrote. Raises LexiconFault when it is missing or of another format."""
        return Lexicon(directory)

    @remembered(_HELD)
    def index_of(self, entity_id: str) -> int | None:
        """Row of an entity, None when the revision does not have it."""
        found = self._id_trie.get(entity_id)
        return int(found[0][0]) if found else None

    def entity(self, entity_id: str) -> EntityInfo | None:
        """What is known of an id, None when the revision does not have it."""
        index = self.index_of(entity_id)
        return None if index is None else self.entity_at(index)

    def entity_at(self, index: int) -> EntityInfo:
        """What is known of row `index`."""
        aliases = self._aliases[index]
        return EntityInfo(
            id=self.ids[index],
            name=self.names[index],
            kind=self.kind_at(index),
            is_class=index in self._tree,
            class_ids=tuple(self.ids[c] for c in self._classes_of[index]),
            aliases=tuple(aliases.split("\n")) if aliases else (),
        )

    def kind_at(self, index: int) -> EntityKind:
        """The kind of row `index`."""
        return _KINDS[int(self._kinds[index])]

    def is_class_at(self, index: int) -> bool:
        """Whether row `index` is a class."""
        return index in self._tree

    def by_name(self, name: str) -> list[EntityInfo]:
        """Entities whose name (not alias) folds to the same text."""
        rows = self.name_trie.get(fold(name).text) or []
        return [self.entity_at(e) for e, how in rows if how != ALIAS_NAME]

    def name_of(self, entity_id: str) -> str:
        """Display name of an id; the id itself when the revision does not have it."""
        index = self.index_of(entity_id)
        return entity_id if index is None else self.names[index]

    def ancestors(self, class_id: str) -> tuple[str, ...]:
        """Superclasses, nearest first; cycles are harmless."""
        start = self.index_of(class_id)
        return () if start is None else tuple(self.ids[c] for c in self._tree.upwards([start])[1:])

    @remembered(_HELD)
    def descendants(self, class_id: str) -> tuple[str, ...]:
        """The class itself and its subclasses, nearest first."""
        start = self.index_of(class_id)
        return () if start is None else tuple(self.ids[c] for c in self._tree.downwards(start))

    @remembered(_HELD)
    def classes_of(self, entity_id: str) -> tuple[str, ...]:
        """Direct classes and then their superclasses, nearest first; for a class its superclasses."""
        index = self.index_of(entity_id)
        return () if index is None else tuple(self.ids[c] for c in self.class_rows(index))

    @remembered(_HELD)
    def class_levels(self, entity_id: str) -> tuple[tuple[str, ...], ...]:
        """Classes grouped by distance, nearest first; a class that is above another one stands behind it."""
        index = self.index_of(entity_id)
        if index is None:
            return ()
        first = self._tree.parents(index) if index in self._tree else self._classes_of[index]
        return tuple(tuple(self.ids[c] for c in level) for level in self._tree.levels(first))

    def class_rows(self, index: int) -> list[int]:
        """As `classes_of`, by row."""
        if index in self._tree:
            return self._tree.upwards([index])[1:]
        return self._tree.upwards(self._classes_of[index])

    @remembered(_LISTED)
    def members_of(self, class_ids: tuple[str, ...]) -> tuple[str, ...]:
        """Ids of the direct members of any of the classes, in order."""
        rows = (self.index_of(c) for c in class_ids)
        found = {int(member) for row in rows if row is not None for member in self._classes_of.rows_with(row)}
        return tuple(sorted(self.ids[member] for member in found))

    @remembered(_HELD)
    def member_count(self, class_id: str) -> int:
        """Members of a class and its subclasses, those of several subclasses counted once for each."""
        row = self.index_of(class_id)
        return 0 if row is None else self._tree.members(row)

    @remembered(_HELD)
    def predicates_of(self, entity_id: str) -> tuple[str, ...]:
        """Predicates that the entity or its classes have; for a class also those its members have."""
        index = self.index_of(entity_id)
        if index is None:
            return ()
        groups = [self._own[row] for row in (index, *self.class_rows(index))]
        if index in self._tree:
            groups.append(self._tree.member_predicates(index))
        return tuple(dict.fromkeys(p for group in groups for p in self._called(group)))

    @remembered(_HELD)
    def own_predicates(self, entity_id: str) -> tuple[str, ...]:
        """Predicates of facts whose subject is the entity itself."""
        index = self.index_of(entity_id)
        return () if index is None else self._called(self._own[index])

    @remembered(_HELD)
    def member_predicates(self, class_id: str) -> tuple[str, ...]:
        """Predicates that members of the class (and of its subclasses) have themselves."""
        row = self.index_of(class_id)
        return () if row is None else self._called(self._tree.member_predicates(row))

    def incoming_predicates(self, entity_id: str) -> tuple[str, ...]:
        """Predicates of facts that point to the entity."""
        index = self.index_of(entity_id)
        return () if index is None else self._called(self._incoming[index])

    def reach(self, predicate: str) -> tuple[str, ...]:
        """Predicates that objects of a relation have themselves."""
        row = self._predicate_rows.get(predicate)
        return () if row is None else self._called(self._reach[row])

    def owners_of(self, predicate: str) -> tuple[str, ...]:
        """Entities that have a predicate themselves, where these are few; else none."""
        if predicate not in self._predicate_rows:
            return ()
        return tuple(self.ids[e] for e in self._owners[self._predicate_rows[predicate]])

    def definition(self, entity_id: str) -> str:
        """The definition as text for matching, empty when there is none."""
        index = self.index_of(entity_id)
        return "" if index is None else self._definitions.get(index, "")

    def situations(self) -> Iterable[tuple[str, str]]:
        """(words of a situation, id of the matter it leads to)."""
        return ((text, self.ids[index]) for text, index in self._situations)

    @cached_property
    def faqs(self) -> tuple[Faq, ...]:
        """All FAQs."""
        lines = (self.directory / "faqs.jsonl").read_text(encoding="utf-8").splitlines()
        rows = (json.loads(line) for line in lines)
        return tuple(
            Faq(r["id"], r["question"], tuple(r["variants"]), tuple(r["about"]), tuple(r["answers"])) for r in rows
        )

    @cached_property
    def _predicate_rows(self) -> dict[str, int]:
        return {name: row for row, name in enumerate(self.predicates)}

    @cached_property
    def _ranks(self) -> list[int]:
        """Places of the predicates as the ontology has them, then by name: their numbers are in the order in which
        the engine gave them, which a restored graph does not repeat."""
        declared = [name for name, known in self.ontology.predicates.items() if known.declared]
        order = dict.fromkeys((*declared, *sorted(self.predicates)))
        ranks = {name: rank for rank, name in enumerate(order)}
        return [ranks[name] for name in self.predicates]

    def _called(self, numbers: Iterable[int]) -> tuple[str, ...]:
        return tuple(self.predicates[n] for n in sorted(numbers, key=self._ranks.__getitem__))

    @cached_property
    def class_ids(self) -> tuple[str, ...]:
        """Ids of all classes."""
        return tuple(self.ids[c] for c in self._tree)

    def classes_among(self, ids: Set[str]) -> Set[str]:
        """Those of the ids that are classes; quick however many there are of either."""
        return self._class_set & ids

    @cached_property
    def _class_set(self) -> frozenset[str]:
        return frozenset(self.class_ids)


def read_meta(directory: Path) -> dict[str, Any]:
    """The small part of a lexicon that is no table. Raises LexiconFault."""
    path = directory / "meta.json"
    if not path.exists():
        raise LexiconFault(f"{directory}: no lexicon here; build it from the graph's revision")
    meta: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if meta["format"] != FORMAT:
        raise LexiconFault(f"{directory}: lexicon format {meta['format']}, this program reads {FORMAT}; build it again")
    return meta


def _predicate(row: dict[str, Any]) -> Predicate:
    return Predicate(
        **{
            **row,
            "aliases": tuple(row.get("aliases", ())),
            "datatype": Kind(row.get("datatype", Kind.TEXT)),
            "many": row.get("many", True),
            "declared": row.get("declared", True),
        }
    )
