"""Memory-mapped tables of strings and integer lists, the storage of a lexicon."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt


def mapped(path: Path) -> npt.NDArray[Any]:
    """An array file, read as it is needed. Plain: every slice of a numpy.memmap costs a microsecond more."""
    return np.asarray(np.load(path, mmap_mode="r"))


def mapped_view(path: Path) -> memoryview:
    """The same as plain memory: its items are plain numbers, without a numpy object in between."""
    return mapped(path).data


class StringTable:
    """Strings by index: one blob of UTF-8 and the offsets into it. Read-only."""

    def __init__(self, base: Path) -> None:
        self._offsets = mapped_view(base.with_suffix(".offsets.npy"))
        self._blob = mapped_view(base.with_suffix(".blob.npy"))

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __getitem__(self, index: int) -> str:
        return str(self._blob[self._offsets[index] : self._offsets[index + 1]], "utf-8")

    def __iter__(self) -> Iterator[str]:
        return (self[i] for i in range(len(self)))

    @staticmethod
    def write(base: Path, strings: Iterable[str]) -> None:
        """Write the two files of a table."""
        encoded = [s.encode("utf-8") for s in strings]
        offsets = np.zeros(len(encoded) + 1, dtype=np.int64)
        np.cumsum([len(e) for e in encoded], out=offsets[1:])
        np.save(base.with_suffix(".offsets.npy"), offsets)
        np.save(base.with_suffix(".blob.npy"), np.frombuffer(b"".join(encoded), dtype=np.uint8))


class ListTable:
    """Lists of integers by index (compressed sparse rows). Read-only."""

    def __init__(self, base: Path) -> None:
        self._starts = mapped_view(base.with_suffix(".starts.npy"))
        self._values: npt.NDArray[np.int32] = mapped(base.with_suffix(".values.npy"))

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __getitem__(self, index: int) -> list[int]:
        found: list[int] = self.array(index).tolist()
        return found

    def array(self, index: int) -> npt.NDArray[np.int32]:
        """Row `index` without copying."""
        return self._values[self._starts[index] : self._starts[index + 1]]

    def rows_with(self, value: int) -> npt.NDArray[np.int64]:
        """Numbers of the rows that hold a value, ascending."""
        places = np.nonzero(self._values == value)[0]
        found = np.searchsorted(np.asarray(self._starts), places, side="right") - 1
        rows: npt.NDArray[np.int64] = np.unique(found).astype(np.int64)
        return rows

    def values_of(self, rows: npt.NDArray[np.int64]) -> list[int]:
        """Every value that some rows hold, once."""
        if not len(rows):
            return []
        wanted = np.zeros(len(self), dtype=bool)
        wanted[rows] = True
        lengths = np.diff(np.asarray(self._starts))
        found: list[int] = np.unique(self._values[np.repeat(wanted, lengths)]).tolist()
        return found

    @staticmethod
    def write(base: Path, rows: Sequence[Sequence[int]]) -> None:
        """Write the two files of a table."""
        starts = np.zeros(len(rows) + 1, dtype=np.int64)
        np.cumsum([len(r) for r in rows], out=starts[1:])
        values = np.fromiter((v for r in rows for v in r), dtype=np.int32, count=int(starts[-1]))
        np.save(base.with_suffix(".starts.npy"), starts)
        np.save(base.with_suffix(".values.npy"), values)
