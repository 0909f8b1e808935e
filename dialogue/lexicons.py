"""Where built lexicons lie, and having one built by whoever needs it first: the publisher, or a worker."""

from __future__ import annotations

import fcntl
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kg.delta import Delta
from kg.graph_errors import LexiconFault
from kg.lexicon.amend import amend
from kg.lexicon.build import build
from kg.lexicon.carry import carry, leaves_words
from kg.lexicon.lexicon import Lexicon, read_meta
from kg.overlay import Base, Overlay
from kg.store import Snapshot

STAGED_FACTS = 20_000
"""A larger change is published first and gets its lexicon afterwards: holding it in memory twice costs more."""


def lexicon_of(snapshot: Snapshot, lexicons: Path) -> Lexicon:
    """The lexicon of the snapshot's revision under `lexicons`; built now when it is missing or damaged. From now on the
    snapshot looks up members and literals in it."""
    found = _opened_or_built(snapshot, lexicons / snapshot.graph_id / str(snapshot.revision))
    snapshot.look_up_in(found)
    return found


def _opened_or_built(snapshot: Snapshot, directory: Path) -> Lexicon:
    try:
        return Lexicon.open(directory)
    except (LexiconFault, OSError, ValueError):  # missing, of another format, or damaged
        directory.parent.mkdir(parents=True, exist_ok=True)
    with _building(directory.parent):
        try:
            return Lexicon.open(directory)
        except (LexiconFault, OSError, ValueError):
            shutil.rmtree(directory, ignore_errors=True)
            build(snapshot, directory)
    return Lexicon.open(directory)


@contextmanager
def lexicon_ahead(base: Base, delta: Delta, lexicons: Path, restores: int | None = None) -> Iterator[None]:
    """Has the lexicon of the next revision in its place as soon as the body has moved head.

    Made beside its place first, while readers go on; a worker that sees the new head before it is there waits for
    an instant. If the body raises, nothing of it stays. `restores` is the revision whose content the next one has:
    its lexicon, where it is kept, says the same.
    """
    folder = lexicons / base.graph_id
    known = folder / str(restores) if restores is not None and _is_whole(folder / str(restores)) else None
    if known is None and len(delta.added) + len(delta.closed) > STAGED_FACTS:
        yield
        return
    staged = folder / f"next-{uuid.uuid4().hex}"
    try:
        if known is not None:
            carry(known, staged, delta.base + 1, Delta(restores or 0))
        else:
            draft_lexicon(base, delta, lexicons, staged)
        with _building(folder):
            yield
            place = folder / str(delta.base + 1)
            shutil.rmtree(place, ignore_errors=True)
            staged.rename(place)
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def draft_lexicon(base: Base, delta: Delta, lexicons: Path, directory: Path) -> None:
    """Makes the lexicon of `base` after `delta` in `directory`: carried over when no word changes, else amended by a
    layer, and built where that can't be said so."""
    before, laid = lexicons / base.graph_id / str(delta.base), Overlay(base, delta)
    there = _is_whole(before)
    if there and leaves_words(delta):
        carry(before, directory, delta.base + 1, delta)
    elif not (there and amend(before, laid, delta, directory)):
        build(laid, directory)


def _is_whole(directory: Path) -> bool:
    try:
        read_meta(directory)
    except (LexiconFault, OSError, ValueError):  # of another format, or damaged: it is built anew
        return False
    return True


@contextmanager
def _building(folder: Path) -> Iterator[None]:
    """One process builds, the others wait for its result."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
