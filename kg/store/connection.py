"""Bolt: one driver, deadlines, retries and one kind of error, alike on Neo4j and ArcadeDB.

ArcadeDB ignores Bolt's transaction time-out and its read access mode, so both are enforced here: every
read runs under a deadline of this process, and a statement with a writing clause is refused on the
reading side before it is sent.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from kg.graph_errors import GraphError, GraphTimeout, GraphUnavailable, RowCapExceeded
from kg.store.deadline import within
from kg.store.driver import (
    READ_ACCESS,
    WRITE_ACCESS,
    AuthError,
    ClientError,
    DriverError,
    GraphDatabase,
    ManagedTransaction,
    Neo4jError,
    Query,
    ServiceUnavailable,
    SessionExpired,
    Transaction,
    TransientError,
)

__all__ = ["Connection", "Params", "Row", "Tx"]

T = TypeVar("T")
Row = Sequence[Any]
Params = Mapping[str, Any]
Tx = Transaction | ManagedTransaction

READ_TIMEOUT_S = 5.0
PATIENT_S = 60.0
"""For reads that no customer waits for: opening, loading, recovering."""
WRITE_TIMEOUT_S = 120.0
ROW_CAP = 250_000
RETRY_FOR_S = 5.0
CONNECT_TIMEOUT_S = 1.5
_AT_ONCE_S = 0.5
_GRACE_S = 0.5
"""What an engine that keeps time-outs gets to say so itself."""

# The driver logs what it also raises; without a handler Python would print that to the terminal.
logging.getLogger("neo4j").addHandler(logging.NullHandler())

_WRITES = re.compile(r"\b(CREATE|MERGE|SET|DELETE|REMOVE|DROP|CALL|LOAD|FOREACH|ALTER|GRANT)\b", re.IGNORECASE)
_TIMED_OUT = ("TransactionTimedOut", "TransactionTimedOutClientConfiguration", "LockClientStopped")


class Connection:
    """One driver to one database. Safe to share between threads; closes with `close()`.

    Times are seconds. Every method raises GraphUnavailable when the graph is down (in at most about two
    seconds), GraphTimeout past a deadline and GraphError for anything else the engine refuses.
    """

    def __init__(self, uri: str, user: str, password: str, database: str) -> None:
        self.uri = uri
        self.database = database
        self._driver = GraphDatabase.driver(
            uri,
            auth=(user, password),
            connection_timeout=CONNECT_TIMEOUT_S,
            connection_acquisition_timeout=CONNECT_TIMEOUT_S + 0.5,
            liveness_check_timeout=30.0,
            notifications_min_severity="OFF",
        )

    def close(self) -> None:
        """Close every connection; a read that still runs ends with an error of its own."""
        self._driver.close()

    def engine(self) -> str:
        """The product behind Bolt, as it names itself: `Neo4j/5.26.0`, `… (ArcadeDB 26.10.2)`."""
        return self._translated("engine", lambda: self._driver.get_server_info().agent)

    def read(
        self, statement: str, params: Params | None = None, *, timeout: float = READ_TIMEOUT_S, cap: int = ROW_CAP
    ) -> list[Row]:
        """All rows of a reading statement. RowCapExceeded when there are more than `cap`."""
        if _WRITES.search(statement):
            raise GraphError("graph read", statement[:80], "send writing statements through write()")

        def once() -> list[Row]:
            with self._driver.session(database=self.database, default_access_mode=READ_ACCESS) as session:
                result = session.run(_query(statement, timeout), dict(params or {}))
                rows: list[Row] = [record.values() for record in _take(result, cap + 1)]
                return rows

        with within(timeout + _GRACE_S) as over:
            try:
                rows = self._translated(statement, once, again=True)
            except GraphUnavailable:
                if not over():
                    raise
                raise _timed_out(statement, timeout) from None
        if len(rows) > cap:
            raise RowCapExceeded(_place(statement), f"more than {cap} rows", "narrow the question or read it in pages")
        return rows

    def stream(self, statement: str, params: Params | None = None, *, timeout: float = 600.0) -> Iterator[Row]:
        """Rows as they come, without a cap, for builds and exports; the caller exhausts or closes it."""
        if _WRITES.search(statement):
            raise GraphError("graph read", statement[:80], "send writing statements through write()")
        deadline = time.monotonic() + timeout
        with (
            _errors(_place(statement), self.uri),
            self._driver.session(database=self.database, default_access_mode=READ_ACCESS, fetch_size=5000) as session,
        ):
            for record in session.run(_query(statement, timeout), dict(params or {})):
                if time.monotonic() > deadline:
                    raise _timed_out(statement, timeout)
                yield record.values()

    def write(self, work: Callable[[Tx], T], *, place: str, timeout: float = WRITE_TIMEOUT_S) -> T:
        """Run `work` in one explicit transaction and commit it; transient conflicts run it again.

        `work` must be repeatable: it may be called several times, each time in a fresh transaction.
        """
        until = time.monotonic() + RETRY_FOR_S
        pause = 0.02
        while True:
            try:
                return self._translated(place, lambda: self._one_transaction(work, timeout))
            except _Retry as retry:
                if time.monotonic() > until:
                    raise GraphError(place, str(retry), "try again; another writer may be at work") from retry
            time.sleep(pause)
            pause = min(pause * 2, 0.5)

    def execute(self, statement: str, params: Params | None = None) -> None:
        """One statement outside an explicit transaction, as schema commands need it."""

        def once() -> None:
            with self._driver.session(database=self.database, default_access_mode=WRITE_ACCESS) as session:
                session.run(_query(statement, WRITE_TIMEOUT_S), dict(params or {})).consume()

        self._translated(statement, once)

    def _one_transaction(self, work: Callable[[Tx], T], timeout: float) -> T:
        with (
            self._driver.session(database=self.database, default_access_mode=WRITE_ACCESS) as session,
            session.begin_transaction(timeout=timeout) as tx,
        ):
            done = work(tx)
            tx.commit()
            return done

    def _translated(self, place: str, work: Callable[[], T], *, again: bool = False) -> T:
        started = time.monotonic()
        try:
            with _errors(_place(place), self.uri):
                return work()
        except (GraphUnavailable, _Retry):
            # A pooled connection that died with a restarted server says so at once; a read may simply be repeated.
            if not again or time.monotonic() - started > _AT_ONCE_S:
                raise
        with _errors(_place(place), self.uri):
            return work()


class _Retry(GraphError):
    """A conflict or other transient refusal: the same transaction may succeed when run again."""


def _query(statement: str, timeout: float) -> Query:
    return Query(statement, timeout=timeout)


def _take(result: Any, count: int) -> Iterator[Any]:
    for index, record in enumerate(result):
        if index >= count:
            return
        yield record


def _place(statement: str) -> str:
    return " ".join(statement.split())[:80]


def _timed_out(statement: str, timeout: float) -> GraphTimeout:
    return GraphTimeout(_place(statement), f"no answer within {timeout:g} s", "ask for less or allow more time")


@contextmanager
def _errors(place: str, uri: str) -> Iterator[None]:
    """Turn the driver's exceptions into those of this package."""
    try:
        yield
    except AuthError as error:
        raise GraphError(f"graph at {uri}", error.message or "refused", "check user and password") from error
    except (ServiceUnavailable, SessionExpired, OSError) as error:
        raise GraphUnavailable(
            f"graph at {uri}", str(error)[:200], "start the graph or wait for its restart"
        ) from error
    except Neo4jError as error:
        raise _from_server(place, error) from error
    except DriverError as error:
        raise GraphUnavailable(
            f"graph at {uri}", str(error)[:200], "start the graph or wait for its restart"
        ) from error


def _from_server(place: str, error: Neo4jError) -> GraphError:
    code, message = error.code or "", str(error.message or error)[:300]
    if any(name in code for name in _TIMED_OUT):
        return GraphTimeout(place, message, "ask for less or allow more time")
    conflict = "ConcurrentModification" in message or "NeedRetry" in message
    if isinstance(error, TransientError) or (isinstance(error, ClientError) and conflict) or conflict:
        return _Retry(place, message, "run again")
    return GraphError(place, message, f"code {code}")
