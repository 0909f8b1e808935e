"""KnowledgeBase: the published revision with its lexicon and understanding, kept fresh in the background.

A turn pins one `Pinned` and keeps it; a newer head is prepared beside it and swapped in when it is whole.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import structlog

from dialogue.errors import KnowledgeUnavailable
from dialogue.faq_meanings import FaqMeanings
from dialogue.lexicons import lexicon_of
from kg.graph_errors import LexiconFault
from kg.lexicon.lexicon import Lexicon
from kg.store import Graph, GraphError, GraphUnavailable, Snapshot
from nlu.arbiter import Understanding

log = structlog.get_logger(__name__)

POLL_S = 0.5
KEPT_REVISIONS = 3  # pinned by --revision, beside head
_LAST = "last.json"


@dataclass(frozen=True, slots=True)
class Pinned:
    """One revision: what to read facts with, and what its names mean."""

    revision: int
    graph_id: str
    reader: Snapshot
    understanding: Understanding

    @property
    def lexicon(self) -> Lexicon:
        """The names of this revision."""
        return self.understanding.lexicon


class KnowledgeBase:
    """Reads head every `poll` seconds in a thread of its own; `lexicons` is the folder of built lexicons. Where turns
    are taken, `meanings` prepares what the FAQs of head mean."""

    def __init__(
        self,
        connect: Callable[[], Graph],
        lexicons: Path,
        poll: float = POLL_S,
        meanings: FaqMeanings | None = None,
    ) -> None:
        self._connect = connect
        self._lexicons = lexicons
        self._poll = poll
        self._graph: Graph | None = None
        self._head: Pinned | None = None
        self._before: Understanding | None = None
        self._others: OrderedDict[int, Pinned] = OrderedDict()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._reachable = True
        self._meanings = meanings
        self.waiting_for = "知识图谱"

    @property
    def available(self) -> bool:
        """Whether there is a revision to pin."""
        return self._head is not None

    def start(self) -> None:
        """Begins to follow head; returns at once."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._follow, name="knowledge", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Ends the thread and closes the graph."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(10)
        if self._meanings is not None:
            self._meanings.stop()
        if self._graph is not None:
            self._graph.close()

    def pin(self, revision: int | None = None) -> Pinned:
        """Head as last seen, or a revision by number.

        Raises KnowledgeUnavailable before the first revision is there, GraphError for one that can't be read.
        """
        head = self._head
        if head is None:
            raise KnowledgeUnavailable("no revision of the graph could be read yet; is the graph running?")
        if revision is None or revision == head.revision:
            return head
        pinned = self._others.pop(revision, None) or self._load(revision)
        self._others[revision] = pinned
        while len(self._others) > KEPT_REVISIONS:
            self._others.popitem(last=False)
        return pinned

    def understanding(self, revision: int | None) -> Understanding:
        """What Rasa's components ask for."""
        return self.pin(revision).understanding

    def refresh(self) -> None:
        """Looks at head now and loads it if it is new. Raises GraphError when the graph can't be read."""
        number = self._open().head().number
        if self._head is None or self._head.revision != number:
            loaded = self._load(number)
            if self._meanings is not None:
                self._meanings.begin(loaded.understanding.faqs)
            self._head = loaded
            self._remember(loaded)
            log.info("knowledge.pinned", revision=number)

    def _follow(self) -> None:
        while not self._stopping.is_set():
            try:
                self.refresh()
                self._reachable = True
            except GraphError as error:
                self._note_unreachable(error)
            except Exception:  # the thread must outlive a revision it can't read; turns keep the last good one
                log.exception("knowledge.refresh_failed")
            self._stopping.wait(self._poll)

    def _note_unreachable(self, error: GraphError) -> None:
        if self._reachable:
            log.warning("knowledge.unreachable", error=str(error))
        self._reachable = False
        if self._head is None:
            self._head = self._last_known()

    def _open(self) -> Graph:
        if self._graph is None:
            self.waiting_for = "连接知识图谱"
            self._graph = self._connect()
        return self._graph

    def _load(self, number: int) -> Pinned:
        graph = self._open()
        snapshot = graph.at(number)
        self.waiting_for = "载入词典"
        return Pinned(number, graph.graph_id, snapshot, self._understanding_of(lexicon_of(snapshot, self._lexicons)))

    def _understanding_of(self, lexicon: Lexicon) -> Understanding:
        """Making one takes a second: most changes leave all words, and what is taken back has the words of before."""
        current = self._head.understanding if self._head is not None else None
        for known in (current, self._before):
            if known is not None and known.lexicon.words == lexicon.words:
                break
        else:
            known = Understanding(lexicon)
        if known is not current:
            self._before = current
        return known

    def _remember(self, pinned: Pinned) -> None:
        note = {"graph_id": pinned.graph_id, "revision": pinned.revision}
        scratch = self._lexicons / f"{_LAST}.new"
        scratch.write_text(json.dumps(note), encoding="utf-8")
        scratch.replace(self._lexicons / _LAST)

    def _last_known(self) -> Pinned | None:
        """The revision of an earlier run: customers are understood, and what needs the graph says it is away."""
        try:
            note = json.loads((self._lexicons / _LAST).read_text(encoding="utf-8"))
            lexicon = Lexicon.open(self._lexicons / note["graph_id"] / str(note["revision"]))
        except (OSError, ValueError, LexiconFault):
            return None
        away: Snapshot = _Away(note["revision"])  # type: ignore[assignment]
        return Pinned(-1, note["graph_id"], away, Understanding(lexicon))


class _Away:
    """Stands for the snapshot of a graph that was not reached since the start: whatever is read says so."""

    def __init__(self, revision: int) -> None:
        self.revision = revision

    def __getattr__(self, name: str) -> object:
        raise GraphUnavailable("graph", f"{name} can't be read", "start the graph, or see its log")
