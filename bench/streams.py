"""`python -m bench.streams [--conversations N] [--rate R] [--seconds S]`: many open conversations.

Half of them over server-sent events as visitors, half over WebSockets as customers of the app; messages come as a
Poisson stream. Counted is from when a message was due until its reply came down its stream; the server's memory is
sampled.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from bench import ours, schedule
from bench.machine import this_machine
from bench.measuring import SEED
from bench.processes import BenchError, environment, python, resident_mib
from bench.questions import PROJECT, read_questions
from bench.rows import Row
from bench.starting import Server
from bench.stats import summarise
from bench.stream_client import Heard, StreamJob
from bench.table import table

FIRST = "稳盈1号的起购金额是多少"
_SAMPLE_S = 2.0
_FLAT_MIB = 20.0


def main(arguments: list[str]) -> int:
    """Measures and prints the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.streams", description="Many open conversations.")
    parser.add_argument("--conversations", type=int, default=500)
    parser.add_argument("--rate", type=float, default=30.0, help="messages a second")
    parser.add_argument("--seconds", type=float, default=120.0)
    wanted = parser.parse_args(arguments)
    ours.ensure_model()
    try:
        with (
            tempfile.TemporaryDirectory(prefix="jinwen-bench-") as scratch,
            ours.serving(Path(scratch), FIRST) as server,
        ):
            made = measure(server, wanted.conversations, wanted.rate, wanted.seconds)
    except BenchError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{this_machine()}\n\n{table(made)}")
    return 0


def measure(server: Server, conversations: int, rate: float, seconds: float) -> list[Row]:
    """The rows of a server that is up. Raises BenchError when the client ended badly."""
    texts = read_questions().texts
    steps = schedule.poisson(texts, conversations, rate, seconds, SEED)
    with httpx.Client(base_url=server.url, timeout=30, trust_env=False) as http:
        tokens = tuple(_token(http, n) if n % 2 else "" for n in range(conversations))
    _run(StreamJob(server.url, schedule.poisson(texts, 16, rate / 2, 10, SEED + 1), ()))  # warm
    with _sampled(server.pids) as sizes:
        heard = _run(StreamJob(server.url, steps, tokens))
    return _rows(heard, sizes, f"{conversations} streams, {rate:g} messages/s for {seconds:g} s")


def _rows(heard: Heard, sizes: list[float], what: str) -> list[Row]:
    took = summarise(heard.latencies)
    return [
        Row(f"{what}, p50", "ms", took.p50),
        Row(f"{what}, p99", "ms", took.p99, target=500),
        Row(f"{what}: lost, repeated, out of order", "", heard.lost + heard.repeated + heard.reordered, target=0),
        Row(f"{what}: memory gained from the second to the last quarter", "MiB", _gained(sizes), target=_FLAT_MIB),
    ]


def _gained(sizes: list[float]) -> float | None:
    quarter = len(sizes) // 4
    if not quarter:
        return None
    return round(statistics.mean(sizes[-quarter:]) - statistics.mean(sizes[quarter : 2 * quarter]), 1)


def _token(http: httpx.Client, number: int) -> str:
    answer = http.post("/api/demo/login", json={"customer": f"demo-b{number}"})
    if answer.status_code != httpx.codes.OK:
        raise BenchError(f"the demonstration's login answered {answer.status_code}; is it `serve --demo`?")
    return str(answer.json()["token"])


def _run(job: StreamJob) -> Heard:
    done = subprocess.run(
        python("-m", "bench.stream_client"),
        cwd=PROJECT,
        env=environment(),
        input=job.to_json() + "\n",
        stdout=subprocess.PIPE,
        encoding="utf-8",
        check=False,
    )
    if done.returncode != 0:
        raise BenchError(f"the client ended with code {done.returncode}")
    return Heard.from_json(done.stdout)


@contextmanager
def _sampled(pids: tuple[int, ...]) -> Iterator[list[float]]:
    """Resident MiB of the server's Python processes, every two seconds while inside."""
    sizes: list[float] = []
    over = threading.Event()

    def sample() -> None:
        while not over.wait(_SAMPLE_S):
            sizes.append(resident_mib(pids)["python"])

    thread = threading.Thread(target=sample, daemon=True)
    thread.start()
    try:
        yield sizes
    finally:
        over.set()
        thread.join()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
