"""Our own bot under measurement: load of the demo graph, starts, and a server to talk to."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import httpx

from app.graph_process import EmbeddedGraph
from app.settings import PROJECT, load_settings
from bench.processes import BenchError, environment, free_port, python, running
from bench.starting import Server, Watched, watch_start
from kg.store import Graph

DATA = PROJECT / "data" / "triples"


@dataclass(frozen=True, slots=True)
class Loaded:
    """Facts of the demo graph and the seconds that `kg load` takes for them, its own start and the lexicon included."""

    facts: int
    seconds: float


def ensure_model() -> None:
    """Trains the language model if its inputs changed: training is not what is measured."""
    subprocess.run(python("-P", "-m", "app.cli", "train"), cwd=PROJECT, env=environment(), check=True)


def load_demo(home: Path) -> Loaded:
    """`kg load` of the demo data into an empty store whose engine runs.

    Raises:
        BenchError: the load failed.
    """
    with EmbeddedGraph(home) as engine:
        started = time.perf_counter()
        done = subprocess.run(
            python("-P", "-m", "app.cli", "kg", "load", str(DATA)),
            cwd=PROJECT,
            env=environment(JINWEN_HOME=str(home)),
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        seconds = time.perf_counter() - started
        if done.returncode != 0:
            raise BenchError(f"kg load ended with code {done.returncode}: {done.stderr[-1500:]}")
        at = engine.endpoint
        graph = Graph.connect(at.uri, at.user, at.password, at.database, home=home)
        try:
            return Loaded(graph.head().facts, round(seconds, 1))
        finally:
            graph.close()


@contextmanager
def serving(home: Path, question: str) -> Iterator[Server]:
    """`jinwen serve --demo` on a free port, rate limits off; measured until `question` is answered."""
    port, log = free_port(), home / "bench-server.log"
    env = environment(JINWEN_HOME=str(home), JINWEN_MODELS=str(_models()), JINWEN_LIMITS="off", JINWEN_ALLOW_TODAY="on")
    since = time.perf_counter()
    with running(python("-P", "-m", "app.cli", "serve", "--demo", "--port", str(port)), log, env) as child:
        url = f"http://127.0.0.1:{port}"
        started = watch_start(Watched(child, log, url, since), lambda http: _answers(http, question))
        yield Server(url, (child.pid,), started)


def _answers(http: httpx.Client, question: str) -> bool:
    """One question in a new conversation; the gateway holds it while it starts, then says 503."""
    session = http.post("/api/v1/sessions", json={}).json()["session"]
    body = {"message_id": uuid4().hex, "text": question}
    reply = http.post(f"/api/v1/sessions/{session}/messages", json=body)
    return bool(reply.status_code == httpx.codes.OK and reply.json()["outcome"] != "error")


def _models() -> Path:
    return load_settings({name: os.environ[name] for name in ("JINWEN_MODELS",) if name in os.environ}).models
