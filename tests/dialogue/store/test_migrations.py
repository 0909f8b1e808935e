"""The chain of migrations makes the tables that the code declares, also from the release before."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import MetaData, inspect, text

import connectors.channels.tables
import connectors.outreach.tables
import connectors.staff.tables
import connectors.web.tables
from customer import tables as customer_tables
from desk import tables as agent_tables
from dialogue.store import database
from dialogue.store.tables import metadata
from growth import tables as growth_tables
from kg import desk_tables
from kg.delta import Delta
from kg.delta_json import delta_to_json
from kg.drafts import DraftStore

OLD_DRAFTS = """CREATE TABLE kg_drafts (
id VARCHAR(12) PRIMARY KEY, graph_id VARCHAR(36) NOT NULL, base INTEGER NOT NULL, author VARCHAR(200) NOT NULL,
message TEXT NOT NULL, created DATETIME NOT NULL, state VARCHAR(10) NOT NULL, revision INTEGER, delta TEXT NOT NULL)"""
PACKAGES = (connectors.channels.tables, connectors.outreach.tables, connectors.staff.tables, connectors.web.tables)
assert PACKAGES  # they add to the metadata


@pytest.mark.parametrize(
    "declared",
    [metadata, desk_tables.metadata, customer_tables.metadata, growth_tables.metadata, agent_tables.metadata],
    ids=["dialogue", "desk", "customer", "growth", "agents"],
)
def test_migrated_tables_are_those_declared(tmp_path: Path, declared: MetaData) -> None:
    engine = database.connect(f"sqlite:///{tmp_path}/jinwen.db")
    database.upgrade(engine)
    found = inspect(engine)
    for table in declared.sorted_tables:
        columns = {c["name"]: c["nullable"] for c in found.get_columns(table.name)}
        assert columns == {c.name: c.nullable for c in table.columns}, table.name
        indexed = {tuple(i["column_names"]) for i in found.get_indexes(table.name)}
        assert indexed >= {tuple(c.name for c in i.columns) for i in table.indexes}, table.name
    engine.dispose()


def test_drafts_of_the_release_before_go_on(tmp_path: Path) -> None:
    engine = database.connect(f"sqlite:///{tmp_path}/jinwen.db")
    config = Config()
    config.set_main_option("script_location", str(database._MIGRATIONS))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
    with engine.begin() as sql:
        sql.execute(text(OLD_DRAFTS))
        body = json.dumps(delta_to_json(Delta(3)))
        values = "'0123456789ab', 'g', 3, '小王', '改价', '2026-11-20 00:00:00', 'waiting', NULL, :delta"
        sql.execute(text(f"INSERT INTO kg_drafts VALUES ({values})"), {"delta": body})
    database.upgrade(engine)
    [draft] = DraftStore(engine).waiting("g")
    assert (draft.author, draft.version, draft.base, draft.findings) == ("小王", 1, 3, {})
    engine.dispose()
