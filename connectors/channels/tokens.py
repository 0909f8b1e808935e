"""Access tokens shared by all replicas: fetched once, renewed once, thrown away only by who saw that very one fail."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, or_, select, update
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError

from connectors.channels.clock import Clock, utc, utc_now
from connectors.channels.ports import NotSent
from connectors.channels.tables import token

Fetch = Callable[[bool], Awaitable[tuple[str, int]]]
"""Asks the platform for a token and its life in seconds; True forces a new one."""

EARLY = timedelta(minutes=5)
_FETCHING = timedelta(seconds=10)
_STEP = 0.1


class Tokens:
    """The access token of one account. `name` is the account's key in the table."""

    def __init__(self, engine: Engine, name: str, fetch: Fetch, clock: Clock = utc_now) -> None:
        self._engine = engine
        self._name = name
        self._fetch = fetch
        self._clock = clock
        self._alone = asyncio.Lock()

    async def get(self) -> str:
        """A token that should work. Raises NotSent when none can be had."""
        row = await asyncio.to_thread(self._read)
        if row.token and utc(row.expires_at) - EARLY > self._clock():
            return str(row.token)
        return await self._renewed(row.token, force=False)

    async def after(self, failed: str) -> str:
        """A token in place of one that the platform refused: another replica's, else a new one."""
        row = await asyncio.to_thread(self._read)
        if row.token != failed:
            return await self.get()
        return await self._renewed(failed, force=True)

    async def _renewed(self, known: str, *, force: bool) -> str:
        async with self._alone:
            deadline = self._clock() + 2 * _FETCHING
            while self._clock() < deadline:
                row = await asyncio.to_thread(self._read)
                if row.token != known:
                    return str(row.token)
                if await asyncio.to_thread(self._take, known):
                    return await self._fetched(known, force)
                await asyncio.sleep(_STEP)
        raise NotSent("no-token", "another replica has been fetching the token for too long")

    async def _fetched(self, known: str, force: bool) -> str:
        try:
            new, seconds = await self._fetch(force)
        except BaseException:
            await asyncio.to_thread(self._write, known, fetching_until=None)
            raise
        expires = self._clock() + timedelta(seconds=seconds)
        await asyncio.to_thread(self._write, known, token=new, expires_at=expires, fetching_until=None)
        return new

    def _read(self) -> Any:
        with self._engine.begin() as sql:
            row = sql.execute(select(token).where(token.c.name == self._name)).first()
            if row is None:
                try:
                    with sql.begin_nested():
                        sql.execute(insert(token).values(name=self._name, token="", expires_at=self._clock()))
                except IntegrityError:
                    pass  # another replica was first
                row = sql.execute(select(token).where(token.c.name == self._name)).one()
            return row

    def _take(self, known: str) -> bool:
        now = self._clock()
        free = or_(token.c.fetching_until.is_(None), token.c.fetching_until < now)
        which = (token.c.name == self._name) & (token.c.token == known) & free
        with self._engine.begin() as sql:
            return bool(sql.execute(update(token).where(which).values(fetching_until=now + _FETCHING)).rowcount)

    def _write(self, known: str, **values: Any) -> None:
        with self._engine.begin() as sql:
            sql.execute(update(token).where(token.c.name == self._name, token.c.token == known).values(**values))
