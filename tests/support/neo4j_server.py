"""A real Neo4j 5.26 for tests: its jars by Maven, once per machine; one server per test session."""

import contextlib
import fcntl
import hashlib
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.arcadedb import free_port, speaks_bolt
from app.graph_state import GraphEndpoint
from app.lifetime import tied_to_owner
from tests.support.waiting import wait_for

PROJECT = Path(__file__).parents[2]
SOURCE = PROJECT / "tests" / "neo4j"
CACHE = PROJECT / ".cache"


def fetch_jars() -> Path:
    """Returns the folder with Neo4j's jars; the first call has Maven fetch them (128 MB)."""
    pom = SOURCE / "pom.xml"
    target = CACHE / f"neo4j-{hashlib.sha256(pom.read_bytes()).hexdigest()[:12]}"
    CACHE.mkdir(exist_ok=True)
    with (CACHE / "neo4j.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two test workers at once
        if not target.exists():
            temporary = target.with_suffix(".part")
            shutil.rmtree(temporary, ignore_errors=True)
            command = [
                "mvn",
                "-q",
                "-B",
                "-f",
                str(pom),
                "dependency:copy-dependencies",
                f"-DoutputDirectory={temporary}",
            ]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            assert done.returncode == 0, f"Maven could not fetch Neo4j:\n{done.stdout[-3000:]}{done.stderr[-1000:]}"
            temporary.rename(target)
    return target


@dataclass(frozen=True)
class Neo4jServer:
    """A running server and where it answers."""

    endpoint: GraphEndpoint
    process: subprocess.Popen[bytes]

    def kill(self) -> None:
        """Ends it as a power cut would: its files are what a later start finds."""
        self.process.kill()
        self.process.wait()


@contextlib.contextmanager
def running_neo4j(home: Path, port: int | None = None, page_cache: int = 128) -> Iterator[Neo4jServer]:
    """Runs a Neo4j whose files lie in ``home``; its database is ``neo4j``, it takes any password; page cache in MiB."""
    jars, port, log = fetch_jars(), port or free_port(), home / "server.log"
    java = str(shutil.which("java"))
    command = [java, "-Xmx1g", "-cp", f"{jars}/*", str(SOURCE / "Neo4j.java"), str(home), str(port), str(page_cache)]
    with log.open("wb") as output:
        server = subprocess.Popen(tied_to_owner(command), stdout=output, stderr=subprocess.STDOUT)
    made = Neo4jServer(GraphEndpoint(f"bolt://127.0.0.1:{port}", "neo4j", "", "neo4j"), server)
    try:

        def answers() -> bool:
            assert server.poll() is None, f"Neo4j ended: {log.read_text(errors='replace')[-3000:]}"
            return b"READY" in log.read_bytes() and speaks_bolt("127.0.0.1", port)

        wait_for("Neo4j", answers, seconds=120)
        yield made
    finally:
        made.kill()  # an orderly stop takes 10 s
