"""A heap of half a gigabyte in pages of 2 MiB instead of 4 KiB.

A turn walks all over the heap: dictionaries of the lexicon, weights, Rasa's objects. In small pages most of those steps
miss the processor's table of pages, and under a hypervisor each miss is looked up twice over. Python's own allocator
doesn't ask for large pages, so the kernel is asked afterwards, once everything is there (MADV_COLLAPSE, Linux 6.1).
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
from pathlib import Path

_MADV_COLLAPSE = 25
_HUGE = 2 << 20
_MAPS = Path("/proc/self/maps")
_PRIVATE_HEAP = re.compile(r"^([0-9a-f]+)-([0-9a-f]+) rw-p \S+ \S+ 0\s*(?:\[heap\])?$", re.M)


def collapse_heap() -> int:
    """Moves this process's heap into large pages, now, and returns how many bytes were moved.

    The state of the process stays as it is; 0 on a kernel without it. It holds the caller up for some 0.3 s per 500 MB.
    """
    if not _MAPS.exists():
        return 0
    madvise = ctypes.CDLL(None).madvise
    madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    stretches = list(heap_stretches(_MAPS.read_text(encoding="ascii", errors="replace")))
    return sum(size for start, size in stretches if madvise(start, size, _MADV_COLLAPSE) == 0)


def heap_stretches(maps: str) -> Iterator[tuple[int, int]]:
    """Start and size, in bytes, of the whole large pages within the private, anonymous, writable mappings of `maps`,
    the text of /proc/PID/maps."""
    for found in _PRIVATE_HEAP.finditer(maps):
        start = -(-int(found[1], 16) // _HUGE) * _HUGE
        end = int(found[2], 16) // _HUGE * _HUGE
        if end > start:
            yield start, end - start
