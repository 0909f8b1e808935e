"""The tree of classes of one revision, by row; a class may have several above it, and cycles are harmless."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ClassRow:
    """A class: the rows right above it, how many members it has directly, and the predicates that these have."""

    parents: tuple[int, ...]
    members: int
    member_predicates: tuple[int, ...]


class ClassTree:
    """What is above and below a class."""

    def __init__(self, rows: Iterable[Mapping[str, Any]]) -> None:
        self._rows = {
            row["entity"]: ClassRow(tuple(row["parents"]), row["members"], tuple(row["member_predicates"]))
            for row in rows
        }
        self._children: dict[int, list[int]] = {}
        for cls, row in self._rows.items():
            for parent in row.parents:
                self._children.setdefault(parent, []).append(cls)

    def __contains__(self, row: int) -> bool:
        return row in self._rows

    def __iter__(self) -> Iterator[int]:
        return iter(self._rows)

    def parents(self, cls: int) -> tuple[int, ...]:
        """The classes right above one; none for what is no class."""
        row = self._rows.get(cls)
        return row.parents if row else ()

    def upwards(self, start: Sequence[int]) -> list[int]:
        """Some classes and all above them, nearest first."""
        found = list(start)
        for current in found:
            found.extend(p for p in self.parents(current) if p not in found)
        return found

    def downwards(self, start: int) -> list[int]:
        """A class and all below it, nearest first."""
        found = [start]
        for current in found:
            found.extend(c for c in self._children.get(current, ()) if c not in found)
        return found

    def levels(self, first: Sequence[int]) -> list[list[int]]:
        """Some classes and all above them by their longest distance, nearest level first."""
        depth: dict[int, int] = {}
        self._deepen(first, 1, depth)
        return [[c for c in sorted(depth) if depth[c] == level] for level in sorted(set(depth.values()))]

    def members(self, cls: int) -> int:
        """Members of a class and of those below it, those of several counted once for each."""
        return sum(self._rows[c].members for c in self.downwards(cls) if c in self._rows)

    def member_predicates(self, cls: int) -> list[int]:
        """Predicates that members of a class and of those below it have themselves."""
        rows = (self._rows[c] for c in self.downwards(cls) if c in self._rows)
        return list(dict.fromkeys(p for row in rows for p in row.member_predicates))

    def _deepen(self, rows: Sequence[int], level: int, depth: dict[int, int]) -> None:
        if level > len(self._rows):  # a cycle: no way without one is longer
            return
        for row in rows:
            if depth.get(row, 0) < level:
                depth[row] = level
                self._deepen(self.parents(row), level + 1, depth)
