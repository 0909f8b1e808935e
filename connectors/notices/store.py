"""Notices in their states, and who refused which medium. A recipient is forgotten as soon as the notice is settled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from connectors.channels.clock import Clock, utc_now
from connectors.channels.records import State, digest
from connectors.channels.tables import notice, unsubscribed
from connectors.notices.templates import Template, templates
from customer.privacy import mask

LEASE = timedelta(seconds=60)


class Medium(StrEnum):
    """By what a notice goes."""

    SMS = "sms"
    MAIL = "mail"
    PUSH = "push"
    """A push notification of the bank's app; the recipient is the customer's id."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice. `key` is the sender's: a second one of the same key is none."""

    id: int
    key: str
    medium: Medium
    recipient: str
    template: Template
    parts: Mapping[str, str]
    state: State
    attempts: int
    code: str = ""
    provider_id: str = ""


class NoticeStore:
    """The tables of notices and refusals; safe to share between threads."""

    def __init__(self, engine: Engine, clock: Clock = utc_now) -> None:
        self._engine = engine
        self._clock = clock

    def queue(
        self,
        key: str,
        medium: Medium,
        recipient: str,
        template: str,
        parts: Mapping[str, str],
        *,
        after: timedelta = timedelta(),
    ) -> bool:
        """It is to be sent when `after` is over; False when the key was used before or the recipient refuses notices.

        Raises KeyError for an unknown template or a place of it that `parts` does not fill.
        """
        try:
            with self._engine.begin() as sql:
                return self.queued(sql, key, medium, recipient, template=template, parts=parts, after=after) is not None
        except IntegrityError:
            return False

    def queued(
        self,
        sql: Connection,
        key: str,
        medium: Medium,
        recipient: str,
        *,
        template: str,
        parts: Mapping[str, str],
        after: timedelta = timedelta(),
    ) -> str | None:
        """`queue` within a transaction: what the notice is called here, None when its recipient refuses it.

        Raises IntegrityError for a key that was used before.
        """
        chosen = templates()[template]
        chosen.filled(parts)
        now, who = self._clock(), recipient_digest(medium, recipient)
        row = {
            "key": digest(key),
            "medium": medium.value,
            "recipient": recipient,
            "digest": who,
            "template": template,
            "parts": dict(parts),
            "state": State.QUEUED.value,
            "code": "",
            "attempts": 0,
            "not_before": now + after,
            "provider_id": "",
            "created_at": now,
            "updated_at": now,
        }
        if chosen.marketing and _refuses(sql, medium, who):
            return None
        sql.execute(insert(notice).values(**row))
        return str(row["key"])

    def ended(self, place: str) -> tuple[State, str] | None:
        """State and code of the notice that `queued` called so."""
        with self._engine.connect() as sql:
            row = sql.execute(select(notice.c.state, notice.c.code).where(notice.c.key == place)).first()
        return (State(row.state), row.code) if row else None

    def withdraw(self, place: str, code: str) -> bool:
        """Takes back what nobody has begun to send; False when somebody has."""
        return self.withdraw_all([place], code) > 0

    def withdraw_all(self, places: Iterable[str], code: str) -> int:
        """`withdraw` for several in one transaction: how many were taken back."""
        with self._engine.begin() as sql:
            mine = notice.c.key.in_(list(places)) & (notice.c.state == State.QUEUED.value)
            found = sql.execute(select(notice.c.id).where(mine).with_for_update()).scalars().all()
            for notice_id in found:
                _settle(sql, notice_id, self._clock(), State.FAILED, code)
            return len(found)

    def due(self, limit: int = 50) -> list[int]:
        """What can be sent now."""
        queued = (notice.c.state == State.QUEUED.value) & (notice.c.not_before <= self._clock())
        with self._engine.connect() as sql:
            return [r.id for r in sql.execute(select(notice.c.id).where(queued).order_by(notice.c.id).limit(limit))]

    def claim(self, notice_id: int) -> Notice | None:
        """Ours to send; None when another process has it or the recipient has refused meanwhile."""
        now = self._clock()
        mine = (notice.c.id == notice_id) & (notice.c.state == State.QUEUED.value)
        values = {"state": State.SENDING.value, "lease_until": now + LEASE, "attempts": notice.c.attempts + 1}
        with self._engine.begin() as sql:
            if sql.execute(update(notice).where(mine).values(**values)).rowcount != 1:
                return None
            row = sql.execute(select(notice).where(notice.c.id == notice_id)).one()
            if templates()[row.template].marketing and _refuses(sql, Medium(row.medium), row.digest):
                _settle(sql, row.id, now, State.FAILED, "refused")
                return None
            return _notice(row)

    def settle(self, done: Notice, state: State, code: str = "", provider_id: str = "") -> None:
        """It ended like this; what was in it is forgotten."""
        with self._engine.begin() as sql:
            _settle(sql, done.id, self._clock(), state, code, provider_id=provider_id)

    def retry(self, done: Notice, code: str, after: float) -> None:
        """It was surely not sent and is tried again after so many seconds."""
        later = self._clock() + timedelta(seconds=after)
        values = {"state": State.QUEUED.value, "code": code, "not_before": later, "updated_at": self._clock()}
        with self._engine.begin() as sql:
            sql.execute(update(notice).where(notice.c.id == done.id).values(**values))

    def expire(self) -> list[Notice]:
        """Notices whose sender died: what is keyed at its provider may go again, the caller decides."""
        dead = (notice.c.state == State.SENDING.value) & (notice.c.lease_until < self._clock())
        with self._engine.connect() as sql:
            return [_notice(row) for row in sql.execute(select(notice).where(dead))]

    def receipt(self, provider_id: str, arrived: bool, code: str) -> bool:
        """What the provider says about it afterwards; False when it is none of ours."""
        state = State.SENT if arrived else State.FAILED
        with self._engine.begin() as sql:
            which = (notice.c.provider_id == provider_id) & (notice.c.provider_id != "")
            values = {"state": state.value, "code": code[:40], "updated_at": self._clock()}
            return bool(sql.execute(update(notice).where(which).values(**values)).rowcount)

    def refuse(self, medium: Medium, who: str, how: str) -> None:
        """The recipient of that digest wants no marketing by this medium from now on."""
        try:
            with self._engine.begin() as sql:
                values = {"medium": medium.value, "digest": who, "at": self._clock(), "how": how}
                sql.execute(insert(unsubscribed).values(**values))
        except IntegrityError:
            pass  # he had refused already

    def refuses(self, medium: Medium, recipient: str) -> bool:
        """Whether marketing by this medium is refused."""
        with self._engine.connect() as sql:
            return _refuses(sql, medium, recipient_digest(medium, recipient))

    def get(self, key: str) -> Notice | None:
        """The notice of that key."""
        with self._engine.connect() as sql:
            row = sql.execute(select(notice).where(notice.c.key == digest(key))).first()
        return _notice(row) if row else None


def recipient_digest(medium: Medium, recipient: str) -> str:
    """What stands for a recipient where the recipient need not."""
    return digest("recipient", medium.value, recipient.strip().lower())


def _refuses(sql: Connection, medium: Medium, who: str) -> bool:
    which = (unsubscribed.c.medium == medium.value) & (unsubscribed.c.digest == who)
    return sql.execute(select(unsubscribed.c.digest).where(which)).first() is not None


def _settle(sql: Connection, notice_id: int, now: datetime, state: State, code: str, *, provider_id: str = "") -> None:
    row = sql.execute(select(notice.c.recipient).where(notice.c.id == notice_id)).one()
    values = {"state": state.value, "code": code[:40], "provider_id": provider_id, "updated_at": now}
    forgotten = {"recipient": mask(row.recipient), "parts": {}}
    sql.execute(update(notice).where(notice.c.id == notice_id).values(**values, **forgotten))


def _notice(row: Any) -> Notice:
    return Notice(
        row.id,
        row.key,
        Medium(row.medium),
        row.recipient,
        templates()[row.template],
        row.parts,
        State(row.state),
        row.attempts,
        row.code,
        row.provider_id,
    )
