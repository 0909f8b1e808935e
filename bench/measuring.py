"""Turns under measurement: what is asked of a running bot, the same for ours and for stock Rasa."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass

from bench import schedule
from bench.jobs import Bot, Job, Mode, Run, Step
from bench.processes import BenchError, environment, python, resident_mib
from bench.questions import PROJECT, Questions
from bench.starting import Server
from bench.stats import Summary, summarise

SEED = 20261120
ALONE_LENGTH = 5  # turns of a conversation when one turn at a time is measured
LATE = 5  # the last so many turns of a long conversation count as its late ones
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is measured. `alone` turns one after the other; `long` conversations of `long_turns`; open loop of
    `crowd` conversations at `rate` turns a second for `open_seconds`; closed loop of as many for `closed_seconds`."""

    alone: int = 250
    long: int = 8
    long_turns: int = 50
    crowd: int = 32
    rate: float = 20.0
    open_seconds: float = 30.0
    closed_seconds: float = 15.0
    warm_up: int = 250


QUICK = Sizes(alone=20, long=2, long_turns=10, crowd=4, rate=5.0, open_seconds=2.0, closed_seconds=1.0, warm_up=3)


@dataclass(frozen=True, slots=True)
class Talked:
    """What turns cost: one at a time, early (2nd to 6th) and late in long conversations, at a fixed rate; turns a
    second when nobody waits; resident MiB after that, by kind of process; how often each outcome came."""

    alone: Summary
    early: Summary
    late: Summary
    crowd: Summary
    throughput: float
    memory: dict[str, float]
    outcomes: dict[str, int]


def measure(bot: Bot, server: Server, questions: Questions, sizes: Sizes, say: Say) -> Talked:
    """Takes all turns against a bot that is up. Its processes are weighed at the end."""

    def run(what: str, mode: Mode, steps: tuple[Step, ...], seconds: float = 0.0) -> Run:
        say(f"{bot}: {what}")
        return run_client(Job(bot, server.url, mode, steps, questions.today, seconds))

    texts, crowd = questions.texts, sizes.crowd
    run("warm-up", Mode.SERIAL, schedule.in_conversations(texts, sizes.warm_up, ALONE_LENGTH, SEED + 1))
    alone = run("one at a time", Mode.SERIAL, schedule.in_conversations(texts, sizes.alone, ALONE_LENGTH, SEED))
    turns = sizes.long * sizes.long_turns
    long = run("long conversations", Mode.SERIAL, schedule.in_conversations(texts, turns, sizes.long_turns, SEED))
    arrivals = schedule.poisson(texts, crowd, sizes.rate, sizes.open_seconds, SEED)
    at_rate = run(f"{crowd} conversations, {sizes.rate:g} turns a second", Mode.OPEN, arrivals)
    lists = schedule.side_by_side(texts, crowd, len(texts), SEED)
    closed = run(f"{crowd} conversations without pause", Mode.CLOSED, lists, sizes.closed_seconds)
    return Talked(
        alone=_summary(alone),
        early=_summary(_places(long, 2, 1 + LATE)),
        late=_summary(_places(long, sizes.long_turns - LATE + 1, sizes.long_turns)),
        crowd=_summary(at_rate),
        throughput=round(len(closed.latencies) / closed.seconds, 1),
        memory=resident_mib(server.pids),
        outcomes=_outcomes(alone),
    )


def run_client(job: Job) -> Run:
    """Has the client process do a job.

    Raises:
        BenchError: it ended without a result.
    """
    done = subprocess.run(
        python("-P", "-m", "bench.client"),
        input=job.to_json() + "\n",
        capture_output=True,
        encoding="utf-8",
        cwd=PROJECT,
        env=environment(),
        check=False,
    )
    if done.returncode != 0:
        raise BenchError(f"the client ended with code {done.returncode}: {done.stderr[-1500:]}")
    sys.stderr.write(done.stderr[:1500])  # what went wrong with turns; they count as failed
    return Run.from_json(done.stdout)


def _summary(run: Run) -> Summary:
    return summarise(run.latencies, run.failed)


def _places(run: Run, first: int, last: int) -> Run:
    return Run(tuple(turn for turn in run.turns if first <= turn.place <= last), run.seconds)


def _outcomes(run: Run) -> dict[str, int]:
    counts: dict[str, int] = {}
    for turn in run.turns:
        counts[turn.outcome or "failed"] = counts.get(turn.outcome or "failed", 0) + 1
    return dict(sorted(counts.items()))
