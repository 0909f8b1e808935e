"""The event stream: replay from a place, new replies at once, typing, heartbeat, and an end when the server stops."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

import httpx
import pytest

from app.factory import create_app
from connectors.web.live import Hub
from connectors.web.settings import WebSettings
from tests.support.chat import Bank
from tests.support.server import running_gateway


@dataclass(frozen=True)
class Event:
    name: str
    data: Any
    id: str = ""


def parsed(stream: str) -> list[Event]:
    """The events of a stream, comments as events without data."""
    events = []
    for block in stream.split("\n\n")[:-1]:
        fields = dict(line.split(": ", 1) for line in block.split("\n"))
        if "data" in fields:
            events.append(Event(fields["event"], json.loads(fields["data"]), fields.get("id", "")))
        else:
            events.append(Event(fields[""], None))
    return events


def replies(events: list[Event]) -> list[tuple[str, str]]:
    return [(event.id, event.data["text"]) for event in events if event.name == "reply"]


class Talk:
    """A conversation with an application in memory, whose hub the test holds."""

    def __init__(self, settings: WebSettings) -> None:
        self.bank = Bank()
        self.app = create_app(settings, self.bank.engine, self.bank.stores)
        self.hub: Hub = self.app.state.web.hub
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://bank.test")
        self.path = ""

    async def open(self) -> None:
        self.path = f"/api/v1/sessions/{(await self.client.post('/api/v1/sessions')).json()['session']}"

    async def say(self, text: str) -> None:
        answer = await self.client.post(f"{self.path}/messages", json={"message_id": str(uuid4()), "text": text})
        assert answer.status_code == 200

    async def follow(
        self, meanwhile: Callable[[], Awaitable[None]], *, params: dict[str, int], headers: dict[str, str]
    ) -> list[Event]:
        """What a stream carries that is open while `meanwhile` happens and ends with the server."""
        stream = asyncio.create_task(self.client.get(f"{self.path}/events", params=params, headers=headers))
        while not self.hub._open:
            await asyncio.sleep(0)
        await meanwhile()
        self.hub.close()
        answer = await stream
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["x-accel-buffering"] == "no"
        return parsed(answer.text)


@pytest.fixture
async def talk() -> AsyncIterator[Talk]:
    talk = Talk(WebSettings())
    async with talk.client:
        await talk.open()
        yield talk


@pytest.mark.parametrize(
    ("params", "headers", "seen"),
    [
        ({}, {}, ["1", "2", "3"]),
        ({"after": 1}, {}, ["2", "3"]),
        ({}, {"Last-Event-ID": "2"}, ["3"]),
        ({"after": 1}, {"Last-Event-ID": "2"}, ["3"]),
        ({"after": 9}, {}, []),
        ({"after": 2}, {"Last-Event-ID": "<script>"}, ["3"]),
    ],
)
async def test_replays_what_was_missed(
    talk: Talk, params: dict[str, int], headers: dict[str, str], seen: list[str]
) -> None:
    for text in ("甲", "乙", "丙"):
        await talk.say(text)

    # The replay runs in a thread: give it a moment before the server ends the stream.
    events = await talk.follow(lambda: asyncio.sleep(0.05), params=params, headers=headers)
    assert [event.id for event in events if event.name == "reply"] == seen


async def test_new_replies_come_once_and_in_order(talk: Talk) -> None:
    await talk.say("甲")

    async def chat() -> None:
        for text in ("乙", "丙", "丁"):
            await talk.say(text)
            await asyncio.sleep(0.02)

    events = await talk.follow(chat, params={}, headers={})
    assert replies(events) == [("1", "甲"), ("2", "乙"), ("3", "丙"), ("4", "丁")]


async def test_typing_is_shown_while_the_engine_works(talk: Talk) -> None:
    talk.bank.engine.gate = threading.Event()

    async def slow() -> None:
        said = asyncio.create_task(talk.say("想一想"))
        await asyncio.sleep(0.05)
        assert talk.bank.engine.gate
        talk.bank.engine.gate.set()
        await said
        await asyncio.sleep(0.05)

    events = await talk.follow(slow, params={}, headers={})
    assert [event.data if event.name == "typing" else event.id for event in events[1:]] == [
        {"on": True},
        "1",
        {"on": False},
    ]


async def test_replies_of_other_replicas_are_found_by_looking() -> None:
    talk, other = Talk(WebSettings(poll=0.01)), Talk(WebSettings())
    await talk.open()

    async def elsewhere() -> None:
        other.app.state.web = replace(talk.app.state.web, hub=other.hub)
        other.path = talk.path
        await other.say("别处")
        await asyncio.sleep(0.1)

    assert replies(await talk.follow(elsewhere, params={}, headers={})) == [("1", "别处")]


async def test_silence_is_broken_by_heartbeats() -> None:
    talk = Talk(WebSettings(heartbeat=0.02))
    await talk.open()
    events = await talk.follow(lambda: asyncio.sleep(0.15), params={}, headers={})
    assert [event.name for event in events][:3] == ["connected", "heartbeat", "heartbeat"]


async def test_streams_of_one_conversation_are_limited() -> None:
    talk = Talk(WebSettings(streams_per_session=1))
    await talk.open()

    async def second() -> None:
        answer = await talk.client.get(f"{talk.path}/events")
        assert answer.status_code == 429

    await talk.follow(second, params={}, headers={})
    assert talk.hub._open == 0


def test_server_stops_with_streams_open() -> None:
    with running_gateway(Bank()) as gateway, httpx.Client(base_url=gateway.url) as client:
        session = client.post("/api/v1/sessions").json()["session"]
        path = f"/api/v1/sessions/{session}"
        client.post(f"{path}/messages", json={"message_id": "m1", "text": "你好"})
        with client.stream("GET", f"{path}/events") as stream:
            lines = stream.iter_lines()
            assert "id: 1" in [next(lines) for _ in range(5)]
            gateway.stop()
            assert "event: reply" not in list(lines)
