"""Signs between replicas over a real Redis: who types, and that there is something to read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from connectors.web.live import Hub, Subscription
from connectors.web.redis_signs import RedisSigns

KEY = "web-1"
_PATIENCE = 20.0


class Pair:
    """Two replicas' hubs."""

    def __init__(self, url: str) -> None:
        self.hubs = [Hub(6, 100), Hub(6, 100)]
        self.signs = [RedisSigns(url, hub) for hub in self.hubs]


@pytest.fixture
async def pair(redis_url: str) -> AsyncIterator[Pair]:
    made = Pair(redis_url)
    async with AsyncExitStack() as stack:
        for signs in made.signs:
            await stack.enter_async_context(signs.running())
            await asyncio.wait_for(signs.listening.wait(), _PATIENCE)
        yield made


async def woken(subscription: Subscription) -> None:
    """Fails where nothing wakes the stream in time."""
    async with asyncio.timeout(_PATIENCE):
        await subscription.wait(2 * _PATIENCE)


async def test_an_agent_who_types_is_seen_on_the_other_replica(pair: Pair) -> None:
    here, there = pair.hubs
    with there.subscribed(KEY) as stream:
        here.typing(KEY, 60)
        await woken(stream)
        assert stream.typing
        here.wrote(KEY)
        await woken(stream)
        assert not stream.typing


async def test_a_customer_who_types_is_seen_on_the_other_replica(pair: Pair) -> None:
    here, there = pair.hubs
    with there.subscribed(KEY) as stream:
        here.customer_types(KEY, 60)
        await woken(stream)
        assert there.customer_typing(KEY)
        assert here.customer_typing(KEY)


async def test_a_turn_is_shown_and_its_reply_looked_for_at_once(pair: Pair) -> None:
    here, there = pair.hubs
    with there.subscribed(KEY) as stream:
        stream.take_news()
        with here.answering(KEY):
            await woken(stream)
            assert (stream.typing, stream.take_news()) == (True, False)
        await woken(stream)
        assert (stream.typing, stream.take_news()) == (False, True)


async def test_nobody_else_is_woken_and_own_signs_do_not_come_back(pair: Pair) -> None:
    here, there = pair.hubs
    with there.subscribed("web-2") as other, there.subscribed(KEY) as stream:
        other.take_news()
        here.look(KEY)
        await woken(stream)
        assert not other.take_news()
    with here.subscribed(KEY) as own, there.subscribed(KEY) as stream:
        own.take_news()
        here.customer_types("web-9", 60)
        here.look(KEY)
        await woken(stream)
        assert own.take_news()  # by ourselves, once
        there.look("web-9")
        assert not own.take_news()


async def test_without_redis_signs_stay_in_their_replica() -> None:
    hub = Hub(6, 100)
    async with RedisSigns("redis://127.0.0.1:1/0", hub).running():
        with hub.subscribed(KEY) as stream:
            hub.typing(KEY, 60)
            assert stream.typing
            hub.wrote(KEY)
            for _ in range(2000):  # more than may wait
                hub.look(KEY)
