"""Statements that every turn runs, handed straight to the database's driver.

SQLAlchemy compiles a statement once but makes each run of it ready anew: a sixth of a millisecond around what SQLite
has done in a hundredth. A prepared statement is compiled by SQLAlchemy too, with the same types, and runs within the
same transactions; only the way there is shorter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import Executable

Processor = Callable[[Any], Any] | None


class Prepared:
    """A SELECT, INSERT or UPDATE whose parameters are all named, compiled once for each set of values. Runs in the
    transaction of the connection it is given; where that has none, a SELECT runs by itself.

    Raises what SQLAlchemy raises: DBAPIError, IntegrityError among them.
    """

    def __init__(self, statement: Executable) -> None:
        self._statement = statement
        self._compiled: dict[tuple[str, ...], _Compiled] = {}

    def run(self, connection: Connection, values: Mapping[str, Any]) -> int:
        """Runs it and returns how many rows it wrote."""
        cursor = self._executed(connection, values)[0]
        try:
            return int(cursor.rowcount)
        finally:
            cursor.close()

    def first(self, connection: Connection, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
        """Runs it and returns its first row, columns in the order of the SELECT."""
        cursor, compiled = self._executed(connection, values)
        try:
            row = cursor.fetchone()
        finally:
            cursor.close()
        return None if row is None else compiled.read(row)

    def _executed(self, connection: Connection, values: Mapping[str, Any]) -> tuple[Any, _Compiled]:
        dialect = connection.dialect
        key = (dialect.name, *values)
        compiled = self._compiled.get(key)
        if compiled is None:
            compiled = self._compiled[key] = _compile(self._statement, dialect, values)
        cursor = connection.connection.cursor()
        try:
            cursor.execute(compiled.text, compiled.given(values))
        except dialect.dbapi.Error as error:
            cursor.close()
            if dialect.is_disconnect(error, connection.connection, cursor):
                connection.invalidate(error)
            text, base = compiled.text, dialect.dbapi.Error
            raise DBAPIError.instance(text, None, error, base, hide_parameters=True, dialect=dialect) from error
        return cursor, compiled


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A statement in the words of one database. `names` are its parameters, in order where they go by place."""

    text: str
    by_place: bool
    names: tuple[tuple[str, Processor], ...]
    columns: tuple[Processor, ...]

    def given(self, values: Mapping[str, Any]) -> tuple[Any, ...] | dict[str, Any]:
        """The values as the driver wants them."""
        if self.by_place:
            return tuple([values[name] if made is None else made(values[name]) for name, made in self.names])
        return {name: values[name] if made is None else made(values[name]) for name, made in self.names}

    def read(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        """A row of the driver as Python's values."""
        return tuple([item if made is None else made(item) for item, made in zip(row, self.columns, strict=True)])


def _compile(statement: Executable, dialect: Dialect, values: Mapping[str, Any]) -> _Compiled:
    compiled = statement.compile(dialect=dialect, column_keys=list(values))
    names = compiled.positiontup if dialect.positional else list(compiled.binds)
    unnamed = set(names) - set(values)
    if unnamed:
        raise ValueError(f"{compiled}: no value for {sorted(unnamed)}; a prepared statement names all it needs")
    types = {name: bind.type.dialect_impl(dialect) for name, bind in compiled.binds.items()}
    columns = getattr(statement, "selected_columns", ())
    return _Compiled(
        str(compiled),
        dialect.positional,
        tuple((name, types[name].bind_processor(dialect)) for name in names),
        tuple(c.type.dialect_impl(dialect).result_processor(dialect, None) for c in columns),
    )
