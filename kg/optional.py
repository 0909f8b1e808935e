"""Imports without the optional parts of other people's libraries.

neo4j and Keras import pandas and pyarrow when they are installed, to take their types as parameters, which nothing here
hands them. That would cost each process 110 MB and more than half a second of its start.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

DATA_FRAMES = ("pandas", "pyarrow")


@contextmanager
def without(*names: str) -> Iterator[None]:
    """Within it those of the modules that aren't imported yet seem not to be installed; for imports at a start, while
    no other thread imports them."""
    hidden = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]  # None: an import of it fails, by the language
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]
