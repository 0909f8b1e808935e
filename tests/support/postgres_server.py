"""A real PostgreSQL for tests: a cluster of its own in a temporary folder, gone afterwards."""

import contextlib
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.arcadedb import free_port
from tests.support.waiting import wait_for

_DEBIAN = Path("/usr/lib/postgresql")  # Debian keeps the server's programs out of PATH
_READY = b"ready to accept connections"


class Postgres:
    """A server that can be stopped and started again on its files."""

    def __init__(self, home: Path) -> None:
        self._home, self._log = home, home / "server.log"
        programs, port = _programs(), free_port()
        data = home / "data"
        data.mkdir()
        # Not tied_to_owner: the kernel forgets that tie when the user changes.
        start = [str(shutil.which("setpriv")), "--pdeathsig=INT"]
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            start += ["--reuid=postgres", "--regid=postgres", "--clear-groups"]
            shutil.chown(data, "postgres")
            for folder in (home, *home.parents[:3]):  # pytest's own folders, one more under xdist, are closed to others
                folder.chmod(0o755)
        subprocess.run(
            [*start, programs / "initdb", "-D", data, "-U", "test", "--auth=trust", "-E", "UTF8", "--no-sync"],
            check=True,
            capture_output=True,
            cwd=home,
        )
        options = ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync=off"]
        self._command = [*start, str(programs / "postgres"), "-D", str(data), "-p", str(port), *options]
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"postgresql+psycopg2://test@127.0.0.1:{port}/postgres"

    def start(self) -> None:
        """Returns when connections are taken."""
        with self._log.open("wb") as output:
            self._process = subprocess.Popen(self._command, cwd=self._home, stdout=output, stderr=subprocess.STDOUT)
        wait_for("PostgreSQL", lambda: _READY in self._log.read_bytes())

    def stop(self) -> None:
        """Closes open connections; nothing where it is stopped already."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown waits for nobody
            self._process.wait(20)
            self._process = None


@contextlib.contextmanager
def restartable_postgres(home: Path) -> Iterator[Postgres]:
    """A PostgreSQL whose files lie in ``home``, running, with an empty database."""
    server = Postgres(home)
    server.start()
    try:
        yield server
    finally:
        server.stop()


@contextlib.contextmanager
def running_postgres(home: Path) -> Iterator[str]:
    """Runs a PostgreSQL whose files lie in ``home``; yields the SQLAlchemy address of an empty database."""
    with restartable_postgres(home) as server:
        yield server.url


def _programs() -> Path:
    found = sorted(_DEBIAN.glob("*/bin/initdb")) or [Path(path) for path in [shutil.which("initdb")] if path]
    if not found:
        pytest.skip("needs PostgreSQL (Debian 12: apt-get install postgresql)")
    return found[-1].parent
