"""Messages that wait or are on their way, where customers are reached, and in which order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from connectors.channels.clock import Clock, utc, utc_now
from connectors.channels.records import digest
from connectors.channels.sealing import Seal
from connectors.notices.store import Medium
from connectors.outreach.records import DEFAULT_ORDER, Outgoing, Progress, Purpose, Wanted, Way
from connectors.outreach.tables import contact, message, order

LEASE = timedelta(seconds=60)


class OutreachStore:
    """The tables of reaching out; safe to share between threads."""

    def __init__(self, engine: Engine, seal: Seal, clock: Clock = utc_now) -> None:
        self.engine = engine
        self._seal = seal
        self._clock = clock

    def queue(self, wanted: Wanted) -> bool:
        """It is to be told; False when the key was used before."""
        now, key = self._clock(), digest("outreach", wanted.key)
        parts = {"parts": dict(wanted.parts), "urgent": wanted.urgent}
        row: dict[str, Any] = {
            "key": key,
            "customer_id": wanted.customer,
            "purpose": wanted.purpose.value,
            "template": wanted.template,
            "offer": wanted.offer,
            "parts": self._seal.closed(parts, key),
            "state": Progress.WAITING.value,
            "reason": "",
            "channel": "",
            "place": "",
            "decision": "",
            "tried": [],
            "attempts": 0,
            "not_before": now,
            "expires_at": wanted.expires,
            "created_at": now,
            "updated_at": now,
        }
        try:
            with self.engine.begin() as sql:
                sql.execute(insert(message).values(**row))
        except IntegrityError:
            return False
        return True

    def due(self, limit: int = 50) -> list[int]:
        """What may be told now."""
        now = self._clock()
        free = or_(message.c.lease_until.is_(None), message.c.lease_until < now)
        chosen = select(message.c.id).where(
            message.c.state == Progress.WAITING.value, message.c.not_before <= now, free
        )
        with self.engine.connect() as sql:
            return list(sql.execute(chosen.order_by(message.c.id).limit(limit)).scalars())

    def placed(self, limit: int = 200) -> list[Outgoing]:
        """What is on its way."""
        chosen = select(message).where(message.c.state == Progress.PLACED.value).order_by(message.c.id).limit(limit)
        with self.engine.connect() as sql:
            return [self._read(row) for row in sql.execute(chosen)]

    def claim(self, message_id: int) -> Outgoing | None:
        """Ours for a while; None when another replica has it."""
        now = self._clock()
        free = or_(message.c.lease_until.is_(None), message.c.lease_until < now)
        mine = (message.c.id == message_id) & (message.c.state == Progress.WAITING.value) & free
        values: dict[str, Any] = {"lease_until": now + LEASE, "attempts": message.c.attempts + 1}
        with self.engine.begin() as sql:
            if sql.execute(update(message).where(mine).values(**values)).rowcount != 1:
                return None
            return self._read(sql.execute(select(message).where(message.c.id == message_id)).one())

    def place(self, sql: Connection, done: Outgoing, **values: Any) -> None:
        """Within a transaction: it is on its way. Raises LookupError when another replica has taken it meanwhile."""
        which = (message.c.id == done.id) & (message.c.state == Progress.WAITING.value)
        mine = which & (message.c.attempts == done.attempts)
        now = self._clock()
        row = {"state": Progress.PLACED.value, "lease_until": None, "updated_at": now, "tried": _plain(done), **values}
        if sql.execute(update(message).where(mine).values(**row)).rowcount != 1:
            raise LookupError(f"outreach {done.id}: taken by another replica")

    def settle(self, done: Outgoing, state: Progress, reason: str) -> None:
        """It ended like this; what was in it is forgotten."""
        tried = _plain(done)
        self._set(done, {"state": state.value, "reason": reason[:40], "parts": {}, "tried": tried})

    def postpone(self, done: Outgoing, until: datetime, reason: str) -> None:
        """It may be told later; what was placed and surely failed goes another way then."""
        values = {"reason": reason[:40], "not_before": until, "tried": _plain(done), "lease_until": None}
        self._set(done, {"state": Progress.WAITING.value, **values})

    def get(self, key: str) -> Outgoing | None:
        """The message of that key."""
        with self.engine.connect() as sql:
            row = sql.execute(select(message).where(message.c.key == digest("outreach", key))).first()
        return self._read(row) if row else None

    def order_of(self, customer: str) -> tuple[Way, ...]:
        """In which order this customer is reached; ways he left out are not used."""
        with self.engine.connect() as sql:
            row = sql.execute(select(order.c.channels).where(order.c.customer_id == customer)).first()
        return tuple(Way(name) for name in row.channels) if row else DEFAULT_ORDER

    def set_order(self, customer: str, ways: Sequence[Way]) -> None:
        """The customer's own order."""
        values = {"channels": [w.value for w in dict.fromkeys(ways)], "updated_at": self._clock()}
        with self.engine.begin() as sql:
            sql.execute(delete(order).where(order.c.customer_id == customer))
            sql.execute(insert(order).values(customer_id=customer, **values))

    def recipient(self, customer: str, medium: Medium) -> str:
        """Where SMS or mail for this customer go; empty when it is not known."""
        which = (contact.c.customer_id == customer) & (contact.c.medium == medium.value)
        with self.engine.connect() as sql:
            row = sql.execute(select(contact.c.recipient).where(which)).first()
        return str(self._seal.opened(row.recipient, f"{customer}|{medium}")["to"]) if row else ""

    def set_recipient(self, customer: str, medium: Medium, recipient: str) -> None:
        """SMS or mail for this customer go there from now on; empty forgets it. It lies sealed."""
        which = (contact.c.customer_id == customer) & (contact.c.medium == medium.value)
        with self.engine.begin() as sql:
            sql.execute(delete(contact).where(which))
            if recipient:
                sealed = self._seal.closed({"to": recipient}, f"{customer}|{medium}")
                values = {"medium": medium.value, "recipient": sealed, "updated_at": self._clock()}
                sql.execute(insert(contact).values(customer_id=customer, **values))

    def _set(self, done: Outgoing, values: dict[str, Any]) -> None:
        which = (message.c.id == done.id) & (message.c.attempts == done.attempts)
        with self.engine.begin() as sql:
            sql.execute(update(message).where(which).values(**values, updated_at=self._clock()))

    def _read(self, row: Any) -> Outgoing:
        kept = self._seal.opened(row.parts, row.key)
        wanted = Wanted(
            key=row.key,
            customer=row.customer_id,
            purpose=Purpose(row.purpose),
            expires=utc(row.expires_at),
            template=row.template,
            parts=kept.get("parts", {}),
            offer=row.offer,
            urgent=bool(kept.get("urgent")),
        )
        tried = tuple((t[0], t[1]) for t in row.tried)
        return Outgoing(
            row.id, wanted, Progress(row.state), row.attempts, tried, row.reason, row.channel, row.place, row.decision
        )


def _plain(done: Outgoing) -> list[list[str]]:
    return [list(t) for t in done.tried]
