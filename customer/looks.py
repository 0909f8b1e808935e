"""Every look at a customer's data is written down: who, at whom, by which way, at which parts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.engine import Engine

from customer.reading import moment
from customer.sql import reading, writing
from customer.tables import look


@dataclass(frozen=True, slots=True)
class Look:
    """One look. `via` is cli, api or console; `fields` the parts that were shown."""

    at: datetime
    actor: str
    customer_id: str
    via: str
    fields: tuple[str, ...]


def note_look(engine: Engine, seen: Look) -> None:
    """Writes a look down, before anything is shown. Raises CustomerStoreUnavailable, and then nothing may be shown."""
    row = {"at": seen.at, "actor": seen.actor, "customer_id": seen.customer_id, "via": seen.via}
    with writing(engine) as sql:
        sql.execute(insert(look), {**row, "fields": list(seen.fields)})


def looks_at(engine: Engine, customer_ids: Iterable[str], limit: int = 100) -> tuple[Look, ...]:
    """Who looked at a customer (under all ids), newest first."""
    chosen = select(look).where(look.c.customer_id.in_(list(customer_ids))).order_by(look.c.number.desc())
    with reading(engine) as sql:
        rows = sql.execute(chosen.limit(limit)).all()
    return tuple(Look(moment(r.at), r.actor, r.customer_id, r.via, tuple(r.fields)) for r in rows)
