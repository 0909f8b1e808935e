"""Tickets: a secret that stands for something, once and for a short while. Only its digest is kept."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.engine import Engine

from connectors.channels.clock import Clock, utc, utc_now
from connectors.channels.tables import ticket

LIFE = timedelta(minutes=10)


class Tickets:
    """The table of tickets."""

    def __init__(self, engine: Engine, clock: Clock = utc_now) -> None:
        self._engine = engine
        self._clock = clock

    def make(self, purpose: str, data: dict[str, Any], life: timedelta = LIFE) -> str:
        """A new ticket for `data`."""
        secret, now = secrets.token_urlsafe(24), self._clock()
        row = {"digest": _digest(secret), "purpose": purpose, "data": data, "expires_at": now + life}
        with self._engine.begin() as sql:
            sql.execute(delete(ticket).where(ticket.c.expires_at < now))
            sql.execute(insert(ticket).values(**row))
        return secret

    def take(self, purpose: str, secret: str) -> dict[str, Any] | None:
        """What the ticket stands for, and the ticket is gone; None when it is unknown, used or too old."""
        which = (ticket.c.digest == _digest(secret)) & (ticket.c.purpose == purpose)
        with self._engine.begin() as sql:
            row = sql.execute(select(ticket.c.data, ticket.c.expires_at).where(which)).first()
            taken = sql.execute(delete(ticket).where(which)).rowcount == 1
        if row is None or not taken or utc(row.expires_at) < self._clock():
            return None
        return dict(row.data)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
