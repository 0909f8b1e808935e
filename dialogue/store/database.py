"""Opening the database: SQLite in the state folder by default, PostgreSQL by URL; both brought up to date first."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.pool import QueuePool

from dialogue.store.prepared import Prepared

_MIGRATIONS = Path(__file__).with_name("migrations")
_BUSY_MS = 5000
_BEGIN_READING, _BEGIN_WRITING = Prepared(text("BEGIN")), Prepared(text("BEGIN IMMEDIATE"))


def connect(url: str) -> Engine:
    """An engine for `url`; SQLite in WAL mode, with transactions that take the write lock when they begin."""
    made = make_url(url)
    if made.get_backend_name() != "sqlite":
        return create_engine(url, future=True, pool_pre_ping=True, json_serializer=_to_json)
    if made.database:
        Path(made.database).parent.mkdir(parents=True, exist_ok=True)
    # SQLAlchemy would open the file anew for every use, which costs more than the use.
    options = {"poolclass": QueuePool, "connect_args": {"check_same_thread": False}}
    engine = create_engine(url, future=True, json_serializer=_to_json, **options)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def upgrade(engine: Engine) -> None:
    """Brings the tables to this program's version; processes that start together do it one after the other."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    with _alone(engine), engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver's own BEGIN comes too late: see _begin_sqlite
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", f"busy_timeout={_BUSY_MS}", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and writes later fails when another one has written in between.
    readonly = connection.get_execution_options().get("jinwen_read")
    (_BEGIN_READING if readonly else _BEGIN_WRITING).run(connection, {})


@contextmanager
def _alone(engine: Engine) -> Iterator[None]:
    database = engine.url.database
    if engine.dialect.name != "sqlite" or not database:
        yield
        return
    with Path(f"{database}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


_to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
