"""A delta: what publishing one revision adds to and takes from the revision before it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from kg.facts import Fact
from kg.ontology import Predicate


@dataclass(frozen=True, slots=True)
class NamedEntity:
    """An entity's id and the name it has from the delta's revision on."""

    id: str
    name: str


@dataclass(frozen=True)
class Delta:
    """The change from revision `base` to base + 1.

    A changed fact stands in `closed` as it was and in `added` as it becomes, both under one id.
    `created` entities are unknown to the graph in every revision; `changed` ones exist and get a name (or
    come back) from the new revision on; `withdrawn` ids end with it. `predicates` are new or changed
    ontology rows, `dropped` the names of those that end. `file_subjects` says, by file name, for which
    subject ids a file brought facts, so that a later load finds rows gone from it.
    """

    base: int
    added: tuple[Fact, ...] = ()
    closed: tuple[Fact, ...] = ()
    created: tuple[NamedEntity, ...] = ()
    changed: tuple[NamedEntity, ...] = ()
    withdrawn: tuple[str, ...] = ()
    predicates: tuple[Predicate, ...] = ()
    dropped: tuple[str, ...] = ()
    file_subjects: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def touched(self) -> frozenset[str]:
        """Ids whose own facts or name change."""
        named = (e.id for e in (*self.created, *self.changed))
        return frozenset((*(f.subject_id for f in (*self.added, *self.closed)), *named, *self.withdrawn))

    @property
    def is_empty(self) -> bool:
        """Whether publishing it would make a revision equal to its base."""
        parts = (
            self.added,
            self.closed,
            self.created,
            self.changed,
            self.withdrawn,
            self.predicates,
            self.dropped,
        )
        return not any(parts)
