"""Small things that SQLite and PostgreSQL say differently, and both of them often."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError

from customer.errors import CustomerStoreUnavailable

MANY = 500
"""Values in one IN; SQLite takes 999 parameters at least."""
T = TypeVar("T")


def upsert(sql: Connection, table: Table, rows: Sequence[dict[str, Any]], keep: Iterable[str] = ()) -> None:
    """Writes rows by primary key: new ones are added, known ones take the new values except for `keep`."""
    if not rows:
        return
    made = _insert(sql, table)
    left = {c.name for c in table.primary_key.columns} | set(keep)
    taken = {n: made.excluded[n] for n in rows[0] if n not in left}
    keys = list(table.primary_key.columns)
    changed = made.on_conflict_do_update(index_elements=keys, set_=taken) if taken else made.on_conflict_do_nothing()
    sql.execute(changed, rows)


def add_new(sql: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Adds the rows that break no unique key; the others are there already."""
    if rows:
        sql.execute(_insert(sql, table).on_conflict_do_nothing(), rows)


def _insert(sql: Connection, table: Table) -> Any:
    return postgresql.insert(table) if sql.dialect.name == "postgresql" else sqlite.insert(table)


def slices(items: Sequence[T], size: int = MANY) -> Iterator[Sequence[T]]:
    """Consecutive pieces."""
    for at in range(0, len(items), size):
        yield items[at : at + size]


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction. Raises CustomerStoreUnavailable when the database fails."""
    try:
        with engine.begin() as connection:
            yield connection
    except DBAPIError as error:
        raise CustomerStoreUnavailable(f"客户库写不进去：{error.orig}；检查 JINWEN_DATABASE_URL") from error


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection that only reads. Raises CustomerStoreUnavailable when the database fails."""
    try:
        with engine.connect().execution_options(jinwen_read=True) as connection:
            yield connection
    except DBAPIError as error:
        raise CustomerStoreUnavailable(f"客户库读不出来：{error.orig}；检查 JINWEN_DATABASE_URL") from error
