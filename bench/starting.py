"""Starts under measurement: seconds from the command to the first page and to the first answer."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx

from bench.processes import BenchError, check_alive

POLL = 0.05
PATIENCE = 300.0


@dataclass(frozen=True, slots=True)
class Started:
    """Seconds from the command until the page (any HTTP answer of the bot) and until the first answer."""

    page: float
    answer: float


@dataclass(frozen=True, slots=True)
class Server:
    """A bot that answers turns: its address, the processes that it consists of, how it came up."""

    url: str
    pids: tuple[int, ...]
    started: Started


@dataclass(frozen=True, slots=True)
class Watched:
    """A process that is coming up: where it answers, where it logs, and when its command was given."""

    child: subprocess.Popen[bytes]
    log: Path
    url: str
    since: float


def watch_start(it: Watched, first_answer: Callable[[httpx.Client], bool]) -> Started:
    """Waits for page and first answer; `first_answer` asks once and tells whether there was a reply.

    Raises:
        BenchError: the process ended or took longer than 300 s.
    """
    with httpx.Client(base_url=it.url, timeout=PATIENCE, trust_env=False) as http:
        page = _until(it, lambda: http.get("/").status_code == httpx.codes.OK)
        answer = _until(it, lambda: first_answer(http))
    return Started(page, answer)


def _until(it: Watched, probe: Callable[[], bool]) -> float:
    while time.perf_counter() - it.since < PATIENCE:
        try:
            if probe():
                return round(time.perf_counter() - it.since, 1)
        except httpx.TransportError:
            check_alive(it.child, it.log)  # not there yet, or not any more
        time.sleep(POLL)
    raise BenchError(f"{it.url} gave no answer for {PATIENCE:.0f} s; see {it.log}")
