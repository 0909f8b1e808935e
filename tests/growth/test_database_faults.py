"""The database held by another process, and restarted: nothing goes out meanwhile, and all goes on afterwards."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.engine import Engine

from dialogue.store.database import connect, upgrade
from growth.case import Context
from growth.catalogue import Catalogue, read_catalogue
from growth.errors import LedgerUnavailable
from growth.reasons import Reason
from growth.service import Growth
from growth.tables import contact
from tests.support.customers import scratch_database, write_customer
from tests.support.demo import TODAY, Bank
from tests.support.offers import NOW, OFFERS, customer_of
from tests.support.postgres_server import restartable_postgres

APP = Context("app")
_HOLD = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def catalogue(bank: Bank) -> Catalogue:
    return read_catalogue(OFFERS, bank.snapshot, bank.lexicon, TODAY)


@contextmanager
def held_by_another(database: str) -> Iterator[None]:
    """Another process holds the file's write lock."""
    command = [sys.executable, "-c", _HOLD, database]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None and other.stdout.readline() == "held\n"
        try:
            yield
        finally:
            other.communicate("\n")


def impatient(engine: Engine) -> Engine:
    """The engine, waiting a tenth of a second for a lock instead of five."""
    event.listen(engine, "connect", lambda raw, _: raw.execute("PRAGMA busy_timeout=100"))
    engine.dispose()
    return engine


def shown(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(contact)).scalar() or 0)


def growth_on(engine: Engine) -> Growth:
    return Growth(engine, OFFERS, lambda: NOW)


def test_a_lock_held_by_another_process_lets_nothing_out_and_is_said(tmp_path: Path, catalogue: Catalogue) -> None:
    engine = impatient(scratch_database(tmp_path))
    write_customer(engine, customer_of("c2"))
    growth = growth_on(engine)
    with held_by_another(str(engine.url.database)):
        assert growth.decide("c2", APP, catalogue).decision.offer, "WAL: what is read may still be read"
        with pytest.raises(LedgerUnavailable, match="JINWEN_DATABASE_URL"):
            growth.reserve("c2", APP, catalogue)
    assert shown(engine) == 0
    assert growth.reserve("c2", APP, catalogue).decision.offer and shown(engine) == 1
    engine.dispose()


@pytest.mark.postgres
def test_a_restarted_postgres_lets_nothing_out_while_it_is_down(tmp_path: Path, catalogue: Catalogue) -> None:
    with restartable_postgres(tmp_path) as server:
        engine = connect(server.url)
        upgrade(engine)
        write_customer(engine, customer_of("c2"))
        growth = growth_on(engine)
        assert growth.decide("c2", APP, catalogue).decision.offer
        server.stop()
        broken = growth.decide("c2", APP, catalogue).decision
        assert (broken.offer, broken.reason) == ("", Reason.BROKEN)
        with pytest.raises(LedgerUnavailable):
            growth.reserve("c2", APP, catalogue)
        server.start()
        assert growth.reserve("c2", APP, catalogue).decision.offer, "without a restart of ours"
        assert shown(engine) == 1
        engine.dispose()
