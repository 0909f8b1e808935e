"""The heap in large pages: which stretches are asked for, and that nothing in them changes."""

import sys

import pytest

from dialogue.engine.hugepages import collapse_heap, heap_stretches

MIB = 1 << 20


@pytest.mark.parametrize(
    ("line", "stretches"),
    [
        ("7f0000000000-7f0000600000 rw-p 00000000 00:00 0 \n", [(0x7F0000000000, 6 * MIB)]),
        ("7f0000100000-7f0000600000 rw-p 00000000 00:00 0\n", [(0x7F0000200000, 4 * MIB)]),
        ("7f0000100000-7f00003fffff rw-p 00000000 00:00 0\n", []),
        ("5500000000-5500400000 rw-p 00000000 00:00 0          [heap]\n", [(0x5500000000, 4 * MIB)]),
        ("7f0000000000-7f0000600000 r-xp 00000000 00:00 0\n", []),
        ("7f0000000000-7f0000600000 rw-s 00000000 00:00 0\n", []),
        ("7f0000000000-7f0000600000 rw-p 00000000 08:01 4711       lib.so\n", []),
        ("7ffc00000000-7ffc00600000 rw-p 00000000 00:00 0          [stack]\n", []),
    ],
)
def test_only_whole_large_pages_of_private_memory(line: str, stretches: list[tuple[int, int]]) -> None:
    assert list(heap_stretches(line)) == stretches


def test_what_is_in_memory_stays() -> None:
    held = [bytes([n % 251]) * 4096 for n in range(8192)]  # 32 MiB
    moved = collapse_heap()
    assert all(part == bytes([n % 251]) * 4096 for n, part in enumerate(held))
    assert moved >= 0 if sys.platform == "linux" else moved == 0
