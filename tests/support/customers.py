"""Customers in a scratch database, written as the views say."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import MetaData, delete, insert
from sqlalchemy.engine import Engine

from customer.model import Claim, Customer
from customer.tables import consent, customer, holding, identity, risk, segment_of, signal
from dialogue.store.database import connect, upgrade

PLAIN = ("birth_date", "sex", "region", "opened_on", "employee", "vip")


def scratch_database(folder: Path) -> Engine:
    """A new database with all tables."""
    engine = connect(f"sqlite:///{folder}/jinwen.db")
    upgrade(engine)
    return engine


def emptied_database(url: str, *of: MetaData) -> Engine:
    """A database that other tests use as well, brought up to date, with no rows in the tables of `of`."""
    engine = connect(url)
    upgrade(engine)
    with engine.begin() as sql:
        for table in (table for one in of for table in one.sorted_tables):
            sql.execute(delete(table))
    return engine


def write_customer(engine: Engine, who: Customer) -> None:
    """Puts one customer there, whole."""
    claims: dict[str, Claim[object]] = {n: c for n in (*PLAIN, "monthly_income") if (c := getattr(who, n)) is not None}
    first = next(iter(claims.values()), None) or who.segment
    assert first is not None, "a customer of whom nothing is known has no source"
    row = {n: claims[n].value if n in claims else None for n in PLAIN}
    income = who.monthly_income
    with engine.begin() as sql:
        sql.execute(
            insert(customer),
            {
                "id": who.id,
                **row,
                "monthly_income_fen": int(income.value * 100) if income else None,
                "source": first.source,
                "as_of": first.as_of,
                "provenance": {n: [c.source, c.as_of.isoformat()] for n, c in claims.items()},
            },
        )
        if who.segment:
            said = {"customer_id": who.id, "segment": who.segment.value, "name": who.segment.value}
            stage = who.life_stage.value if who.life_stage else None
            run = who.segment.source.removeprefix("分群 ")
            sql.execute(insert(segment_of), {**said, "life_stage": stage, "run": run, "as_of": who.segment.as_of})
        _belongings(sql, who)


def _belongings(sql: Engine, who: Customer) -> None:
    def put(table: object, rows: list[dict[str, object]]) -> None:
        if rows:
            sql.execute(insert(table), [{"customer_id": who.id, **r} for r in rows])

    if who.risk:
        named = ("rating", "assessed_on", "expires_on", "source", "as_of")
        put(risk, [{n: getattr(who.risk, n) for n in named}])
    same = ("id", "product", "product_id", "since", "matures", "source", "as_of")
    put(
        holding,
        [
            {
                **{n: getattr(h, n) for n in same},
                "amount_fen": int(h.amount * 100) if h.amount is not None else None,
                "flags": [],
            }
            for h in who.holdings
        ],
    )
    put(
        consent,
        [
            {"purpose": c.purpose, "channel": c.channel, "state": c.state.value, "at": c.at, "source": c.source}
            for c in who.consents
        ],
    )
    put(
        identity,
        [
            {"kind": i.kind.value, "digest": i.digest, "shown": i.shown, "source": i.source, "as_of": i.as_of}
            for i in who.identities
        ],
    )
    put(
        signal,
        [{"kind": s.kind.value, "since": s.since, "until": s.until, "source": s.source} for s in who.signals],
    )
