"""How often somebody may ask: token buckets, in this process; replicas share one by another RateLimiter."""

from __future__ import annotations

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Protocol

from connectors.web.settings import Rate

_MOST_BUCKETS = 100_000


class RateLimiter(Protocol):
    """Counts requests by key."""

    async def wait_for(self, key: str, rate: Rate) -> float:
        """Takes one token of the bucket `key`: 0 when there was one, else the seconds until there is."""


class BucketLimiter:
    """Token buckets in memory; the longest unused go when there are too many.

    Args:
        clock: monotonic seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic, most: int = _MOST_BUCKETS) -> None:
        self._clock = clock
        self._most = most
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()  # key → tokens left, at what time

    async def wait_for(self, key: str, rate: Rate) -> float:
        """See RateLimiter."""
        now = self._clock()
        left, then = self._buckets.pop(key, (float(rate.burst), now))
        left = min(float(rate.burst), left + (now - then) * rate.per_second)
        wait = 0.0 if left >= 1 else (1 - left) / rate.per_second
        self._buckets[key] = (left if wait else left - 1, now)
        if len(self._buckets) > self._most:
            self._buckets.popitem(last=False)
        return wait


def client_key(address: str) -> str:
    """What counts as one client: an IPv4 address, or the /64 network that one IPv6 customer has to himself."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
