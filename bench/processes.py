"""Processes under measurement: started with a clean environment, stopped with all their children, weighed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from app.lifetime import tied_to_owner
from bench.questions import PROJECT

STOP_SECONDS = 30.0
QUIET = {
    "RASA_TELEMETRY_ENABLED": "false",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "PYTHONWARNINGS": "ignore",
}


class BenchError(Exception):
    """Something under measurement did not do what it should; the message says where to look."""


def environment(**extra: str) -> dict[str, str]:
    """This process's environment without anybody's settings of bot and graph, plus `extra`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("JINWEN_", "NEO4J_"))}
    return {**kept, **QUIET, "PYTHONPATH": str(PROJECT), **extra}


def python(*arguments: str) -> list[str]:
    """The command that runs this Python with these arguments."""
    return [sys.executable, *arguments]


@contextmanager
def running(
    command: Sequence[str], log: Path, env: Mapping[str, str], folder: Path = PROJECT
) -> Iterator[subprocess.Popen[bytes]]:
    """A process in a group of its own, writing to `log`; asked to end at the end, killed where it doesn't."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        child = subprocess.Popen(
            tied_to_owner(list(command)),
            cwd=folder,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield child
    finally:
        _stop(child)


def check_alive(child: subprocess.Popen[bytes], log: Path) -> None:
    """Raises BenchError with the end of its log when the process has ended."""
    if child.poll() is not None:
        tail = "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:])
        raise BenchError(f"a process under measurement ended with code {child.returncode}; {log}:\n{tail}")


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def resident_mib(pids: Iterable[int]) -> dict[str, float]:
    """Resident memory of processes and all that descend from them, by kind: `python` and `graph` (Java)."""
    sizes = {"python": 0.0, "graph": 0.0}
    for member in (member for pid in pids for member in _family(pid)):
        kind = "graph" if _program(member) == "java" else "python"
        sizes[kind] += _status(member, "VmRSS") / 1024
    return {kind: round(size, 1) for kind, size in sizes.items()}


def _stop(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        child.terminate()
        try:
            child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def _family(pid: int) -> Iterator[int]:
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = task.read_text(encoding="ascii").split()
        except OSError:  # the thread has just ended
            continue
        for child in children:
            yield from _family(int(child))


def _program(pid: int) -> str:
    try:
        return os.readlink(f"/proc/{pid}/exe").rpartition("/")[2]
    except OSError:  # it has just ended
        return ""


def _status(pid: int, name: str) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    except OSError:  # it has just ended
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(f"{name}:")), 0)
