"""The offers of a day for the gateway: head of the graph and its lexicon, looked at once a second at most."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from app.graph_process import endpoint_from_env, running_endpoint
from app.settings import Settings
from growth.catalogue import Catalogue
from growth.service import Growth
from kg.graph_errors import GraphUnavailable

if TYPE_CHECKING:
    from kg.lexicon.lexicon import Lexicon
    from kg.store import Graph, Snapshot

_POLL_S = 1.0


def open_published(settings: Settings) -> Graph:
    """The graph that runs for this installation. GraphUnavailable while none does: nothing is started here."""
    at = endpoint_from_env(os.environ) or running_endpoint(settings.home)
    if at is None:
        raise GraphUnavailable("graph", "no engine runs yet", "wait for `jinwen serve` to bring it up")
    from kg.store import Graph

    return Graph.connect(at.uri, at.user, at.password, at.database, home=settings.home)


class GraphOffers:
    """A CatalogueSource (connectors.growth.ports) on the published graph; connects when it is first asked."""

    def __init__(self, connect: Callable[[], Graph], lexicons: Path) -> None:
        self._connect = connect
        self._lexicons = lexicons
        self._lock = threading.Lock()
        self._graph: Graph | None = None
        self._head: tuple[Snapshot, Lexicon] | None = None
        self._looked = 0.0

    def catalogue(self, growth: Growth, day: date) -> Catalogue:
        """The offers of a day on the published graph."""
        snapshot, lexicon = self._current()
        return growth.catalogue(snapshot, lexicon, day)

    def id_of(self, name: str) -> str | None:
        """The id of the one thing of this name."""
        found = self._current()[1].by_name(name)
        return found[0].id if len(found) == 1 else None

    def kinds_of(self, names: list[str]) -> frozenset[str]:
        """Ids of these products and classes and of all classes above them."""
        lexicon = self._current()[1]
        ids = {info.id for name in names for info in lexicon.by_name(name)}
        return frozenset(ids | {c for i in ids for level in lexicon.class_levels(i) for c in level})

    def close(self) -> None:
        """Gives the connection back."""
        with self._lock:
            if self._graph is not None:
                self._graph.close()
            self._graph = self._head = None

    def _current(self) -> tuple[Snapshot, Lexicon]:
        from dialogue.lexicons import lexicon_of  # with all that builds one: most servers are never asked for an offer

        with self._lock:
            if self._head is None or time.monotonic() - self._looked > _POLL_S:
                if self._graph is None:
                    self._graph = self._connect()
                snapshot = self._graph.at()
                if self._head is None or self._head[0].revision != snapshot.revision:
                    self._head = (snapshot, lexicon_of(snapshot, self._lexicons))
                self._looked = time.monotonic()
            return self._head
