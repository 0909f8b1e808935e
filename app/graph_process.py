"""Keeps the embedded graph engine running: one owner per home folder, everybody else attaches to it.

The owner holds a lock file, starts the engine as a child that dies with it, and starts it again when it dies. Address
and password lie in a file that only the user can read; that is how a second process finds the engine.
"""

import contextlib
import logging
import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO

from app import arcadedb
from app.graph_state import GraphEndpoint, GraphProcessError, GraphState
from app.lifetime import tied_to_owner

__all__ = [
    "EmbeddedGraph",
    "GraphEndpoint",
    "GraphProcessError",
    "endpoint_from_env",
    "engine_memory",
    "graph_endpoint",
    "running_endpoint",
]

log = logging.getLogger(__name__)

START_TIMEOUT = 180.0  # seconds; 2 on an idle machine, a minute on one that is short of cores
STOP_TIMEOUT = 15.0
_RESTART_DELAYS = (0.0, 0.5, 2.0, 5.0, 10.0)  # after the 1st, 2nd, … death within a minute; the last one stays
_POLL = 0.05


def endpoint_from_env(env: Mapping[str, str]) -> GraphEndpoint | None:
    """Returns the external engine that ``NEO4J_URI`` names, or None where there is none.

    Raises:
        GraphProcessError: ``NEO4J_URI`` is set without a password.
    """
    uri = env.get("NEO4J_URI", "").strip()
    if not uri:
        return None
    if "NEO4J_PASSWORD" not in env:
        raise GraphProcessError(f"NEO4J_URI is {uri} but NEO4J_PASSWORD is not set; set it (empty if there is none)")
    return GraphEndpoint(
        uri, env.get("NEO4J_USER", "neo4j"), env["NEO4J_PASSWORD"], env.get("NEO4J_DATABASE") or "neo4j"
    )


def running_endpoint(home: Path) -> GraphEndpoint | None:
    """Returns the engine that another process (or this one) owns in ``home``, or None while there is no owner.

    The engine may be starting again at this moment; its address stays the same then.
    """
    return GraphState(home).endpoint()


def engine_memory(home: Path) -> int | None:
    """Returns the resident memory of the running engine in bytes, or None where none runs."""
    return GraphState(home).memory()


@contextlib.contextmanager
def graph_endpoint(
    home: Path,
    env: Mapping[str, str],
    heap: str = "512m",
    on_wait: Callable[[float], None] | None = None,
) -> Iterator[GraphEndpoint]:
    """Yields an engine to talk to: the one of ``NEO4J_URI``, else the running one of ``home``, else one of its own.

    One that was started here is stopped at the end; one that was found goes on.
    """
    given = endpoint_from_env(env)
    if given:
        yield given
        return
    graph = EmbeddedGraph(home, heap, on_wait=on_wait)
    if graph.claim():
        with graph:
            yield graph.endpoint
    else:
        yield _attach(home)


class EmbeddedGraph:
    """The owner of the embedded engine of one home folder; a context manager that starts and stops it.

    Args:
        home: the state folder (``JINWEN_HOME``); everything here lies in its folder ``graph``.
        heap: Java heap; 512m carries some 300,000 facts, 1g a million.
        on_restart: called, from the monitor's thread, with the endpoint after the engine died and answers again.
        on_wait: called with the seconds since the start while one waits for the engine.
    """

    def __init__(
        self,
        home: Path,
        heap: str = "512m",
        on_restart: Callable[[GraphEndpoint], None] | None = None,
        on_wait: Callable[[float], None] | None = None,
    ) -> None:
        self._state = GraphState(home)
        self._heap = heap
        self._on_restart = on_restart
        self._on_wait = on_wait
        self._lock: IO[str] | None = None
        self._child: subprocess.Popen[bytes] | None = None
        self._endpoint: GraphEndpoint | None = None
        self._failure: Exception | None = None
        self._stopping = threading.Event()
        self._settled = threading.Event()  # the first start has succeeded or failed
        self._monitor = threading.Thread(target=self._run, name="graph-monitor", daemon=True)

    @property
    def endpoint(self) -> GraphEndpoint:
        """Where the engine answers. Raises GraphProcessError before it was started."""
        if self._endpoint is None:
            raise GraphProcessError("the embedded graph is not started; call start() first")
        return self._endpoint

    @property
    def pid(self) -> int | None:
        """The process id of the engine at this moment, None while there is none."""
        return self._child.pid if self._child and self._child.poll() is None else None

    def claim(self) -> bool:
        """Makes this object the owner of the home folder if there is none; tells whether it is."""
        if self._lock is None:
            self._lock = self._state.try_lock()
        return self._lock is not None

    def start(self) -> GraphEndpoint:
        """Starts the engine and returns when it answers.

        Raises:
            GraphProcessError: another process owns it, it ends at once, or it does not answer within START_TIMEOUT.
        """
        if not self.claim():
            raise GraphProcessError(f"another process runs the graph of {self._state.home}; attach to it or stop it")
        try:
            # Every start happens in the monitor's thread: the child dies when the thread that started it ends.
            self._monitor.start()
            started = time.monotonic()
            while not self._settled.wait(0.5):
                if self._on_wait:
                    self._on_wait(time.monotonic() - started)
        except BaseException:  # Ctrl-C while waiting must not leave the engine behind
            self.stop()
            raise
        if self._failure:
            self.stop()
            raise self._failure
        return self.endpoint

    def stop(self) -> None:
        """Stops the engine, lets it close its files, and gives up the ownership. Harmless when called twice."""
        self._stopping.set()
        self._signal(signal.SIGTERM)
        if self._monitor.is_alive():
            self._monitor.join(STOP_TIMEOUT)
            if self._monitor.is_alive():
                log.warning("graph engine did not stop within %.0f s and is killed", STOP_TIMEOUT)
                self._signal(signal.SIGKILL)
                self._monitor.join()
        if self._lock is not None:
            self._state.clear()
            self._lock.close()
            self._lock = None

    def __enter__(self) -> "EmbeddedGraph":
        self.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.stop()

    def _signal(self, number: signal.Signals) -> None:
        if self._child is not None:
            self._child.send_signal(number)  # does nothing once it has ended

    def _run(self) -> None:
        deaths: deque[float] = deque()
        while not self._stopping.is_set():
            try:
                child = self._launch()
            except Exception as error:  # whatever it is: start() raises it, a later start logs it and tries again
                if not self._settled.is_set():
                    self._failure = error
                    self._settled.set()
                    return
                log.exception("graph engine could not be started again")
            else:
                self._announce()
                code = child.wait()
                if self._stopping.is_set():
                    return
                log.error("graph engine ended with code %s and is started again; see %s", code, self._state.log)
            self._stopping.wait(_delay(deaths))

    def _announce(self) -> None:
        if self._settled.is_set() and self._on_restart:
            try:
                self._on_restart(self.endpoint)
            except Exception:  # the caller's code must not end the watch
                log.exception("what follows a restart of the graph engine failed")
        self._settled.set()

    def _launch(self) -> "subprocess.Popen[bytes]":
        self._state.end_leftover()
        self._state.prepare()
        # The same port again if it is free: drivers that know it go on by themselves.
        port = arcadedb.free_port(int(self._endpoint.uri.rpartition(":")[2]) if self._endpoint else None)
        child = self._child = self._spawn(port)
        self._state.write(child.pid, self._endpoint)
        try:
            self._wait_until_ready(child, port)
        except BaseException:
            child.kill()
            child.wait()
            raise
        uri = f"bolt://127.0.0.1:{port}"
        self._endpoint = GraphEndpoint(uri, arcadedb.USER, self._state.password(), arcadedb.DATABASE)
        self._state.write(child.pid, self._endpoint)
        return child

    def _spawn(self, port: int) -> "subprocess.Popen[bytes]":
        state = self._state
        command = arcadedb.java_command(state.root, state.password_file, self._heap, port, arcadedb.free_port())
        with state.log.open("wb") as output:
            return subprocess.Popen(
                tied_to_owner(command),
                cwd=state.root,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={"LANG": "C.UTF-8", "HOME": str(state.root)},  # no secrets of ours
                start_new_session=True,  # Ctrl-C reaches the owner, who stops the engine in order
            )

    def _wait_until_ready(self, child: "subprocess.Popen[bytes]", port: int) -> None:
        deadline = time.monotonic() + START_TIMEOUT
        while not arcadedb.is_ready(self._state.log, port):
            if child.poll() is not None:
                raise GraphProcessError(
                    f"the graph engine ended with code {child.returncode}: {self._state.log_tail()}"
                )
            if time.monotonic() > deadline:
                raise GraphProcessError(
                    f"the graph engine gave no answer for {START_TIMEOUT:.0f} s; see {self._state.log}"
                )
            if self._stopping.wait(_POLL):
                raise GraphProcessError("stopped while the graph engine was starting")


def _attach(home: Path) -> GraphEndpoint:
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline:
        endpoint = running_endpoint(home)
        if endpoint:
            return endpoint
        time.sleep(_POLL)  # its owner is starting it
    raise GraphProcessError(
        f"the owner of {home / 'graph'} did not get its engine up in {START_TIMEOUT:.0f} s; see its log"
    )


def _delay(deaths: "deque[float]") -> float:
    """Notes a death now and returns how many seconds to wait before the next start."""
    now = time.monotonic()
    deaths.append(now)
    while now - deaths[0] > 60:
        deaths.popleft()
    return _RESTART_DELAYS[min(len(deaths), len(_RESTART_DELAYS)) - 1]
