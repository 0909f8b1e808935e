"""Which ids a class, a constraint or an order gives in a revision: kept, since a revision never changes.

Only ids and names for listing are kept here; facts that are shown are read from the graph every time.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

CAPACITY = 2_000_000
"""Entries of all lists together; about a hundred bytes each."""


class IdCache:
    """Lists by key, the longest unused dropped first when they hold more than `capacity` entries. Thread-safe."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._lists: OrderedDict[Hashable, tuple[Any, ...]] = OrderedDict()
        self._held = 0
        self._lock = threading.Lock()

    def get(self, key: Hashable, compute: Callable[[], list[Any]]) -> list[Any]:
        """A fresh list of what `compute` gave the first time for this key."""
        with self._lock:
            if key in self._lists:
                self._lists.move_to_end(key)
                return list(self._lists[key])
        found = compute()
        with self._lock:
            if key not in self._lists:
                self._lists[key] = tuple(found)
                self._held += len(found) + 1
            while self._held > self._capacity:
                _key, dropped = self._lists.popitem(last=False)
                self._held -= len(dropped) + 1
        return found
