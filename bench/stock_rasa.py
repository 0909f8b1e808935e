"""Stock Rasa under measurement: `rasa run` and `rasa run actions` of bench/stock over the same graph."""

from __future__ import annotations

import hashlib
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from uuid import uuid4

import httpx

from app.graph_process import EmbeddedGraph
from bench.processes import BenchError, environment, free_port, python, running
from bench.questions import PROJECT
from bench.starting import Server, Watched, watch_start

STOCK = PROJECT / "bench" / "stock"
CACHE = PROJECT / ".cache" / "bench"


def ensure_stock_model() -> Path:
    """The stock model, trained (two minutes and more) unless one of the same inputs is there.

    Raises:
        BenchError: training failed.
    """
    model = CACHE / f"stock-{_fingerprint()}.tar.gz"
    if model.exists():
        return model
    CACHE.mkdir(parents=True, exist_ok=True)
    command = python(
        "-m", "rasa", "train", "--config", "config.yml", "--domain", "domain.yml", "--data", "data",
        "--out", str(CACHE), "--fixed-model-name", model.name.removesuffix(".tar.gz"),
    )  # fmt: skip
    with (CACHE / "training.log").open("w", encoding="utf-8") as log:
        done = subprocess.run(command, cwd=STOCK, env=_rasa(), stdout=log, stderr=subprocess.STDOUT, check=False)
    if done.returncode != 0 or not model.exists():
        raise BenchError(f"training stock Rasa ended with code {done.returncode}; see {log.name}")
    return model


@contextmanager
def stock_serving(home: Path, model: Path, question: str) -> Iterator[Server]:
    """Both servers over the graph of `home`, which runs before their start is measured."""
    actions_port, port = free_port(), free_port()
    actions = python("-m", "rasa", "run", "actions", "--port", str(actions_port))
    bot = python("-m", "rasa", "run", "--model", str(model), "--port", str(port), "--interface", "127.0.0.1")
    with EmbeddedGraph(home) as engine:
        at, log = engine.endpoint, home / "bench-stock.log"
        graph = {"NEO4J_URI": at.uri, "NEO4J_USER": at.user, "NEO4J_PASSWORD": at.password}
        env = _rasa(**graph, NEO4J_DATABASE=at.database, ACTIONS_PORT=str(actions_port))
        since = time.perf_counter()
        with (
            running(actions, home / "bench-stock-actions.log", env, STOCK) as action_server,
            running(bot, log, env, STOCK) as server,
        ):
            url = f"http://127.0.0.1:{port}"
            started = watch_start(Watched(server, log, url, since), lambda http: _answers(http, question))
            yield Server(url, (server.pid, action_server.pid), started)


def _answers(http: httpx.Client, question: str) -> bool:
    reply = http.post("/webhooks/rest/webhook", json={"sender": uuid4().hex, "message": question})
    return bool(reply.status_code == httpx.codes.OK and reply.json())


def _rasa(**extra: str) -> dict[str, str]:
    return environment(RASA_CACHE_DIRECTORY=str(CACHE / "rasa"), **extra)


def _fingerprint() -> str:
    digest = hashlib.sha256(f"rasa={version('rasa')}\0tensorflow={version('tensorflow-cpu')}\0".encode())
    for path in sorted([STOCK / "config.yml", STOCK / "domain.yml", *(STOCK / "data").glob("*.yml")]):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]
