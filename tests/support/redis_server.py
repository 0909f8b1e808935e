"""A real Redis for tests: a server of its own in a temporary folder, gone afterwards."""

import contextlib
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.arcadedb import free_port
from tests.support.waiting import wait_for


@contextlib.contextmanager
def running_redis(home: Path) -> Iterator[str]:
    """Runs a Redis without files; yields its address."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("needs Redis (Debian 12: apt-get install redis-server)")
    port, log = free_port(), home / "redis.log"
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    tied = [str(shutil.which("setpriv")), "--pdeathsig=TERM"]
    with log.open("wb") as output:
        process = subprocess.Popen([*tied, *command], cwd=home, stdout=output, stderr=subprocess.STDOUT)
    try:
        wait_for("Redis", lambda: b"Ready to accept connections" in log.read_bytes())
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait(20)
