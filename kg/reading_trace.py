"""Trace: what an answer read of the graph, so that one can tell which changes can touch it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from kg.answering.reader import FactReader
from kg.delta import Delta
from kg.facts import INSTANCE_OF, SUBCLASS_OF, Fact, Qualifier
from kg.query import Constraint


@dataclass(slots=True)
class Trace:
    """Ids whose facts, predicates whose figures and classes whose members were looked at."""

    ids: set[str] = field(default_factory=set)
    predicates: set[str] = field(default_factory=set)
    classes: set[str] = field(default_factory=set)

    def touched_by(self, delta: Delta) -> bool:
        """Whether the answer may be another one after `delta`. False is certain as long as the words are the same."""
        if self.ids & delta.touched:
            return True
        changed = (*delta.added, *delta.closed)
        if any(f.predicate in self.predicates for f in changed):
            return True
        return any(f.predicate in (INSTANCE_OF, SUBCLASS_OF) and f.object_id in self.classes for f in changed)

    def to_json(self) -> dict[str, list[str]]:
        """Plain JSON, sorted."""
        return {"ids": sorted(self.ids), "predicates": sorted(self.predicates), "classes": sorted(self.classes)}

    @staticmethod
    def from_json(data: dict[str, Any]) -> Trace:
        """The Trace that `to_json` wrote."""
        return Trace(set(data["ids"]), set(data["predicates"]), set(data["classes"]))


class Traced:
    """A FactReader that notes what is read through it."""

    def __init__(self, reader: FactReader) -> None:
        self._reader = reader
        self.trace = Trace()

    @property
    def revision(self) -> int:
        """The reader's revision."""
        return self._reader.revision

    def facts_of(self, ids: Iterable[str], predicates: Collection[str] | None = None) -> list[Fact]:
        """See FactReader."""
        wanted = list(ids)
        self.trace.ids.update(wanted)
        return self._reader.facts_of(wanted, predicates)

    def members(self, class_ids: Iterable[str], limit: int, offset: int = 0) -> list[tuple[str, str]]:
        """See FactReader."""
        wanted = tuple(class_ids)
        self.trace.classes.update(wanted)
        found = self._reader.members(wanted, limit, offset)
        self.trace.ids.update(i for i, _name in found)
        return found

    def member_ids(self, class_ids: Iterable[str], limit: int) -> Sequence[str]:
        """See FactReader."""
        wanted = tuple(class_ids)
        self.trace.classes.update(wanted)
        found = self._reader.member_ids(wanted, limit)
        self.trace.ids.update(found)
        return found

    def count_members(self, class_ids: Iterable[str]) -> int:
        """See FactReader."""
        wanted = tuple(class_ids)
        self.trace.classes.update(wanted)
        return self._reader.count_members(wanted)

    def classes_of(self, ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """See FactReader."""
        wanted = list(ids)
        self.trace.ids.update(wanted)
        return self._reader.classes_of(wanted)

    def ids_where(
        self, predicate: str, constraint: Constraint, *, day: date | None = None, qualifiers: tuple[Qualifier, ...] = ()
    ) -> list[str]:
        """See FactReader."""
        self.trace.predicates.add(predicate)
        return self._reader.ids_where(predicate, constraint, day=day, qualifiers=qualifiers)

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
        """See FactReader."""
        self.trace.predicates.add(predicate)
        return self._reader.ids_ordered(
            predicate, descending=descending, limit=limit, offset=offset, day=day, qualifiers=qualifiers, keep=keep
        )

    def subjects_of(self, predicate: str, object_id: str) -> list[str]:
        """See FactReader."""
        self.trace.predicates.add(predicate)
        return self._reader.subjects_of(predicate, object_id)
