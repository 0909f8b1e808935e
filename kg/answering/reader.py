"""What answering needs of a snapshot; `kg.store.Snapshot` is the real one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date
from typing import Protocol

from kg.facts import Fact, Qualifier
from kg.query import Constraint


class FactReader(Protocol):
    """The reading side of one revision."""

    @property
    def revision(self) -> int:
        """The pinned revision."""

    def facts_of(self, ids: Iterable[str], predicates: Collection[str] | None = None) -> list[Fact]:
        """Facts with these subjects, all periods."""

    def members(self, class_ids: Iterable[str], limit: int, offset: int = 0) -> list[tuple[str, str]]:
        """(id, name) of direct members of any of the classes, by id."""

    def member_ids(self, class_ids: Iterable[str], limit: int) -> Sequence[str]:
        """Ids of direct members of any of the classes, in order."""

    def count_members(self, class_ids: Iterable[str]) -> int:
        """How many entities are direct members of any of the classes."""

    def classes_of(self, ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Direct classes by entity id."""

    def ids_where(
        self,
        predicate: str,
        constraint: Constraint,
        *,
        day: date | None = None,
        qualifiers: tuple[Qualifier, ...] = (),
    ) -> list[str]:
        """Subjects with a fact on `predicate` that meets the constraint."""

    def ids_ordered(
        self,
        predicate: str,
        *,
        descending: bool,
        limit: int,
        offset: int = 0,
        day: date | None = None,
        qualifiers: tuple[Qualifier, ...] = (),
        keep: Callable[[list[str]], Collection[str]] | None = None,
    ) -> list[str]:
        """Subjects by their figure, each once. `keep` says which of some ids may be among them: reading goes on until
        there are enough."""

    def subjects_of(self, predicate: str, object_id: str) -> list[str]:
        """Subjects with a fact on `predicate` whose object is this entity."""
