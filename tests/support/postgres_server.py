"""A real PostgreSQL for tests: a cluster of its own in a temporary folder, gone afterwards."""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.arcadedb import free_port
from tests.support.waiting import wait_for

_DEBIAN = Path("/usr/lib/postgresql")  # Debian keeps the server's programs out of PATH


@contextlib.contextmanager
def running_postgres(home: Path) -> Iterator[str]:
    """Runs a PostgreSQL whose files lie in ``home``; yields the SQLAlchemy address of an empty database."""
    programs, port = _programs(), free_port()
    data, log = home / "data", home / "server.log"
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
    server = [*start, str(programs / "postgres"), "-D", str(data), "-p", str(port), *options]
    with log.open("wb") as output:
        process = subprocess.Popen(server, cwd=home, stdout=output, stderr=subprocess.STDOUT)
    try:
        wait_for("PostgreSQL", lambda: b"ready to accept connections" in log.read_bytes())
        yield f"postgresql+psycopg2://test@127.0.0.1:{port}/postgres"
    finally:
        process.terminate()
        process.wait(20)


def _programs() -> Path:
    found = sorted(_DEBIAN.glob("*/bin/initdb")) or [Path(path) for path in [shutil.which("initdb")] if path]
    if not found:
        pytest.skip("needs PostgreSQL (Debian 12: apt-get install postgresql)")
    return found[-1].parent
