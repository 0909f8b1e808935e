"""What planning a load reads of head; `kg.store.Snapshot` is the real one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Protocol

from kg.facts import Fact
from kg.ontology import Ontology
from kg.query import Constraint


class Head(Protocol):
    """The newest revision, as a load compares its files with it."""

    @property
    def revision(self) -> int:
        """Its number; 0 when nothing was ever loaded."""

    def ontology(self) -> Ontology:
        """Declared predicates."""

    def ids_by_name(self, names: Iterable[str]) -> dict[str, list[str]]:
        """Ids of the entities with one of these names, by name."""

    def entities(self, ids: Iterable[str]) -> dict[str, str]:
        """Names by id, of those that stand."""

    def buried(self, ids: Iterable[str]) -> set[str]:
        """Those of the ids that stood in some earlier revision only."""

    def classes_of(self, ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Direct classes by entity id."""

    def iter_subclass_edges(self) -> Iterator[tuple[str, str]]:
        """(class id, superclass id) of every 上位类 fact."""

    def facts_of(self, ids: Iterable[str], predicates: Collection[str] | None = None) -> list[Fact]:
        """Standing facts with these subjects."""

    def members(self, class_ids: Iterable[str], limit: int, offset: int = 0) -> list[tuple[str, str]]:
        """(id, name) of direct members of any of the classes."""

    def ids_where(self, predicate: str, constraint: Constraint) -> list[str]:
        """Subjects with a fact on `predicate` that meets the constraint."""

    def file_subjects(self, files: Iterable[str]) -> dict[str, set[str]]:
        """Subject ids that each file once brought facts for."""

    def degrees(self, ids: Iterable[str]) -> dict[str, int]:
        """How many standing facts have each entity as subject or object."""
