"""Where built lexicons lie, and having one built by whoever needs it first: the publisher, or a worker."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kg.lexicon.build import build
from kg.lexicon.lexicon import Lexicon, LexiconFault
from kg.store import Snapshot


def lexicon_of(snapshot: Snapshot, lexicons: Path) -> Lexicon:
    """The lexicon of the snapshot's revision under `lexicons`; built now when it is missing or damaged."""
    directory = lexicons / snapshot.graph_id / str(snapshot.revision)
    directory.parent.mkdir(parents=True, exist_ok=True)
    with _building(directory.parent):
        try:
            return Lexicon.open(directory)
        except (LexiconFault, OSError, ValueError):  # missing, of another format, or damaged
            shutil.rmtree(directory, ignore_errors=True)
            build(snapshot, directory)
    return Lexicon.open(directory)


@contextmanager
def _building(folder: Path) -> Iterator[None]:
    """One process builds, the others wait for its result."""
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
