"""Graph: the way into the store. Reads go through a Snapshot, writes through `publish`."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from kg.delta import Delta
from kg.graph_errors import GraphUnavailable
from kg.store.connection import READ_TIMEOUT_S, Connection
from kg.store.id_cache import IdCache
from kg.store.lock import WAIT_S, Lease, writer
from kg.store.recovery import recover
from kg.store.revisions import Revision, head_number, revision, revisions
from kg.store.schema import ensure_schema
from kg.store.snapshot import Snapshot
from kg.store.writer import Note, Progress, publish

GREETING_S = 20.0
"""How long an engine that accepts connections may take to answer its first statement."""


class Graph:
    """One graph behind one driver; safe to share between threads.

    `home` is the state folder on this machine, whose processes share a file lock for writing; None when
    there is none.
    """

    def __init__(self, connection: Connection, graph_id: str, home: Path | None = None) -> None:
        self.connection = connection
        self.graph_id = graph_id
        self.home = home
        self._cache = IdCache()

    @staticmethod
    def connect(uri: str, user: str, password: str, database: str, *, home: Path | None = None) -> Graph:
        """Open a graph, making indexes and control nodes in an empty one.

        Raises GraphUnavailable when nothing answers at `uri`, SchemaMismatch for a graph of another version.
        """
        connection = Connection(uri, user, password, database)
        try:
            return Graph(connection, _opened(connection), home)
        except BaseException:
            connection.close()
            raise

    def __enter__(self) -> Graph:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the driver; snapshots of this graph can't be read any more."""
        self.connection.close()

    def head(self) -> Revision:
        """The published revision; number 0 is a graph into which nothing was ever loaded."""
        return revision(self.connection, head_number(self.connection))

    def revision(self, number: int) -> Revision:
        """What is known of a revision. UnknownRevision when there is none of that number."""
        return revision(self.connection, number)

    def log(self, limit: int = 50) -> list[Revision]:
        """The newest revisions, newest first."""
        return revisions(self.connection, limit)

    def at(self, number: int | None = None, *, timeout: float = READ_TIMEOUT_S) -> Snapshot:
        """A read-only view pinned to a revision, head by default. UnknownRevision for one past head."""
        made = self.head() if number is None else self.revision(number)
        return Snapshot(self.connection, self.graph_id, made.number, timeout=timeout, cache=self._cache)

    @contextmanager
    def writing(self, author: str, *, wait: float = WAIT_S) -> Iterator[Writing]:
        """Be the only writer; what a dead one left behind is undone first. WriterBusy after `wait` seconds."""
        with writer(self.connection, home=self.home, who=author or "writer", wait=wait) as lease:
            recover(self.connection, lease)
            yield Writing(self, lease)

    def recover(self, *, wait: float = 0.0) -> bool:
        """Undo what a dead writer left; True when there was something. WriterBusy while one is alive."""
        if not self.connection.read("MATCH (i:Control {id: 'intent'}) WHERE i.revision > 0 RETURN i.revision"):
            return False
        with writer(self.connection, home=self.home, who="recovery", wait=wait) as lease:
            return recover(self.connection, lease)


def _opened(connection: Connection) -> str:
    """The graph's id. A port that refuses is down; one that accepts and is slow to greet is starting or busy."""
    until = time.monotonic() + GREETING_S
    while True:
        started = time.monotonic()
        try:
            return ensure_schema(connection)
        except GraphUnavailable:
            now = time.monotonic()
            if now > until or now - started < 1:
                raise


class Writing:
    """The right to publish, held inside `Graph.writing`."""

    def __init__(self, graph: Graph, lease: Lease) -> None:
        self.graph = graph
        self._lease = lease

    def publish(self, delta: Delta, note: Note, progress: Progress | None = None) -> Revision:
        """Publish a delta that was computed on head; StaleBase when it was not."""
        return publish(self.graph.connection, self._lease, delta, note, progress)
