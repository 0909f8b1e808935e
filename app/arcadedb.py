"""How the embedded ArcadeDB is called: its command line, its ports, and how one sees that it answers."""

import importlib.util
import re
import socket
from pathlib import Path

from app.graph_state import GraphProcessError

DATABASE = "kg"
USER = "root"

_READY = re.compile(r"ArcadeDB Server started in '")
# Parts of the distribution that nobody here calls and that would each open a door: Studio's console, MCP, other wires.
_UNUSED_JARS = ("console", "graphql", "integration", "mcp", "postgresw", "python-bridge", "redisw")
_BOLT_MAGIC = bytes.fromhex("6060b017")
_BOLT_VERSIONS = bytes.fromhex("00000405 00000404 00000004 00000003")  # 5.4, 4.4, 4.0, 3.0


def java_command(root: Path, password_file: Path, heap: str, bolt_port: int, http_port: int) -> list[str]:
    """Returns the command line of a server whose files all lie under ``root``.

    Args:
        root: folder of databases, configuration and logs.
        password_file: file with the password of ``root``, read at the very first start. A file, for a command line
            can be read by every user of the machine.
        heap: Java heap, such as ``512m`` or ``1g``.
        bolt_port: port for Bolt, bound on 127.0.0.1 only.
        http_port: port for the engine's own HTTP, which cannot be switched off; likewise local.
    """
    package = _package()
    settings = {
        "arcadedb.server.rootPath": root,
        "arcadedb.server.rootPasswordPath": password_file,
        "arcadedb.server.mode": "production",
        "arcadedb.server.plugins": "Bolt:com.arcadedb.bolt.BoltProtocolPlugin",
        "arcadedb.server.httpIncomingHost": "127.0.0.1",
        "arcadedb.server.httpIncomingPort": http_port,
        "arcadedb.server.defaultDatabases": f"{DATABASE}[{USER}]",
        "arcadedb.bolt.host": "127.0.0.1",
        "arcadedb.bolt.port": bolt_port,
        "arcadedb.txWalFlush": 1,  # without it a commit that was acknowledged can be lost
        "arcadedb.opencypher.loadCsv.allowFileUrls": "false",
        "arcadedb.opencypher.loadCsv.allowRemoteUrls": "false",
    }
    jars = sorted(jar for jar in (package / "jars").glob("*.jar") if not any(part in jar.name for part in _UNUSED_JARS))
    return [
        str(package / "jre" / "bin" / "java"),
        f"-Xmx{heap}",
        "-XX:+ExitOnOutOfMemoryError",  # a server short of memory limps; a dead one is restarted
        "-Djava.awt.headless=true",
        "-Dfile.encoding=UTF-8",
        "-cp",
        ":".join(map(str, jars)),
        *(f"-D{name}={value}" for name, value in settings.items()),
        "com.arcadedb.server.ArcadeDBServer",
    ]


def free_port(preferred: int | None = None) -> int:
    """Returns a free local TCP port, the preferred one if it is free."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", preferred or 0))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_ready(log: Path, bolt_port: int) -> bool:
    """Tells whether the server that writes ``log`` is up and speaks Bolt.

    Bolt alone is too early: it answers before the database exists.
    """
    if not log.exists() or not _READY.search(log.read_text(encoding="utf-8", errors="replace")):
        return False
    return speaks_bolt("127.0.0.1", bolt_port)


def speaks_bolt(host: str, port: int, timeout: float = 1.0) -> bool:
    """Tells whether a Bolt server answers the handshake at this address within ``timeout`` seconds."""
    try:
        with socket.create_connection((host, port), timeout) as connection:
            connection.sendall(_BOLT_MAGIC + _BOLT_VERSIONS)
            answer = connection.recv(4)
    except OSError:
        return False
    return len(answer) == 4 and answer != bytes(4)


def _package() -> Path:
    # Found, not imported: importing it loads JPype and looks for a JVM.
    spec = importlib.util.find_spec("arcadedb_embedded")
    if spec is None or spec.origin is None:
        raise GraphProcessError("package arcadedb-embedded is not installed; run `sh scripts/bootstrap.sh`")
    return Path(spec.origin).parent
