"""Addresses: who is where, which conversation he is in, which customer he is, and what we may still send him."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from connectors.channels import windows
from connectors.channels.clock import Clock, utc_now
from connectors.channels.records import Address, Inbound, digest
from connectors.channels.tables import address


class Addresses:
    """The table of addresses; safe to share between threads."""

    def __init__(self, engine: Engine, clock: Clock = utc_now) -> None:
        self._engine = engine
        self._clock = clock

    def of(self, inbound: Inbound) -> Address:
        """The sender's address, made at his first message; what the message changes about it is noted."""
        with self._engine.begin() as sql:
            return noted(sql, inbound, self._clock())

    def find(self, channel: str, account: str, user: str) -> Address | None:
        """The address of a platform's user."""
        with self._engine.connect() as sql:
            row = sql.execute(select(address).where(address.c.id == _id(channel, account, user))).first()
        return to_address(row) if row else None

    def get(self, address_id: str) -> Address | None:
        """The address of that id."""
        with self._engine.connect() as sql:
            row = sql.execute(select(address).where(address.c.id == address_id)).first()
        return to_address(row) if row else None

    def of_customer(self, customer_id: str) -> list[Address]:
        """Where a customer can be reached, last seen first."""
        chosen = select(address).where(address.c.customer_id == customer_id).order_by(address.c.seen_at.desc())
        with self._engine.connect() as sql:
            return [to_address(row) for row in sql.execute(chosen)]

    def of_session(self, session: str, channel: str) -> Address | None:
        """Where on a channel a conversation's customer was seen last."""
        with self._engine.connect() as sql:
            return reached(sql, session, channel)

    def left(self, address_id: str) -> tuple[int, datetime | None]:
        """How many messages the platform still takes for this address without a word of the user, and until when."""
        with self._engine.connect() as sql:
            row = sql.execute(select(address.c.grants).where(address.c.id == address_id)).first()
        return windows.left(row.grants, self._clock()) if row else (0, None)

    def bind(self, address_id: str, customer_id: str, session: str) -> None:
        """From now on this address is that customer's, in that conversation."""
        with self._engine.begin() as sql:
            which = address.c.id == address_id
            sql.execute(update(address).where(which).values(customer_id=customer_id, session=session))

    def offer(self, address_id: str, choices: list[dict[str, str]]) -> None:
        """Notes the choices last shown, so that their numbers mean something."""
        with self._engine.begin() as sql:
            offered(sql, address_id, choices)


def offered(sql: Connection, address_id: str, choices: list[dict[str, str]]) -> None:
    """`offer` within a transaction."""
    sql.execute(update(address).where(address.c.id == address_id).values(choices=choices))


def reached(sql: Connection, session: str, channel: str) -> Address | None:
    """Within a transaction: where on a channel a conversation's customer was seen last."""
    chosen = select(address).where(address.c.session == session, address.c.channel == channel)
    row = sql.execute(chosen.order_by(address.c.seen_at.desc()).limit(1)).first()
    return to_address(row) if row else None


def noted(sql: Connection, inbound: Inbound, now: datetime) -> Address:
    """Within a transaction: the sender's address with what his message says about it."""
    found_id = _id(inbound.channel, inbound.account, inbound.user)
    row = sql.execute(select(address).where(address.c.id == found_id)).first()
    if row is None:
        row = _made(sql, found_id, inbound, now)
    values: dict[str, Any] = {"seen_at": now}
    if inbound.grant is not None:
        values["grants"] = windows.granted(row.grants, inbound.grant, now)
    if inbound.following is not None:
        values["following"] = inbound.following
    if inbound.scene:
        values["scene"] = inbound.scene
    sql.execute(update(address).where(address.c.id == found_id).values(**values))
    following = values.get("following", row.following)
    return replace(to_address(row), following=following, scene=values.get("scene", row.scene))


def spend(sql: Connection, address_id: str, now: datetime) -> bool:
    """Within a transaction: takes one message from what is allowed; False when nothing is."""
    chosen = select(address.c.grants).where(address.c.id == address_id)
    row = sql.execute(chosen.with_for_update()).first()
    after = windows.spent(row.grants, now) if row else None
    if after is None:
        return False
    sql.execute(update(address).where(address.c.id == address_id).values(grants=after))
    return True


def give_back(sql: Connection, address_id: str, now: datetime) -> None:
    """Within a transaction: returns a message that was not sent after all."""
    row = sql.execute(select(address.c.grants).where(address.c.id == address_id)).first()
    if row is None or not row.grants:
        return
    grants = sorted(row.grants, key=lambda g: str(g["until"]))
    grants[0] = {**grants[0], "left": grants[0]["left"] + 1}
    sql.execute(update(address).where(address.c.id == address_id).values(grants=grants))


def exhaust(sql: Connection, address_id: str, now: datetime) -> None:
    """Within a transaction: the platform takes nothing more; our count gives way to its word."""
    row = sql.execute(select(address.c.grants).where(address.c.id == address_id)).first()
    if row is not None:
        left = windows.exhausted(row.grants, now)
        sql.execute(update(address).where(address.c.id == address_id).values(grants=left))


def to_address(row: Any) -> Address:
    """A row as a value."""
    choices = tuple(dict(c) for c in row.choices)
    return Address(
        row.id, row.channel, row.account, row.user, row.session, row.customer_id, row.following, choices, row.scene
    )


def _id(channel: str, account: str, user: str) -> str:
    return digest(channel, account, user)


def _made(sql: Connection, new_id: str, inbound: Inbound, now: datetime) -> Any:
    values = {
        "id": new_id,
        "channel": inbound.channel,
        "account": inbound.account,
        "user": inbound.user,
        "session": f"{inbound.channel}-{new_id[:40]}",
        "customer_id": "",
        "following": True,
        "grants": [],
        "choices": [],
        "scene": "",
        "created_at": now,
        "seen_at": now,
    }
    try:
        with sql.begin_nested():
            sql.execute(insert(address).values(**values))
    except IntegrityError:
        pass  # two first messages at once: the other one made it
    return sql.execute(select(address).where(address.c.id == new_id)).one()
