"""What replicas tell each other of open conversations, through Redis: somebody types, there is something new to read.

Only signs: what was said stands in the database, where a stream looks every few seconds anyway. While Redis is away,
signs stay in their own replica.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import time
from collections.abc import AsyncIterator
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from connectors.background import alongside
from connectors.web.live import Hub, Sign

log = structlog.get_logger(__name__)

_CHANNEL = "jinwen:signs"
_WAITING = 1000  # signs that may wait for Redis; what is more than that is of no use any more
_AGAIN_S, _SILENT_S = 1.0, 30.0
_FAULTS = (RedisError, OSError, TimeoutError)


class RedisSigns:
    """Relays the signs of `hub` through the Redis at `url` (redis://…) while `running`."""

    def __init__(self, url: str, hub: Hub) -> None:
        self._redis: Redis[Any] = Redis.from_url(url, decode_responses=True)
        self._hub = hub
        self._me = secrets.token_hex(8)
        self._queue: asyncio.Queue[str] = asyncio.Queue(_WAITING)
        self._told = -_SILENT_S
        self.listening = asyncio.Event()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Tells and hears while inside."""
        self._hub.relay = self._relay
        try:
            async with alongside(self._again(self._tell), self._again(self._hear)):
                yield
        finally:
            await self._redis.close(close_connection_pool=True)

    def _relay(self, sign: Sign, key: str, seconds: float) -> None:
        with contextlib.suppress(asyncio.QueueFull):
            self._queue.put_nowait(json.dumps([self._me, sign.value, key, seconds]))

    async def _again(self, work: Any) -> None:
        """Goes on after a fault, for as long as the server runs."""
        while True:
            try:
                await work()
            except _FAULTS as error:
                self.listening.clear()
                if time.monotonic() - self._told > _SILENT_S:
                    self._told = time.monotonic()
                    log.error("web.signs_away", error=repr(error))
            await asyncio.sleep(_AGAIN_S)

    async def _tell(self) -> None:
        while True:
            told = [await self._queue.get()]
            while not self._queue.empty():
                told.append(self._queue.get_nowait())
            async with self._redis.pipeline(transaction=False) as pipe:
                for sign in told:
                    pipe.publish(_CHANNEL, sign)
                await pipe.execute()

    async def _hear(self) -> None:
        async with self._redis.pubsub(ignore_subscribe_messages=True) as heard:
            await heard.subscribe(_CHANNEL)
            self.listening.set()
            async for message in heard.listen():
                sender, sign, key, seconds = json.loads(message["data"])
                if sender != self._me:
                    self._hub.hear(Sign(sign), key, float(seconds))
