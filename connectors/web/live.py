"""Waking the event streams of this process: a reply was committed, somebody is writing, the server is closing."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from connectors.web.problems import Kind, ProblemError


class Subscription:
    """One open stream's view of its conversation."""

    def __init__(self) -> None:
        self.typing = False
        self.closed = False
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """Ends the present or the next `wait` at once."""
        self._wake.set()

    async def wait(self, seconds: float) -> None:
        """Returns when there may be something new, or after `seconds`."""
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            return
        finally:
            self._wake.clear()


class Hub:
    """The open streams of this process by conversation. Belongs to one event loop.

    Args:
        per_session: open streams that one conversation may have.
        in_all: open streams of this process.
    """

    def __init__(self, per_session: int, in_all: int) -> None:
        self._per_session = per_session
        self._in_all = in_all
        self._open = 0
        self._closing = False
        self._streams: defaultdict[str, list[Subscription]] = defaultdict(list)
        self._answering: Counter[str] = Counter()

    @contextmanager
    def subscribed(self, key: str) -> Iterator[Subscription]:
        """A subscription to the conversation `key`."""
        subscription = Subscription()
        subscription.typing = self._answering[key] > 0
        subscription.closed = self._closing
        self._streams[key].append(subscription)
        self._open += 1
        try:
            yield subscription
        finally:
            self._open -= 1
            self._streams[key].remove(subscription)
            if not self._streams[key]:
                del self._streams[key]

    def check_room(self, key: str) -> None:
        """Raises a problem when the conversation or the process has as many streams as it may."""
        if len(self._streams.get(key, ())) >= self._per_session:
            raise ProblemError(Kind.RATE, "同一会话打开的页面太多，请关闭一些", headers={"Retry-After": "10"})
        if self._open >= self._in_all:
            raise ProblemError(Kind.BUSY, "现在使用的人较多，请稍后再试", headers={"Retry-After": "10"})

    @contextmanager
    def answering(self, key: str) -> Iterator[None]:
        """While inside, the streams of `key` show the typing sign; at the end they look for new replies."""
        self._answering[key] += 1
        self._signal(key)
        try:
            yield
        finally:
            self._answering[key] -= 1
            if not self._answering[key]:
                del self._answering[key]
            self._signal(key)

    def look(self, key: str) -> None:
        """The streams of `key` look for new replies at once."""
        self._signal(key)

    def close(self) -> None:
        """Ends all streams, for a server does not stop before its connections do."""
        self._closing = True
        for streams in self._streams.values():
            for subscription in streams:
                subscription.closed = True
                subscription.wake()

    def _signal(self, key: str) -> None:
        typing = self._answering[key] > 0 if key in self._answering else False
        for subscription in self._streams.get(key, ()):
            subscription.typing = typing
            subscription.wake()
