"""A real `jinwen serve` in a home of its own, and the processes that belong to a home."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.settings import PROJECT
from tests.support.waiting import wait_for

FILES = ("bank.csv", "deposits.csv", "regulations_core.csv", "security.csv")
"""Files of the demo bank that the server is started with: enough to ask about, quickly loaded."""


@dataclass(frozen=True, slots=True)
class Served:
    """A server process; what it prints lies in `log`."""

    process: subprocess.Popen[bytes]
    home: Path
    log: Path
    data: Path

    def printed(self) -> str:
        """Everything it printed so far."""
        return self.log.read_text(encoding="utf-8")

    def address(self) -> str:
        """Where its page is, as soon as it says so."""
        return wait_for("the page", lambda: self._found(r"网页已打开：(\S+)，"), 60)

    def ready(self) -> str:
        """The address it prints when it answers; the first start may train the model."""
        return wait_for("the engine", lambda: self._found(r"金问已就绪：(\S+)\n"), 400)

    def run(self, *arguments: object) -> subprocess.CompletedProcess[str]:
        """Runs a command of the command line on the same home."""
        return subprocess.run(
            [sys.executable, "-P", "-m", "app.cli", *map(str, arguments)],
            env=environment(self.home, self.data),
            cwd=self.home,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    def _found(self, pattern: str) -> str | None:
        if self.process.poll() is not None:
            raise AssertionError(f"the server ended with {self.process.returncode}: {self.printed()}")
        match = re.search(pattern, self.printed())
        return match[1] if match else None


def environment(home: Path, data: Path) -> Mapping[str, str]:
    """What a process of this home runs with."""
    return {**os.environ, "PYTHONPATH": str(PROJECT), "JINWEN_HOME": str(home), "JINWEN_DATA": str(data)}


def demo_files(folder: Path, names: Sequence[str] = FILES) -> Path:
    """A folder with the ontology and some files of the demo bank."""
    folder.mkdir()
    source = PROJECT / "data" / "triples"
    for path in (*source.glob("ontology*.csv"), *(source / name for name in names)):
        shutil.copy(path, folder)
    return folder


@contextmanager
def served(home: Path, data: Path, *arguments: str) -> Iterator[Served]:
    """`jinwen serve` with some arguments; ended by SIGTERM if the body has not ended it."""
    home.mkdir(parents=True, exist_ok=True)
    log = home / "console.txt"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "app.cli", "serve", *arguments],
            env=environment(home, data),
            cwd=home,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield Served(process, home, log, data)
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def processes_of(home: Path) -> dict[int, str]:
    """Living processes whose command line or environment names the home folder."""
    found = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal() and int(folder.name) != os.getpid() and _names(folder, home):
            found[int(folder.name)] = (folder / "cmdline").read_text(errors="replace").replace("\0", " ")[:120]
    return found


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kills the process itself, without a chance to clean up."""
    os.kill(process.pid, signal.SIGKILL)
    process.wait()


def _names(folder: Path, home: Path) -> bool:
    try:
        if (folder / "stat").read_text(errors="replace").rpartition(")")[2].split()[0] == "Z":
            return False
        wanted = os.fsencode(home)
        return wanted in (folder / "cmdline").read_bytes() or wanted in (folder / "environ").read_bytes()
    except OSError:  # it ended while we looked
        return False
