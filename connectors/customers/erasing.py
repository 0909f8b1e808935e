"""Finishing a request to erase: files first, then all tables in one transaction; a killed run is simply run again."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import Engine

from customer.erasing import State, erase, settle, ticket
from customer.parts import Parts
from customer.reading import CustomerReader
from customer.sql import reading, writing
from dialogue.store.talks import forget_talks
from growth.history import forget

_FILES = ("events", "responses")
"""Behaviour is kept for offers alone; movements the law has kept."""


def finish(engine: Engine, home: Path, ticket_id: str, *, by: str, at: datetime, note: str = "") -> dict[str, int]:
    """Erases, and closes the request; counts of what was erased. The customer's wishes stay: who wants no offers is
    not forgotten to have said so. Raises CustomerError for no open request, CustomerStoreUnavailable."""
    with reading(engine) as sql:
        asked = ticket(sql, ticket_id)
    who = CustomerReader(engine).customer(asked.customer)
    ids = (who.id, *who.merged) if who else (asked.customer,)
    parts = Parts(home, engine)
    counts = {kind: parts.erase(kind, ids) for kind in _FILES}
    with writing(engine) as sql:
        counts |= {**erase(sql, ids), **forget(sql, ids), "turn": forget_talks(sql, ids)}
        settle(sql, ticket_id, State.DONE, by=by, at=at, note=note, counts=counts)
    return counts


def refuse(engine: Engine, ticket_id: str, *, by: str, at: datetime, note: str) -> None:
    """Closes a request that can't be granted, with the reason. Raises as `finish`."""
    with writing(engine) as sql:
        settle(sql, ticket_id, State.REFUSED, by=by, at=at, note=note, counts={})
