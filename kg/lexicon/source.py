"""What a lexicon is built from: the reading side of a graph pinned to one revision."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from kg.facts import Fact
from kg.ontology import Ontology
from kg.store.keyed import KeyRow


class LexiconSource(Protocol):
    """A snapshot as the lexicon sees it. Every iterator streams; order does not matter."""

    @property
    def revision(self) -> int:
        """The pinned revision."""

    @property
    def graph_id(self) -> str:
        """The id of the graph that the revision number belongs to."""

    def ontology(self) -> Ontology:
        """Declared predicates of the revision."""

    def iter_entities(self) -> Iterator[tuple[str, str]]:
        """(id, name) of every entity and class."""

    def iter_instance_edges(self) -> Iterator[tuple[str, str]]:
        """(member id, class id) of every 实例 fact in the revision."""

    def iter_subclass_edges(self) -> Iterator[tuple[str, str]]:
        """(class id, superclass id) of every 上位类 fact in the revision."""

    def iter_facts(self, predicates: Iterable[str]) -> Iterator[Fact]:
        """The facts of some predicates."""

    def iter_subject_predicates(self) -> Iterator[tuple[str, str, bool]]:
        """Distinct (subject id, predicate, object is an entity), 实例 and 上位类 left out."""

    def iter_object_predicates(self) -> Iterator[tuple[str, str]]:
        """Distinct (object id, predicate) of facts between entities, 实例 and 上位类 left out."""

    def iter_text_values(self, max_length: int) -> Iterator[tuple[str, str]]:
        """Distinct (predicate, text) of text literals no longer than `max_length` characters."""

    def value_kinds(self) -> list[tuple[str, str, str, int]]:
        """(predicate, kind, unit, how many literals) of all literals."""

    def iter_keys(self, counts: Mapping[str, int]) -> Iterator[KeyRow]:
        """Of each literal of some predicates, what a reading asks about; `counts` says about how many each has."""

    def relation_counts(self) -> dict[str, int]:
        """How many facts between entities each predicate has, 实例 and 上位类 left out."""

    def iter_qualifier_values(self) -> Iterator[tuple[str, str, str]]:
        """Distinct (predicate, qualifier name, qualifier text) of all qualified facts."""
