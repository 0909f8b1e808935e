"""A backup filled into PostgreSQL: rows bring their numbers along, and the next ones go on behind them."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.backup import _fill_tables
from customer.tables import metadata as customer_tables
from growth import ledger
from growth.case import WishScope
from growth.ledger import Place, Wanted
from growth.tables import metadata as growth_tables
from growth.tables import wish
from tests.support.customers import emptied_database
from tests.support.offers import NOW

ROW = {
    "number": 41,
    "customer_id": "c2",
    "at": NOW.isoformat(),
    "allow": False,
    "scope": "all",
    "of": "",
    "name": "",
    "breath": "b",
    "channel": "web",
    "session": "s",
}


@pytest.mark.postgres
def test_numbers_go_on_behind_those_that_were_restored(postgres_url: str) -> None:
    engine = emptied_database(postgres_url, growth_tables, customer_tables)
    assert _fill_tables(engine, [[wish.name, ROW]]) == 1
    with engine.begin() as sql:
        said = [Wanted(True, WishScope.ALL)]
        ledger.write_wishes(sql, "c2", said, breath="later", place=Place("web"), now=NOW)
        assert list(sql.execute(select(wish.c.number).order_by(wish.c.number)).scalars()) == [41, 42]
    engine.dispose()
