"""Carrying a lexicon over to the next revision without building it, when a change leaves all words as they are."""

from __future__ import annotations

import json
import os
import shutil
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from kg.delta import Delta
from kg.facts import DEFINITION, INSTANCE_OF, SUBCLASS_OF, UNSPOKEN, Fact
from kg.lexicon.build import MAX_TEXT_VALUE
from kg.lexicon.literals_kept import CHANGES, keep_literals
from kg.values import Kind

_WORDS = UNSPOKEN | {DEFINITION, INSTANCE_OF, SUBCLASS_OF}
_META = "meta.json"


def leaves_words(delta: Delta) -> bool:
    """Whether the lexicon after `delta` says the same as before: only figures, texts, periods and sources change."""
    if delta.created or delta.changed or delta.withdrawn or delta.predicates or delta.dropped:
        return False
    same = Counter(_words(delta.closed)) == Counter(_words(delta.added))
    return same and not any(f.predicate in _WORDS for f in (*delta.added, *delta.closed))


def _words(facts: Iterable[Fact]) -> Iterable[tuple[object, ...]]:
    """What a lexicon keeps of a fact."""
    for fact in facts:
        short = fact.value is not None and fact.value.kind is Kind.TEXT and len(fact.value.text) <= MAX_TEXT_VALUE
        qualifiers = tuple((q.name, q.value.text) for q in fact.qualifiers)
        text = fact.text if short else ""
        kind = (fact.value.kind, fact.value.unit) if fact.value is not None else None
        yield fact.subject_id, fact.predicate, fact.object_id, kind, text, qualifiers


def carry(old: Path, new: Path, revision: int, delta: Delta) -> None:
    """Makes `new` the lexicon of `revision`, which is the revision of `old` after `delta`; files are shared by hard
    links."""
    meta = json.loads((old / _META).read_text(encoding="utf-8"))
    with linked(old, new, without=(_META, CHANGES)) as folder:
        keep_literals(old, delta, folder)
        (folder / _META).write_text(json.dumps({**meta, "revision": revision}, ensure_ascii=False), encoding="utf-8")


@contextmanager
def linked(old: Path, new: Path, without: Collection[str]) -> Iterator[Path]:
    """A folder with links to the files of `old`, to be given the others; it becomes `new` when they are there."""
    new.parent.mkdir(parents=True, exist_ok=True)
    work = new.with_name(f".{new.name}.{os.getpid()}")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    for path in old.iterdir():
        if path.name not in without:
            os.link(path, work / path.name)
    yield work
    for path in work.iterdir():
        if path.name in without:
            with path.open("rb") as handle:
                os.fsync(handle.fileno())
    shutil.rmtree(new, ignore_errors=True)
    os.rename(work, new)
