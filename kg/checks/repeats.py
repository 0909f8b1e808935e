"""Keys that come more than once, found with eight bytes a key: what a check of a million rows can afford to hold."""

from __future__ import annotations

from array import array
from collections.abc import Hashable

import numpy as np


class Repeats:
    """Takes keys in a first pass; `wanted` then holds the hashes of those that came again.

    Two keys with one hash are taken for one: the second pass, which looks at them whole, tells them apart.
    """

    def __init__(self) -> None:
        self._hashes = array("q")
        self.wanted: frozenset[int] = frozenset()

    def add(self, key: Hashable) -> None:
        """One more key."""
        self._hashes.append(hash(key))

    def settle(self) -> None:
        """Ends the first pass."""
        found, counts = np.unique(np.frombuffer(self._hashes, dtype=np.int64), return_counts=True)
        self.wanted = frozenset(found[counts > 1].tolist())
        self._hashes = array("q")


class Shared:
    """Takes pairs of a key and what it leads to; `wanted` then holds the hashes of what several keys lead to."""

    def __init__(self) -> None:
        self._pairs = array("q")
        self.wanted: frozenset[int] = frozenset()

    def add(self, key: Hashable, target: Hashable) -> None:
        """One more pair; a pair may come again."""
        self._pairs.extend((hash(target), hash(key)))

    def settle(self) -> None:
        """Ends the first pass."""
        pairs = np.unique(np.frombuffer(self._pairs, dtype=np.int64).reshape(-1, 2), axis=0)
        found, counts = np.unique(pairs[:, 0], return_counts=True)
        self.wanted = frozenset(found[counts > 1].tolist())
        self._pairs = array("q")
