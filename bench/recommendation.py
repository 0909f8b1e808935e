"""`python -m bench.recommendation [--customers N]`: decisions over HTTP, alone and at 50 a second.

A gateway of its own, in a child process, with a graph of the demo bank, a SQLite database of made-up customers, a key,
and the same routes as `jinwen serve`. Each request is for another customer drawn by chance, so that nothing is warm.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import httpx

from app.arcadedb import free_port
from app.factory import create_app, gateway_server
from app.front import Front
from app.graph_process import EmbeddedGraph
from app.offers_source import GraphOffers, open_published
from app.runtime import build_lexicon
from app.settings import Settings
from bench.machine import this_machine
from bench.made_up import fill
from bench.rows import Row
from bench.stats import Summary, summarise
from bench.table import table
from connectors.editor.ports import Desk
from connectors.growth.ports import GrowthDesk
from connectors.staff.accounts import Accounts
from connectors.staff.auth import Staff
from connectors.staff.roles import Role
from connectors.web.settings import WebSettings
from connectors.web.store import web_stores
from dialogue.store import Store
from growth.service import Growth
from kg.journal import Journal
from kg.loading import LoadOptions, load
from kg.store import Graph

RATE, SECONDS, ALONE, WARM_UP = 50.0, 30.0, 500, 30
PATH = "/api/v1/recommendations"


def main(arguments: list[str]) -> int:
    """Measures and prints the table; with --serve it is the gateway under measurement."""
    parser = argparse.ArgumentParser(prog="python -m bench.recommendation")
    parser.add_argument("--customers", type=int, default=1_000_000, help="customers in the store")
    parser.add_argument("--serve", nargs=2, metavar=("HOME", "PORT"), help=argparse.SUPPRESS)
    wanted = parser.parse_args(arguments)
    if wanted.serve:
        _serve(Path(wanted.serve[0]), int(wanted.serve[1]))
        return 0
    with tempfile.TemporaryDirectory(prefix="jinwen-bench-") as scratch:
        made = measure(Path(scratch), wanted.customers)
    print(f"{this_machine()}\n{wanted.customers:,} customers\n\n{table(made)}")
    return 0


def measure(home: Path, customers: int) -> list[Row]:
    """All rows of the table."""
    settings = _settings(home)
    store = Store.open(settings.database_url)
    started = time.perf_counter()
    fill(store.engine, customers)
    filled = time.perf_counter() - started
    accounts = Accounts(store.engine)
    accounts.add("bench", "", "bench-password-long", [Role.INTEGRATOR])
    key = accounts.make_key("bench", "bench", [], datetime.now(UTC))
    with EmbeddedGraph(home) as graph:
        at = graph.endpoint
        with Graph.connect(at.uri, at.user, at.password, at.database, home=home) as opened:
            load([settings.data], opened, LoadOptions("bench"))
            build_lexicon(opened, settings)
        with _gateway(home) as address:
            alone, together, offered = asyncio.run(_asked(address, key, customers))
    store.close()
    rate = f"{RATE:.0f} a second (Poisson)"
    return [
        Row("fill the store", "s", round(filled, 1)),
        Row("alone, p50", "ms", alone.p50, target=20),
        Row("alone, p99", "ms", alone.p99, target=80),
        Row(f"{rate}, p50", "ms", together.p50),
        Row(f"{rate}, p99", "ms", together.p99, target=200),
        Row("failed", "", float(alone.failed + together.failed), target=0),
        Row("got an offer", "%", round(100 * offered, 1)),
    ]


async def _asked(address: str, key: str, customers: int) -> tuple[Summary, Summary, float]:
    chance = random.Random(5)
    headers = {"Authorization": f"Bearer {key}"}
    offered: list[bool] = []
    async with httpx.AsyncClient(base_url=address, headers=headers, timeout=30) as client:

        async def ask() -> float | None:
            body = {"customer": f"C{chance.randrange(customers):08d}", "channel": "app", "focus": ["理财产品"]}
            began = time.perf_counter()
            answer = await client.post(PATH, json=body)
            spent = (time.perf_counter() - began) * 1000
            if answer.status_code != 200:
                return None
            offered.append(answer.json()["offer"] is not None)
            return spent

        for _ in range(WARM_UP):
            await ask()
        alone = [await ask() for _ in range(ALONE)]
        tasks: list[asyncio.Task[float | None]] = []
        began, at = time.perf_counter(), chance.expovariate(RATE)
        while at < SECONDS:
            await asyncio.sleep(max(0.0, at - (time.perf_counter() - began)))
            tasks.append(asyncio.create_task(ask()))
            at += chance.expovariate(RATE)
        together = await asyncio.gather(*tasks)
    return _summary(alone), _summary(together), sum(offered) / max(1, len(offered))


def _summary(spent: list[float | None]) -> Summary:
    return summarise([s for s in spent if s is not None], sum(s is None for s in spent))


@contextmanager
def _gateway(home: Path) -> Iterator[str]:
    """The address of a gateway in a process of its own, once it answers."""
    port = free_port()
    child = subprocess.Popen([sys.executable, "-P", "-m", "bench.recommendation", "--serve", str(home), str(port)])
    address = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                httpx.get(f"{address}/healthz", timeout=2)
                break
            except httpx.TransportError:
                if time.monotonic() > deadline or child.poll() is not None:
                    raise
                time.sleep(0.2)
        yield address
    finally:
        child.terminate()
        child.wait(20)


class _NoDesk:
    """Nobody edits while this is measured."""

    async def call(self, operation: str, **arguments: object) -> object:
        raise RuntimeError(f"nobody edits while this is measured: {operation}")


def _serve(home: Path, port: int) -> None:
    settings = _settings(home)
    store = Store.open(settings.database_url)
    desk: Desk = _NoDesk()
    growth = GrowthDesk(
        Growth(store.engine, settings.offers),
        GraphOffers(partial(open_published, settings), settings.lexicons),
        home,
    )
    staff = Staff(Accounts(store.engine), Journal(store.engine))
    app = create_app(WebSettings(limited=False), Front(), web_stores(store), staff=(staff, desk), growth=growth)
    gateway_server(app, "127.0.0.1", port).run()


def _settings(home: Path) -> Settings:
    return Settings(home=home, database_url=f"sqlite:///{home / 'jinwen.db'}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
