"""Deliveries: what is to be sent, each in its state, in order for each address.

    queued → sending → sent | unknown | failed

A delivery is written after the turn is committed and before anything is sent; a process that dies between the two
leaves it queued. One that dies in the middle of sending leaves `sending`: where the receiver takes a key it is sent
again under the same key, elsewhere it becomes `unknown` and is repeated with the customer's next message.

Bodies lie sealed, for as long as they may have to go out again: a day; what shows a customer's own figures until it
was sent, or, where the platform may still ask for the same answer, ten minutes longer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import and_, exists, func, insert, or_, select, update
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from connectors.channels import addresses
from connectors.channels.clock import Clock, utc, utc_now
from connectors.channels.inbox import finish
from connectors.channels.records import Address, Delivery, Entry, Part, State, digest
from connectors.channels.sealing import Seal, SealBroken
from connectors.channels.tables import address, delivery, inbox
from dialogue.store.tables import outbox

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=30)
REPEATED_FOR = timedelta(hours=24)
_ASKED_AGAIN = timedelta(minutes=10)  # how long the platform gets the same answer to the same request
_GAP = timedelta(milliseconds=300)  # between the platform's request being answered and the rest of a reply
_OPEN = (State.QUEUED.value, State.SENDING.value)
_FORGETTING = timedelta(minutes=1)  # how often what is not needed any more is looked for


class Deliveries:
    """The table of deliveries; safe to share between threads."""

    def __init__(self, engine: Engine, seal: Seal, clock: Clock = utc_now) -> None:
        self._engine = engine
        self._seal = seal
        self._clock = clock
        self._forgot: datetime | None = None

    def plan(self, entry: Entry, seq: int, parts: Sequence[Part]) -> None:
        """The reply to an entry is to be sent, after what may not have arrived before; the entry is done.

        Planning it again changes nothing. While the platform's request waits for the reply, the sender leaves it.
        """
        now = self._clock()
        with self._engine.begin() as sql:
            _repeat(sql, entry.address.id, now)
            until = _passive_until(sql, entry.id)
            start = until + _GAP if until is not None and until > now else now
            common = _common(entry.address, entry.session, seq, not_before=start, now=now, trace_id=entry.trace_id)
            for number, part in enumerate(parts):
                key = digest("reply", str(entry.id), entry.message_id, str(number))[:32]
                body = self._seal.closed(part.to_json(), key)
                _add(sql, {**common, "key": key, "body": body, "inbox_id": entry.id})
            finish(sql, entry.id)

    def push(
        self, to: Address, key: str, seq: int, parts: Sequence[Part], *, trace_id: str = "", session: str = ""
    ) -> bool:
        """Something nobody asked for is to be sent; False when the key was used before."""
        with self._engine.begin() as sql:
            return bool(self.pushed(sql, to, key, parts, seq=seq, trace_id=trace_id, session=session))

    def pushed(
        self,
        sql: Connection,
        to: Address,
        key: str,
        parts: Sequence[Part],
        *,
        seq: int,
        trace_id: str = "",
        session: str = "",
    ) -> list[str]:
        """`push` within a transaction; the keys of the deliveries, none when the key was used before."""
        now = self._clock()
        common = _common(to, session or to.session, seq, not_before=now, now=now, trace_id=trace_id)
        keys = [digest("push", to.id, key, str(number))[:32] for number in range(len(parts))]
        bodies = [self._seal.closed(part.to_json(), k) for k, part in zip(keys, parts, strict=True)]
        rows = [{**common, "key": k, "body": b} for k, b in zip(keys, bodies, strict=True)]
        return [row["key"] for row in rows if _add(sql, row)]

    def due(self, limit: int = 50) -> list[int]:
        """What can be sent now: the first open delivery of each address."""
        chosen = select(delivery.c.id).where(
            delivery.c.state == State.QUEUED.value, delivery.c.not_before <= self._clock(), ~_blocked()
        )
        with self._engine.connect() as sql:
            return [row.id for row in sql.execute(chosen.order_by(delivery.c.id).limit(limit))]

    def claim(self, delivery_id: int, limited: Callable[[str, str], bool]) -> Delivery | None:
        """The delivery, ours to send. Where `limited` says so of channel and account, it takes one of the allowed
        messages; where none is left the delivery has failed and comes with the customer's next message."""
        now = self._clock()
        with self._engine.begin() as sql:
            taken = (
                update(delivery)
                .where(delivery.c.id == delivery_id, delivery.c.state == State.QUEUED.value, ~_blocked())
                .values(state=State.SENDING.value, lease_until=now + LEASE, attempts=delivery.c.attempts + 1)
            )
            if sql.execute(taken).rowcount != 1:
                return None
            try:
                found = self._get(sql, delivery_id)
            except SealBroken as error:
                log.error("channels.sealed", delivery=delivery_id, error=str(error))
                _set(sql, delivery_id, now, state=State.FAILED.value, code="sealed")
                return None
            if limited(found.address.channel, found.address.account) and not addresses.spend(
                sql, found.address.id, now
            ):
                _set(sql, delivery_id, now, state=State.FAILED.value, code="window", again=True)
                return None
            return found

    def take_passive(self, entry: Entry) -> Delivery | None:
        """What answers the platform's own request for `entry`: the same again for a repeated request, else the first
        open delivery; None when it has gone another way."""
        now = self._clock()
        with self._engine.begin() as sql:
            given = sql.execute(select(delivery.c.id).where(delivery.c.passive_for == entry.id)).first()
            if given is not None:
                _set(sql, given.id, now, state=State.SENDING.value, lease_until=now + LEASE)
                return self._get(sql, given.id)
            mine = and_(delivery.c.address_id == entry.address.id, delivery.c.state.in_(_OPEN))
            head = sql.execute(select(delivery.c.id, delivery.c.state).where(mine).order_by(delivery.c.id)).first()
            if head is None or head.state != State.QUEUED.value:
                return None
            _set(sql, head.id, now, state=State.SENDING.value, lease_until=now + LEASE, passive_for=entry.id)
            return self._get(sql, head.id)

    def put_back(self, taken: Delivery) -> None:
        """What was taken for the platform's request goes another way after all."""
        now = self._clock()
        with self._engine.begin() as sql:
            _set(sql, taken.id, now, state=State.QUEUED.value, passive_for=None, lease_until=None, not_before=now)

    def release_rest(self, address_id: str) -> None:
        """What waited for the platform's request may be sent now."""
        now = self._clock()
        with self._engine.begin() as sql:
            waiting = and_(delivery.c.address_id == address_id, delivery.c.state == State.QUEUED.value)
            sql.execute(update(delivery).where(waiting, delivery.c.attempts == 0).values(not_before=now))

    def sent(self, done: Delivery, platform_id: str = "") -> None:
        """The platform has it."""
        now = self._clock()
        with self._engine.begin() as sql:
            values = {"state": State.SENT.value, "platform_id": platform_id, "again": False, "code": ""}
            _set(sql, done.id, now, **values, **_sent_private(done, now))
            _confirm(sql, done, now)

    def unknown(self, done: Delivery, code: str) -> None:
        """Nobody can tell whether the platform has it."""
        with self._engine.begin() as sql:
            _set(sql, done.id, self._clock(), state=State.UNKNOWN.value, code=code, again=True)

    def failed(self, done: Delivery, code: str, *, again: bool, limited: bool = False) -> None:
        """It was not sent and will not be tried; `again`: it comes with the customer's next message."""
        now = self._clock()
        with self._engine.begin() as sql:
            _set(sql, done.id, now, state=State.FAILED.value, code=code, again=again)
            if limited and again:
                addresses.exhaust(sql, done.address.id, now)

    def retry(self, done: Delivery, code: str, after: float, *, limited: bool) -> None:
        """It was surely not sent and is tried again after so many seconds."""
        now = self._clock()
        with self._engine.begin() as sql:
            later = now + timedelta(seconds=after)
            _set(sql, done.id, now, state=State.QUEUED.value, code=code, not_before=later)
            if limited:
                addresses.give_back(sql, done.address.id, now)

    def failed_later(self, platform_id: str, code: str) -> bool:
        """The platform says afterwards that it could not deliver; False when it is none of ours."""
        with self._engine.begin() as sql:
            which = or_(delivery.c.platform_id == platform_id, delivery.c.key == platform_id)
            values = {"state": State.FAILED.value, "code": code, "again": True, "updated_at": self._clock()}
            return bool(sql.execute(update(delivery).where(which).values(**values)).rowcount)

    def expire(self, keyed: Sequence[str]) -> None:
        """Deliveries whose sender died: those of the `keyed` channels are sent again, the others are unknown."""
        now = self._clock()
        dead = and_(delivery.c.state == State.SENDING.value, delivery.c.lease_until < now)
        safe = and_(dead, delivery.c.channel.in_(keyed), delivery.c.passive_for.is_(None))
        with self._engine.begin() as sql:
            if sql.execute(select(delivery.c.id).where(dead).limit(1)).first() is None:
                return
            sql.execute(update(delivery).where(safe).values(state=State.QUEUED.value, not_before=now))
            values = {"state": State.UNKNOWN.value, "code": "interrupted", "again": True, "updated_at": now}
            sql.execute(update(delivery).where(dead).values(**values))

    def of_session(self, session: str) -> list[Delivery]:
        """All deliveries of a conversation in order."""
        with self._engine.connect() as sql:
            chosen = select(delivery.c.id).where(delivery.c.session == session).order_by(delivery.c.id)
            return [self._get(sql, row.id) for row in sql.execute(chosen).all()]

    def due_in(self) -> float | None:
        """Seconds until the next waiting delivery may be sent; None when none waits."""
        first = and_(delivery.c.state == State.QUEUED.value, ~_blocked())
        chosen = select(func.min(delivery.c.not_before)).where(first)
        with self._engine.connect() as sql:
            at = sql.execute(chosen).scalar()
        return (utc(at) - self._clock()).total_seconds() if at is not None else None

    def forget(self) -> None:
        """Blanks what can't be needed any more; looks once a minute."""
        now = self._clock()
        if self._forgot is not None and abs(now - self._forgot) < _FORGETTING:
            return
        over = and_(delivery.c.keep_until < now, delivery.c.state.notin_(_OPEN))
        with self._engine.begin() as sql:
            sql.execute(update(delivery).where(over).values(body={}, keep_until=None, again=False))
        self._forgot = now

    def repeat(self, address_id: str) -> None:
        """What was kept for the address until its user writes again may go out now."""
        with self._engine.begin() as sql:
            _repeat(sql, address_id, self._clock())

    def ended(self, key: str) -> tuple[State, str] | None:
        """State and code of the delivery of that key."""
        with self._engine.connect() as sql:
            row = sql.execute(select(delivery.c.state, delivery.c.code).where(delivery.c.key == key)).first()
        return (State(row.state), row.code) if row else None

    def withdraw(self, key: str, states: Sequence[State], code: str = "") -> bool:
        """Sees to it that a delivery in one of `states` does not go out (again); False when it is in none of them.
        One that nobody has begun to send has failed with `code`."""
        mine = and_(delivery.c.key == key, delivery.c.state.in_([s.value for s in states]))
        over = {"again": False, "body": {}, "keep_until": None, "updated_at": self._clock()}
        queued = and_(mine, delivery.c.state == State.QUEUED.value)
        with self._engine.begin() as sql:
            unsent = sql.execute(update(delivery).where(queued).values(state=State.FAILED.value, code=code, **over))
            return bool(unsent.rowcount or sql.execute(update(delivery).where(mine).values(**over)).rowcount)

    def _get(self, sql: Connection, delivery_id: int) -> Delivery:
        row = sql.execute(select(delivery).where(delivery.c.id == delivery_id)).one()
        who = sql.execute(select(address).where(address.c.id == row.address_id)).one()
        return Delivery(
            id=row.id,
            key=row.key,
            address=addresses.to_address(who),
            session=row.session,
            seq=row.seq,
            part=Part.from_json(self._seal.opened(row.body, row.key)),
            state=State(row.state),
            attempts=row.attempts,
            trace_id=row.trace_id,
            passive_for=row.passive_for,
            code=row.code,
            platform_id=row.platform_id,
        )


def _repeat(sql: Connection, address_id: str, now: datetime) -> None:
    """What may not have arrived goes out once more, before what is new."""
    mine = and_(delivery.c.address_id == address_id, delivery.c.again.is_(True))
    fresh = and_(mine, delivery.c.keep_until > now)
    again = {"state": State.QUEUED.value, "again": False, "passive_for": None, "attempts": 0, "not_before": now}
    sql.execute(update(delivery).where(fresh).values(**again, updated_at=now))


def _passive_until(sql: Connection, entry_id: int) -> datetime | None:
    until = sql.execute(select(inbox.c.passive_until).where(inbox.c.id == entry_id)).scalar_one()
    return utc(until) if until is not None else None


def _common(
    to: Address, session: str, seq: int, *, not_before: datetime, now: datetime, trace_id: str
) -> dict[str, Any]:
    """The columns that the parts of one reply share."""
    return {
        "channel": to.channel,
        "address_id": to.id,
        "session": session,
        "seq": seq,
        "inbox_id": None,
        "state": State.QUEUED.value,
        "again": False,
        "attempts": 0,
        "not_before": not_before,
        "code": "",
        "platform_id": "",
        "trace_id": trace_id,
        "created_at": now,
        "updated_at": now,
        "keep_until": now + REPEATED_FOR,
    }


def _sent_private(done: Delivery, now: datetime) -> dict[str, Any]:
    """What becomes of a body with the customer's own figures that was sent."""
    if not done.part.private:
        return {}
    return {"keep_until": now + _ASKED_AGAIN} if done.passive_for is not None else {"keep_until": None, "body": {}}


def _add(sql: Connection, row: dict[str, Any]) -> bool:
    try:
        with sql.begin_nested():
            sql.execute(insert(delivery).values(**row))
    except IntegrityError:
        return False
    return True


def _blocked() -> Any:
    """Something earlier for the same address is still to be sent."""
    earlier = delivery.alias()
    return exists().where(
        earlier.c.address_id == delivery.c.address_id, earlier.c.state.in_(_OPEN), earlier.c.id < delivery.c.id
    )


def _set(sql: Connection, delivery_id: int, now: datetime, **values: Any) -> None:
    sql.execute(update(delivery).where(delivery.c.id == delivery_id).values(**values, updated_at=now))


def _confirm(sql: Connection, done: Delivery, now: datetime) -> None:
    """Everything of this place of the downlink has arrived: the outbox knows it."""
    unsent = select(delivery.c.id).where(
        delivery.c.session == done.session, delivery.c.seq == done.seq, delivery.c.state != State.SENT.value
    )
    if sql.execute(unsent.limit(1)).first() is None:
        place = (outbox.c.session == done.session) & (outbox.c.seq == done.seq) & outbox.c.sent_at.is_(None)
        sql.execute(update(outbox).where(place).values(sent_at=now))
