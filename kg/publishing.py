"""Publishing drafts: with the checks and the approver in the revision, never over somebody else's work."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace

from kg.delta import Delta
from kg.drafts import OPEN, PUBLISHED, WAITING, Draft, DraftStore
from kg.loading import Ahead
from kg.store import Graph, Note, Revision
from kg.store.lock import WAIT_S
from kg.store.revisions import touched_between
from kg.store.writer import Progress


class Overtaken(Exception):
    """Somebody published since the draft was made, on the same things; `subjects` are their ids, a few of them."""

    def __init__(self, draft_id: str, base: int, head: int, subjects: tuple[str, ...]) -> None:
        super().__init__(f"draft {draft_id}: made on revision {base}, head is {head}; rebase it and look again")
        self.draft_id, self.base, self.head, self.subjects = draft_id, base, head, subjects


def _nothing_ahead(_delta: Delta) -> AbstractContextManager[None]:
    return nullcontext()


def publish_draft(
    graph: Graph,
    drafts: DraftStore,
    draft: Draft,
    note: Note,
    *,
    wait: float = WAIT_S,
    ahead: Ahead = _nothing_ahead,
    progress: Progress | None = None,
) -> Revision:
    """Publish a waiting draft as it was seen.

    Raises Overtaken when head is not its base any more, UnknownDraft when it does not wait (any more) in the
    version that was seen, WriterBusy and GraphError as every writer.
    """
    with graph.writing(note.approver or note.author, wait=wait) as writing:
        settle_published(graph, drafts)
        now = drafts.get(draft.id, (WAITING,))
        head = graph.head().number
        if now.version != draft.version or head != draft.base:
            raise overtaken(graph, now)
        with ahead(draft.delta):
            made = writing.publish(draft.delta, replace(note, draft=draft.id), progress)
        drafts.settle(draft.id, PUBLISHED, made.number)
        return made


def overtaken(graph: Graph, draft: Draft) -> Overtaken:
    """What was published since the draft's base, as far as the draft touches it too."""
    head = graph.head().number
    since = touched_between(graph.connection, draft.base, head) or set()
    return Overtaken(draft.id, draft.base, head, tuple(sorted(since & draft.delta.touched))[:20])


def settle_published(graph: Graph, drafts: DraftStore) -> list[Draft]:
    """Marks drafts whose publisher was killed after the head moved; the ones marked."""
    head = graph.head().number
    found = []
    for draft in drafts.listed(graph.graph_id, OPEN):
        if draft.base < head and graph.revision(draft.base + 1).draft == draft.id:
            drafts.settle(draft.id, PUBLISHED, draft.base + 1)
            found.append(draft)
    return found
