"""Wiring: which graph, which tables, which lexicons a process of this installation works with."""

from __future__ import annotations

import atexit
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from app.graph_process import graph_endpoint
from app.settings import Settings, load_settings
from kg.store import Graph

if TYPE_CHECKING:
    from dialogue.runtime import Services
    from kg.drafts import DraftStore


@contextmanager
def open_graph(settings: Settings, on_wait: Callable[[float], None] | None = None) -> Iterator[Graph]:
    """The graph of this installation; one that had to be started here is stopped at the end.

    Raises:
        GraphProcessError: the embedded engine can't be started.
        GraphError: nothing answers, or it holds something else.
    """
    with (
        graph_endpoint(settings.home, os.environ, settings.graph_heap, on_wait) as at,
        Graph.connect(at.uri, at.user, at.password, at.database, home=settings.home) as graph,
    ):
        yield graph


def draft_store(settings: Settings) -> DraftStore:
    """The drafts, in the tables of this installation."""
    from kg.drafts import DraftStore

    return DraftStore(settings.database_url)


def build_lexicon(graph: Graph, settings: Settings) -> None:
    """Has the lexicon of head lie where engine workers look for it."""
    from dialogue.lexicons import lexicon_of

    lexicon_of(graph.at(), settings.lexicons)


def build() -> Services:
    """The services of a plain Rasa process (`rasa shell`, `rasa run actions`), from the settings."""
    from dialogue.knowledge import KnowledgeBase
    from dialogue.runtime import Services

    settings = load_settings()
    stack = ExitStack()
    atexit.register(stack.close)
    at = stack.enter_context(graph_endpoint(settings.home, os.environ, settings.graph_heap))
    knowledge = KnowledgeBase(
        lambda: Graph.connect(at.uri, at.user, at.password, at.database, home=settings.home), settings.lexicons
    )
    knowledge.refresh()
    knowledge.start()
    stack.callback(knowledge.stop)
    return Services(knowledge)
