"""The lexicon of the next revision from that of the one before, by a layer over its tables: work for the change alone.

What a layer can't say is left to `kg.lexicon.build`: changes of the class tree or of declarations, renamed classes,
and so much that building is as quick. Words whose last use has just ended (a text that no fact has any more, a
qualifier, a predicate) stay known until the next whole build: who uses one is told that nothing was found. The heads
that many names share are counted with the names below.
"""

from __future__ import annotations

import json
from pathlib import Path

from kg.delta import Delta
from kg.facts import SUBCLASS_OF
from kg.lexicon.amended_meta import faqs, meta
from kg.lexicon.amended_rows import Amending
from kg.lexicon.carry import linked
from kg.lexicon.literals_kept import CHANGES, keep_literals
from kg.overlay import Overlay


def amend(old: Path, laid: Overlay, delta: Delta, directory: Path) -> bool:
    """Make `directory` the lexicon of `laid`, which is the revision of `old` after `delta`; False where it can't."""
    if not _can_be_said(delta):
        return False
    work = Amending(old, laid, delta)
    if not work.done():
        return False
    small, asked = meta(work), faqs(work)
    with linked(old, directory, without=("meta.json", "layer.json", "faqs.jsonl", CHANGES)) as folder:
        keep_literals(old, delta, folder)
        work.layer.write(folder)
        (folder / "meta.json").write_text(json.dumps(small, ensure_ascii=False), encoding="utf-8")
        (folder / "faqs.jsonl").write_text("\n".join(asked), encoding="utf-8")
    return True


def _can_be_said(delta: Delta) -> bool:
    if delta.predicates or delta.dropped:
        return False
    return not any(f.predicate == SUBCLASS_OF for f in (*delta.added, *delta.closed))
