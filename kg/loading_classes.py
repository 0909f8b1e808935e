"""Classes as identity sees them: which of them may be classes of one and the same thing.

Two classes fit together when one is the other or stands above it, or when both stand below a third one
that is no class of persons: 外币理财 and 固定收益类理财 may be the same product, while names of persons
are shared by many. A notion (术语, 概念, 监管事项) is no thing beside the thing that has its name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from kg.facts import EntityKind
from kg.lexicon.kinds import KIND_CLASSES

_CLASSES_OF_KIND = {kind: frozenset(names) for kind, names in KIND_CLASSES}


class ClassGraph:
    """上位类 edges between class ids; `names` gives the classes' names and may grow."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names
        self._parents: dict[str, set[str]] = defaultdict(set)
        self._upwards: dict[str, frozenset[str]] = {}

    def add(self, child: str, parent: str) -> None:
        """One more edge."""
        self._parents[child].add(parent)
        self._upwards.clear()

    def fit(self, classes: Collection[str], wanted: str) -> bool:
        """Whether a thing of these classes may also be of class `wanted`."""
        things = [c for c in classes if not self._is(c, EntityKind.TERM)]
        return not things or self._is(wanted, EntityKind.TERM) or any(self._compatible(c, wanted) for c in things)

    def is_notion(self, cls: str) -> bool:
        """Whether a class holds notions rather than things."""
        return self._is(cls, EntityKind.TERM)

    def _compatible(self, one: str, other: str) -> bool:
        above_one, above_other = self._from(one), self._from(other)
        if one in above_other or other in above_one:
            return True
        return bool(above_one & above_other) and not self._is(one, EntityKind.PERSON)

    def _is(self, cls: str, kind: EntityKind) -> bool:
        return any(self._names.get(c, c) in _CLASSES_OF_KIND[kind] for c in self._from(cls))

    def _from(self, cls: str) -> frozenset[str]:
        """The class and everything above it; a circle is walked once."""
        if cls not in self._upwards:
            seen, queue = {cls}, [cls]
            while queue:
                fresh = self._parents.get(queue.pop(), set()) - seen
                seen |= fresh
                queue.extend(fresh)
            self._upwards[cls] = frozenset(seen)
        return self._upwards[cls]
