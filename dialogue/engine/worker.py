"""The worker process: `python -m dialogue.engine.worker FD` takes turns over a socket, one JSON object a line.

In: `{"start": settings}` first, then `{"id", "turn"}` and `{"forget": prefix}`. Out: `{"state": text}` while it
starts, `{"ready": {"hotline"}}`, then `{"id", "out"}`. The end of the socket is the end of the process.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import select
import socket
import sys
import threading
import time
import warnings
from typing import TYPE_CHECKING, Any

from dialogue.engine.hugepages import collapse_heap
from dialogue.engine.settings import EngineSettings
from kg.memory import settle
from kg.optional import DATA_FRAMES, without

if TYPE_CHECKING:
    from dialogue.engine.turns import TurnHandler

KNOWLEDGE_WAIT_S = 20.0  # after that the worker is ready to say that the graph is away
MEANINGS_WAIT_S = 15.0  # after that many FAQs, read for the first time, are found by words alone until it is done


class Link:
    """The worker's end of the socket. A thread watches for its end, so that a parent's death is noticed at any time; it
    reads nothing, for handing each message from thread to thread would be a tenth of a millisecond of every turn."""

    def __init__(self, connection: socket.socket) -> None:
        self._lines = connection.makefile("r", encoding="utf-8", newline="\n")
        self._out = connection
        threading.Thread(target=self._watch, name="link", daemon=True).start()

    def receive(self) -> dict[str, Any]:
        """The next message; waits for it."""
        line = self._lines.readline()
        if not line:
            os._exit(0)
        message: dict[str, Any] = json.loads(line)
        return message

    def send(self, message: dict[str, Any]) -> None:
        """Sends a message."""
        self._out.sendall(json.dumps(message, ensure_ascii=False).encode() + b"\n")

    def _watch(self) -> None:
        ended = select.poll()
        ended.register(self._out, select.POLLRDHUP)
        ended.poll()
        os._exit(0)  # the parent is gone, and the main thread may be in a long import


def main(descriptor: int) -> None:
    """Runs until the socket ends."""
    link = Link(socket.socket(fileno=descriptor))
    settings = EngineSettings.from_json(link.receive()["start"])
    loop = asyncio.new_event_loop()
    handler = _prepare(settings, link, loop)
    collapse_heap()
    settle()
    link.send({"ready": {"hotline": handler.hotline_text()}})
    while True:
        message = link.receive()
        if "forget" in message:
            handler.forget(message["forget"])
        else:
            link.send({"id": message["id"], "out": loop.run_until_complete(_taken(handler, message["turn"]))})
            gc.collect(0)  # when a reply is on its way, not while somebody waits for it


def _prepare(settings: EngineSettings, link: Link, loop: asyncio.AbstractEventLoop) -> TurnHandler:
    """Everything a turn needs, warm; the graph's names are read while Rasa is imported."""
    from dialogue.engine import logs

    warnings.simplefilter("ignore")  # of Rasa's pins of 2023; they say nothing about this project
    logs.configure()
    link.send({"state": "启动对话引擎"})

    from customer.core import open_core
    from desk.live_rules import LiveRules
    from dialogue import runtime
    from dialogue.faq_meanings import FaqMeanings
    from dialogue.knowledge import KnowledgeBase
    from dialogue.store import Store
    from growth.service import Growth
    from kg.store import Graph
    from nlu.encoder import KEPT

    KEPT.keep_in(settings.home / "cache")
    at = settings.graph
    meanings = FaqMeanings()
    knowledge = KnowledgeBase(
        lambda: Graph.connect(at.uri, at.user, at.password, at.database, home=settings.home),
        settings.home / "lexicon",
        meanings=meanings,
    )
    knowledge.start()
    store = Store.open(settings.database_url)
    growth = Growth(store.engine, settings.offers) if settings.offers else None
    desk = LiveRules(settings.desk, settings.elsewhere) if settings.desk else None
    core = open_core(settings.core, settings.home)
    services = runtime.Services(knowledge, settings.institution, growth, core, desk)
    runtime.use(services)
    _prepare_jieba(settings)

    with without(*DATA_FRAMES):
        from dialogue.engine.rasa_bot import RasaBot
        from dialogue.engine.turns import TurnHandler
        from dialogue.engine.warming import warm_up

    link.send({"state": "载入对话模型"})
    handler = TurnHandler(RasaBot(settings.model), services, store, settings.model.stem)
    _await_knowledge(knowledge, link)
    link.send({"state": "准备常见问题"})
    meanings.wait(MEANINGS_WAIT_S)
    loop.run_until_complete(warm_up(handler, knowledge.pin().lexicon if knowledge.available else None))
    return handler


def _prepare_jieba(settings: EngineSettings) -> None:
    """Its dictionary is kept in our own folder: by default every user of the machine shares one file in /tmp."""
    import logging

    import jieba

    folder = settings.home / "cache"
    folder.mkdir(parents=True, exist_ok=True)
    jieba.dt.tmp_dir = str(folder)
    jieba.setLogLevel(logging.WARNING)
    jieba.initialize()


def _await_knowledge(knowledge: Any, link: Link) -> None:
    deadline = time.monotonic() + KNOWLEDGE_WAIT_S
    told = ""
    while not knowledge.available and time.monotonic() < deadline:
        if knowledge.waiting_for != told:
            told = knowledge.waiting_for
            link.send({"state": told})
        time.sleep(0.05)


async def _taken(handler: TurnHandler, data: dict[str, Any]) -> dict[str, Any]:
    from dialogue.wire import turn_in_from_json, turn_out_to_json

    return turn_out_to_json(await handler.handle(turn_in_from_json(data)))


if __name__ == "__main__":
    main(int(sys.argv[1]))
