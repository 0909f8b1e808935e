"""Scenes: codes in links and QR codes, and who came by them: what a campaign, a branch or a person has brought."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from sqlalchemy import func, insert, select
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from connectors.channels.clock import Clock, utc_now
from connectors.channels.tables import address
from connectors.outreach.tables import arrival, scene
from connectors.web.tables import web_session

CODE = re.compile(r"[A-Za-z0-9_-]{1,60}")
"""What 微信 takes as a scene and what needs no escaping in a link."""
PARAMETER = "scene"


@dataclass(frozen=True, slots=True)
class Scene:
    """A code and what it stands for: a campaign, the offer it shows, who gave it out (a branch, person, invitation)."""

    code: str
    campaign: str
    offer: str = ""
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Brought:
    """What came by a scene on a channel: times, people, those who subscribed by it, those known as customers now."""

    channel: str
    arrivals: int
    people: int
    subscribed: int
    customers: int


class Scenes:
    """The tables of scenes; safe to share between threads."""

    def __init__(self, engine: Engine, clock: Clock = utc_now) -> None:
        self._engine = engine
        self._clock = clock

    def make(self, new: Scene) -> bool:
        """Keeps a scene; False when its code is taken. Raises ValueError for a code that links can't carry."""
        if not CODE.fullmatch(new.code):
            raise ValueError(f"场景码“{new.code}”：用1到60个字母、数字、下划线或连字符")
        row = {"code": new.code, "campaign": new.campaign, "offer": new.offer, "owner": new.owner}
        try:
            with self._engine.begin() as sql:
                sql.execute(insert(scene).values(**row, created_at=self._clock()))
        except IntegrityError:
            return False
        return True

    def get(self, code: str) -> Scene | None:
        """The scene of that code."""
        with self._engine.connect() as sql:
            row = sql.execute(select(scene).where(scene.c.code == code)).first()
        return Scene(row.code, row.campaign, row.offer, row.owner) if row else None

    def brought(self, code: str) -> list[Brought]:
        """What came by a scene, by channel."""
        known = arrival.outerjoin(address, arrival.c.address_id == address.c.id).outerjoin(
            web_session, arrival.c.address_id == web_session.c.session
        )
        customer = func.coalesce(func.nullif(address.c.customer_id, ""), func.nullif(web_session.c.customer_id, ""))
        chosen = (
            select(
                arrival.c.channel,
                func.count().label("arrivals"),
                func.count(arrival.c.address_id.distinct()).label("people"),
                func.sum(arrival.c.subscribed).label("subscribed"),
                func.count(customer.distinct()).label("customers"),
            )
            .select_from(known)
            .where(arrival.c.scene == code)
            .group_by(arrival.c.channel)
            .order_by(arrival.c.channel)
        )
        with self._engine.connect() as sql:
            return [Brought(r.channel, r.arrivals, r.people, r.subscribed, r.customers) for r in sql.execute(chosen)]


def arrived(
    sql: Connection, key: str, code: str, channel: str, address_id: str, *, now: datetime, new: bool = False
) -> None:
    """Within a transaction: notes that somebody came by a scene, once per `key`; `new`: he subscribed by it."""
    known = select(arrival.c.id).where(arrival.c.key == key[:64])
    if sql.execute(known).first() is None:
        row = {"key": key[:64], "scene": code[:200], "channel": channel, "address_id": address_id, "at": now}
        sql.execute(insert(arrival).values(**row, subscribed=int(new)))


def link(target: str, code: str) -> str:
    """`target` with the scene in it; what the address says besides stays. Raises ValueError for no http address."""
    parts = urlsplit(target)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"链接“{target}”：写 http:// 或 https:// 开头的地址")
    query = [(n, v) for n, v in parse_qsl(parts.query, keep_blank_values=True) if n != PARAMETER]
    return urlunsplit(parts._replace(query=urlencode([*query, (PARAMETER, code)])))
