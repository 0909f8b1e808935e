"""Token buckets that replicas share, in Redis; without it each replica goes on counting by itself."""

from __future__ import annotations

import time
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from connectors.web.limits import BucketLimiter
from connectors.web.settings import Rate

log = structlog.get_logger(__name__)

_SILENT_S = 30.0  # a log line in so many seconds while Redis is away
_TIMEOUT_S = 0.2  # what a message may wait for it
# One step on the server and by its clock: replicas' clocks differ. KEYS[1] bucket; ARGV tokens a second, most tokens.
_TAKE = """
local now = redis.call('TIME')
now = tonumber(now[1]) + tonumber(now[2]) / 1000000
local rate, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local kept = redis.call('HMGET', KEYS[1], 'left', 'at')
local left = math.min(burst, (tonumber(kept[1]) or burst) + math.max(0, now - (tonumber(kept[2]) or now)) * rate)
local wait = 0
if left >= 1 then left = left - 1 else wait = (1 - left) / rate end
redis.call('HSET', KEYS[1], 'left', tostring(left), 'at', string.format('%.6f', now))
redis.call('PEXPIRE', KEYS[1], math.ceil(1000 * (burst / rate + 1)))
return tostring(wait)
"""


class RedisLimiter:
    """A RateLimiter (connectors.web.limits) at `url` (redis://…)."""

    def __init__(self, url: str) -> None:
        self._redis: Redis[Any] = Redis.from_url(
            url, socket_timeout=_TIMEOUT_S, socket_connect_timeout=_TIMEOUT_S, decode_responses=True
        )
        self._take = self._redis.register_script(_TAKE)
        self._alone = BucketLimiter()
        self._told = -_SILENT_S

    async def wait_for(self, key: str, rate: Rate) -> float:
        """See RateLimiter. Customers are not turned away because Redis is: then this replica's own count holds."""
        try:
            return float(await self._take(keys=[f"jinwen:rate:{key}"], args=[rate.per_second, rate.burst]))
        except (RedisError, OSError, TimeoutError) as error:
            if time.monotonic() - self._told > _SILENT_S:
                self._told = time.monotonic()
                log.error("web.redis_away", error=repr(error))
            return await self._alone.wait_for(key, rate)

    async def close(self) -> None:
        """Gives the connections back."""
        await self._redis.close(close_connection_pool=True)
