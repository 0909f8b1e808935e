"""Prepared statements read and write what SQLAlchemy's own way of running them does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, Column, Date, DateTime, Integer, MetaData, String, Table, bindparam, insert, select, update
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from dialogue.store.database import connect
from dialogue.store.prepared import Prepared

THING = Table(
    "prepared_thing",
    MetaData(),
    Column("id", String(20), primary_key=True),
    Column("at", DateTime(timezone=True)),
    Column("day", Date),
    Column("number", Integer),
    Column("kept", JSON),
)
ROW: dict[str, Any] = {
    "id": "甲",
    "at": datetime(2026, 11, 23, 8, 30, 1, 250, UTC),
    "day": date(2026, 11, 23),
    "number": 7,
    "kept": {"名": ["稳盈1号", None, 1.5], "100%": True},
}
ADD = Prepared(insert(THING))
OF_ID = Prepared(select(THING).where(THING.c.id == bindparam("of_id")))


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'jinwen.db'}"
    else:
        url = request.getfixturevalue("postgres_url")
    engine = connect(url)
    THING.metadata.drop_all(engine)
    THING.metadata.create_all(engine)
    yield engine
    THING.metadata.drop_all(engine)
    engine.dispose()


@pytest.mark.parametrize("changed", [{}, {"at": None, "day": None, "number": None, "kept": None}, {"kept": []}])
def test_what_is_written_is_what_sqlalchemy_writes_and_reads(engine: Engine, changed: dict[str, Any]) -> None:
    row = {**ROW, **changed}
    with engine.begin() as connection:
        assert ADD.run(connection, row) == 1
        connection.execute(insert(THING), {**row, "id": "乙"})
    with engine.connect() as connection:
        ours = connection.execute(select(THING).where(THING.c.id == "甲")).one()
        theirs = connection.execute(select(THING).where(THING.c.id == "乙")).one()
        assert tuple(ours)[1:] == tuple(theirs)[1:]
        assert OF_ID.first(connection, {"of_id": "甲"}) == tuple(ours)
        assert OF_ID.first(connection, {"of_id": "丙"}) is None


def test_each_set_of_values_is_compiled_by_itself(engine: Engine) -> None:
    move = Prepared(update(THING).where(THING.c.id == bindparam("of_id")))
    with engine.begin() as connection:
        ADD.run(connection, {"id": "甲", "number": 1})
        ADD.run(connection, {**ROW, "id": "乙"})
        assert move.run(connection, {"number": 2, "of_id": "甲"}) == 1
        assert move.run(connection, {"number": 3, "kept": {}, "of_id": "丙"}) == 0
        read = OF_ID.first(connection, {"of_id": "甲"})
    assert read is not None
    assert read[3] == 2


def test_errors_are_those_of_sqlalchemy_and_undo_the_transaction(engine: Engine) -> None:
    with pytest.raises(IntegrityError), engine.begin() as connection:
        ADD.run(connection, {"id": "甲", "number": 1})
        ADD.run(connection, {"id": "甲", "number": 2})
    missing = Table("prepared_missing", MetaData(), Column("id", String))
    with pytest.raises(DBAPIError) as failed, engine.connect() as connection:
        Prepared(select(missing).where(missing.c.id == bindparam("of_id"))).first(connection, {"of_id": "secret"})
    assert "secret" not in str(failed.value)
    with engine.connect() as connection:
        assert OF_ID.first(connection, {"of_id": "甲"}) is None


def test_a_parameter_without_a_value_is_refused(engine: Engine) -> None:
    with engine.connect() as connection, pytest.raises(ValueError, match="of_id"):
        OF_ID.first(connection, {"id": "甲"})


def test_a_database_that_somebody_else_writes_is_said_to_be_locked(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path / 'jinwen.db'}")
    with engine.connect() as first:
        first.exec_driver_sql("SELECT 1")
        with engine.connect() as second:
            second.connection.cursor().execute("PRAGMA busy_timeout=0")
            with pytest.raises(OperationalError, match="locked"):
                second.begin()
    engine.dispose()
