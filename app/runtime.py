"""Wiring: which graph, which tables, which lexicons a process of this installation works with."""

from __future__ import annotations

import atexit
import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from app.graph_process import GraphEndpoint, endpoint_from_env, graph_endpoint
from app.settings import Settings, load_settings
from kg.store import Graph, GraphTimeout, GraphUnavailable

if TYPE_CHECKING:
    from app.editing.parts import Parts
    from dialogue.runtime import Services

_FIRST_ANSWER = 30.0  # seconds


@contextmanager
def open_graph(settings: Settings, on_wait: Callable[[float], None] | None = None) -> Iterator[Graph]:
    """The graph of this installation; one that had to be started here is stopped at the end.

    Raises:
        GraphProcessError: the embedded engine can't be started.
        GraphError: nothing answers, or it holds something else.
    """
    with (
        graph_endpoint(settings.home, os.environ, settings.graph_heap, on_wait) as at,
        _connected(at, settings) as graph,
    ):
        yield graph


def _connected(at: GraphEndpoint, settings: Settings) -> Graph:
    """A connection; an engine that has just come up on a busy machine may need a moment for its first answer."""
    deadline = time.monotonic() + (0 if endpoint_from_env(os.environ) else _FIRST_ANSWER)
    while True:
        try:
            return Graph.connect(at.uri, at.user, at.password, at.database, home=settings.home)
        except (GraphTimeout, GraphUnavailable):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def parts_of(graph: Graph, settings: Settings) -> Parts:
    """What the editors' desk works with; brings the tables up to date."""
    from app.editing.parts import Parts
    from dialogue.store.database import connect, upgrade

    engine = connect(settings.database_url)
    upgrade(engine)
    return Parts(settings, graph, engine)


def build_lexicon(graph: Graph, settings: Settings) -> None:
    """Has the lexicon of head lie where engine workers look for it."""
    from dialogue.lexicons import lexicon_of

    lexicon_of(graph.at(), settings.lexicons)


def build() -> Services:
    """The services of a plain Rasa process (`rasa shell`, `rasa run actions`), from the settings."""
    from customer.core import open_core
    from dialogue.faq_meanings import FaqMeanings
    from dialogue.knowledge import KnowledgeBase
    from dialogue.runtime import Services
    from dialogue.store import Store
    from growth.service import Growth
    from nlu.encoder import KEPT

    settings = load_settings()
    stack = ExitStack()
    atexit.register(stack.close)
    at = stack.enter_context(graph_endpoint(settings.home, os.environ, settings.graph_heap))
    KEPT.keep_in(settings.home / "cache")
    knowledge = KnowledgeBase(lambda: _connected(at, settings), settings.lexicons, meanings=FaqMeanings())
    knowledge.refresh()
    knowledge.start()
    stack.callback(knowledge.stop)
    store = Store.open(settings.database_url)
    stack.callback(store.close)
    growth, core = Growth(store.engine, settings.offers), open_core(settings.core, settings.home)
    return Services(knowledge, settings.institution, growth, core)
