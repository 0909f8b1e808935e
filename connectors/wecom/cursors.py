"""How far each service account has been read, and who reads it: one at a time, whatever the number of replicas."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import insert, or_, select, update
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError

from connectors.channels.clock import Clock, utc_now
from connectors.channels.tables import cursor

LEASE = timedelta(seconds=30)


class Cursors:
    """The table of cursors. `owner` names this process."""

    def __init__(self, engine: Engine, owner: str, clock: Clock = utc_now) -> None:
        self._engine = engine
        self._owner = owner
        self._clock = clock

    def take(self, name: str) -> str | None:
        """The cursor of `name`, empty at first, ours to move; None while another process has it."""
        now = self._clock()
        with self._engine.begin() as sql:
            try:
                with sql.begin_nested():
                    sql.execute(insert(cursor).values(name=name, cursor="", owner=""))
            except IntegrityError:
                pass  # it has been read before
            free = or_(cursor.c.lease_until.is_(None), cursor.c.lease_until < now, cursor.c.owner == self._owner)
            taken = update(cursor).where(cursor.c.name == name, free)
            if sql.execute(taken.values(owner=self._owner, lease_until=now + LEASE)).rowcount != 1:
                return None
            return str(sql.execute(select(cursor.c.cursor).where(cursor.c.name == name)).scalar_one())

    def move(self, name: str, to: str) -> None:
        """What lies before `to` has been taken in; the reader keeps the cursor."""
        with self._engine.begin() as sql:
            mine = (cursor.c.name == name) & (cursor.c.owner == self._owner)
            sql.execute(update(cursor).where(mine).values(cursor=to, lease_until=self._clock() + LEASE))

    def release(self, name: str) -> None:
        """Others may read on."""
        with self._engine.begin() as sql:
            mine = (cursor.c.name == name) & (cursor.c.owner == self._owner)
            sql.execute(update(cursor).where(mine).values(owner="", lease_until=None))

    def names(self, prefix: str) -> list[str]:
        """Everything that has been read before under `prefix`."""
        with self._engine.connect() as sql:
            chosen = select(cursor.c.name).where(cursor.c.name.startswith(prefix, autoescape=True))
            return [row.name for row in sql.execute(chosen)]
