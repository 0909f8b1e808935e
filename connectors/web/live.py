"""Waking the event streams of this process: a reply was committed, somebody is writing, the server is closing."""

from __future__ import annotations

import asyncio
import time
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from enum import StrEnum

from connectors.web.ports import Exchange
from connectors.web.problems import Kind, ProblemError
from connectors.web.watching import Watch
from dialogue.message import Message

REVEALED_S = 120.0
CUSTOMER_TYPES_S = 4.0
_MOST_REVEALED = 1000
_ANSWERING_S = 60.0  # how long other replicas show the typing sign of a turn whose end they do not hear of


class Sign(StrEnum):
    """What other replicas are told of a conversation; nothing rests on it arriving."""

    NEWS = "news"
    TYPING = "typing"
    WROTE = "wrote"
    CUSTOMER = "customer"


Relay = Callable[[Sign, str, float], None]


def _nobody(_sign: Sign, _key: str, _seconds: float) -> None:
    """The only replica has nobody to tell."""


class Subscription:
    """One open stream's view of its conversation. `place` is how far it has read, None while it does not say."""

    def __init__(self) -> None:
        self.place: int | None = None
        self.typing = False
        self.closed = False
        self._wake = asyncio.Event()
        self._news = True

    def wake(self, news: bool = True) -> None:
        """Ends the present or the next `wait` at once; without `news` there is nothing to be read, only a sign."""
        self._news = self._news or news
        self._wake.set()

    def take_news(self) -> bool:
        """Whether there may be replies that were not read since this was asked last."""
        news, self._news = self._news, False
        return news

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
        watch: looks for what other replicas say; without it streams hear only of their own process.

    `relay` is told what replicas need to know; what they say comes by `hear`.
    """

    def __init__(
        self,
        per_session: int,
        in_all: int,
        clock: Callable[[], float] = time.monotonic,
        *,
        watch: Watch | None = None,
    ) -> None:
        self._per_session = per_session
        self._in_all = in_all
        self._open = 0
        self._closing = False
        self._streams: defaultdict[str, list[Subscription]] = defaultdict(list)
        self._answering: Counter[str] = Counter()
        self._writing: dict[str, asyncio.TimerHandle] = {}
        self._customers: dict[str, float] = {}
        self._clock = clock
        self._watch = watch
        self.relay: Relay = _nobody
        self._revealed: OrderedDict[tuple[str, int], tuple[float, Message]] = OrderedDict()

    @contextmanager
    def subscribed(self, key: str) -> Iterator[Subscription]:
        """A subscription to the conversation `key`."""
        subscription = Subscription()
        subscription.typing = self._answering[key] > 0
        subscription.closed = self._closing
        self._streams[key].append(subscription)
        self._open += 1
        if self._watch is not None:
            self._watch.over(self)
        try:
            yield subscription
        finally:
            self._open -= 1
            self._streams[key].remove(subscription)
            if not self._streams[key]:
                del self._streams[key]

    def followed(self) -> list[str]:
        """See Watched."""
        return [key for key, streams in self._streams.items() if any(s.place is not None for s in streams)]

    def reached(self, key: str, seq: int) -> None:
        """See Watched."""
        for subscription in self._streams.get(key, ()):
            if subscription.place is not None and subscription.place < seq:
                subscription.wake()

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
        self._signal(key, news=False)
        self.relay(Sign.TYPING, key, _ANSWERING_S)
        try:
            yield
        finally:
            self._stopped(key)
            self.relay(Sign.WROTE, key, 0.0)

    def typing(self, key: str, seconds: float) -> None:
        """The streams of `key` show the typing sign for so long, or until `wrote`: a person writes."""
        self._writes(key, seconds)
        self.relay(Sign.TYPING, key, seconds)

    def wrote(self, key: str) -> None:
        """The person has written what he was writing, or has stopped."""
        self._written(key)
        self.relay(Sign.WROTE, key, 0.0)

    def look(self, key: str) -> None:
        """The streams of `key` look for new replies at once."""
        self._signal(key)
        self.relay(Sign.NEWS, key, 0.0)

    def customer_types(self, key: str, seconds: float) -> None:
        """The customer of `key` is typing, for so long; who serves him is shown that."""
        self._customer(key, seconds)
        self.relay(Sign.CUSTOMER, key, seconds)

    def customer_typing(self, key: str) -> bool:
        """Whether he is."""
        return self._customers.get(key, 0.0) > self._clock()

    def hear(self, sign: Sign, key: str, seconds: float) -> None:
        """What another replica relays."""
        match sign:
            case Sign.TYPING:
                self._writes(key, seconds)
            case Sign.WROTE:
                self._written(key)
                self._signal(key)
            case Sign.CUSTOMER:
                self._customer(key, seconds)
            case Sign.NEWS:
                self._signal(key)

    def reveal(self, key: str, seq: int, message: Message) -> None:
        """The reply at `seq` as the customer is to see it, which the outbox doesn't hold: the streams of `key` in this
        process show it for REVEALED_S seconds. Called while `answering`."""
        self._revealed[key, seq] = (self._clock() + REVEALED_S, message)
        if len(self._revealed) > _MOST_REVEALED:
            self._revealed.popitem(last=False)

    def shown(self, key: str, page: Sequence[Exchange]) -> list[Exchange]:
        """What a stream of `key` sends of a page of its outbox: private replies as they were revealed. One that is not
        revealed yet, while an answer is under way here, and all after it wait for the next look."""
        while self._revealed and next(iter(self._revealed.values()))[0] < self._clock():
            self._revealed.popitem(last=False)
        found: list[Exchange] = []
        for exchange in page:
            known = self._revealed.get((key, exchange.seq)) if exchange.private else None
            if exchange.private and known is None and self._answering.get(key):
                break
            found.append(replace(exchange, message=known[1]) if known else exchange)
        return found

    def close(self) -> None:
        """Ends all streams, for a server does not stop before its connections do."""
        self._closing = True
        if self._watch is not None:
            self._watch.stop()
        for streams in self._streams.values():
            for subscription in streams:
                subscription.closed = True
                subscription.wake()

    def _writes(self, key: str, seconds: float) -> None:
        if key in self._writing:
            self._writing[key].cancel()
        else:
            self._answering[key] += 1
            self._signal(key, news=False)
        self._writing[key] = asyncio.get_running_loop().call_later(seconds, self._written, key)

    def _written(self, key: str) -> None:
        timer = self._writing.pop(key, None)
        if timer is not None:
            timer.cancel()
            self._stopped(key)

    def _customer(self, key: str, seconds: float) -> None:
        now = self._clock()
        self._customers = {k: until for k, until in self._customers.items() if until > now}
        self._customers[key] = now + seconds
        self._signal(key)

    def _stopped(self, key: str) -> None:
        self._answering[key] -= 1
        if not self._answering[key]:
            del self._answering[key]
        self._signal(key)

    def _signal(self, key: str, news: bool = True) -> None:
        typing = self._answering[key] > 0 if key in self._answering else False
        for subscription in self._streams.get(key, ()):
            subscription.typing = typing
            subscription.wake(news)
