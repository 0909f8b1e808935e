"""Inbox: what came in stands here until it is answered; each message once, each conversation in order.

Who has acknowledged a message to the platform owes the customer a reply, whatever happens to the process.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, insert, or_, select, update
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from connectors.channels.addresses import noted, to_address
from connectors.channels.clock import Clock, utc, utc_now
from connectors.channels.records import Entry, Inbound, digest
from connectors.channels.tables import address, inbox
from connectors.outreach.scenes import arrived

LEASE = timedelta(seconds=15)


class Inbox:
    """The table of what came in. `owner` names this process; safe to share between threads."""

    def __init__(self, engine: Engine, owner: str, clock: Clock = utc_now) -> None:
        self._engine = engine
        self._owner = owner
        self._clock = clock

    def put(self, inbound: Inbound, passive: timedelta | None = None) -> tuple[Entry, bool]:
        """The entry for a message, and whether it is new. `passive` is how long the platform's request waits."""
        now = self._clock()
        until = now + passive if passive is not None else None
        try:
            with self._engine.begin() as sql:
                who = noted(sql, inbound, now)
                row = {
                    "channel": inbound.channel,
                    "account": inbound.account,
                    "key": inbound.key,
                    "address_id": who.id,
                    "session": who.session,
                    "message_id": f"in-{digest(inbound.channel, inbound.account, inbound.key)[:32]}",
                    "body": inbound.body(),
                    "done": not inbound.asks,
                    "owner": "",
                    "passive_until": until,
                    "attempts": 0,
                    "trace_id": inbound.trace_id,
                    "received_at": now,
                }
                made = sql.execute(insert(inbox).values(**row)).inserted_primary_key[0]
                if inbound.scene:
                    place = digest(inbound.channel, inbound.account, inbound.key)
                    arrived(
                        sql, place, inbound.scene, inbound.channel, who.id, now=now, new=inbound.notice == "welcome"
                    )
                return _entry(sql, made), True
        except IntegrityError:
            return self._known(inbound, until), False

    def known(self, channel: str, account: str, key: str) -> bool:
        """Whether a message of that key came before."""
        with self._engine.connect() as sql:
            return sql.execute(select(inbox.c.id).where(_key(channel, account, key))).first() is not None

    def get(self, entry_id: int) -> Entry:
        """The entry of that id."""
        with self._engine.connect() as sql:
            return _entry(sql, entry_id)

    def claim(self, entry_id: int) -> Entry | None:
        """The entry, ours for a while; None when another process has it, it is done, or an earlier one is not."""
        with self._engine.begin() as sql:
            return self._claimed(sql, entry_id)

    def next_of(self, session: str) -> Entry | None:
        """The conversation's next entry, claimed."""
        chosen = select(inbox.c.id).where(inbox.c.session == session, inbox.c.done.is_(False)).order_by(inbox.c.id)
        with self._engine.begin() as sql:
            found = sql.execute(chosen.limit(1)).first()
            return self._claimed(sql, found.id) if found else None

    def pending(self, session: str) -> int | None:
        """The conversation's first entry that is not answered yet."""
        chosen = select(inbox.c.id).where(inbox.c.session == session, inbox.c.done.is_(False)).order_by(inbox.c.id)
        with self._engine.connect() as sql:
            found = sql.execute(chosen.limit(1)).first()
        return found.id if found else None

    def waiting(self, limit: int = 100) -> list[int]:
        """Entries that nobody works at, oldest first: after a crash, or left by another replica."""
        now = self._clock()
        free = or_(inbox.c.lease_until.is_(None), inbox.c.lease_until < now)
        chosen = select(inbox.c.id).where(inbox.c.done.is_(False), free).order_by(inbox.c.id).limit(limit)
        with self._engine.connect() as sql:
            return [row.id for row in sql.execute(chosen)]

    def renew(self, entry_id: int) -> None:
        """Keeps it ours a while longer."""
        self._set(entry_id, lease_until=self._clock() + LEASE)

    def release(self, entry_id: int, after: float) -> None:
        """Gives it back: it is tried again after so many seconds."""
        self._set(entry_id, lease_until=self._clock() + timedelta(seconds=after), owner="")

    def give_up_passive(self, entry_id: int) -> None:
        """The platform's request was answered without the reply: it has to go another way."""
        self._set(entry_id, passive_until=None)

    def _known(self, inbound: Inbound, until: datetime | None) -> Entry:
        with self._engine.begin() as sql:
            which = _key(inbound.channel, inbound.account, inbound.key)
            if until is not None:
                sql.execute(update(inbox).where(which, inbox.c.done.is_(False)).values(passive_until=until))
            return _entry(sql, sql.execute(select(inbox.c.id).where(which)).one().id)

    def _claimed(self, sql: Connection, entry_id: int) -> Entry | None:
        now = self._clock()
        earlier = inbox.alias()
        blocked = exists().where(
            earlier.c.session == inbox.c.session, earlier.c.done.is_(False), earlier.c.id < inbox.c.id
        )
        free = or_(inbox.c.lease_until.is_(None), inbox.c.lease_until < now)
        taken = (
            update(inbox)
            .where(inbox.c.id == entry_id, inbox.c.done.is_(False), free, ~blocked)
            .values(owner=self._owner, lease_until=now + LEASE, attempts=inbox.c.attempts + 1)
        )
        return _entry(sql, entry_id) if sql.execute(taken).rowcount == 1 else None

    def _set(self, entry_id: int, **values: Any) -> None:
        with self._engine.begin() as sql:
            sql.execute(update(inbox).where(inbox.c.id == entry_id, inbox.c.done.is_(False)).values(**values))


def finish(sql: Connection, entry_id: int) -> None:
    """Within a transaction: the entry is answered, and what the customer said is forgotten here."""
    sql.execute(update(inbox).where(inbox.c.id == entry_id).values(done=True, owner="", lease_until=None, body={}))


def _key(channel: str, account: str, key: str) -> Any:
    return (inbox.c.channel == channel) & (inbox.c.account == account) & (inbox.c.key == key)


def _entry(sql: Connection, entry_id: int) -> Entry:
    row = sql.execute(select(inbox).where(inbox.c.id == entry_id)).one()
    who = sql.execute(select(address).where(address.c.id == row.address_id)).one()
    until = utc(row.passive_until) if row.passive_until else None
    received = utc(row.received_at)
    return Entry(
        row.id, to_address(who), row.session, row.message_id, row.body, row.trace_id, received, until, row.done
    )
