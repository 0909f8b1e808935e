"""The event stream: replay from a place, new replies at once, typing, heartbeat, and an end when the server stops."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

import httpx
import pytest
from starlette.types import Message as AsgiMessage

from app.factory import create_app
from connectors.web.live import Hub
from connectors.web.settings import WebSettings
from connectors.web.watching import Watch
from tests.support.chat import Bank
from tests.support.server import running_gateway

PATIENCE = 20  # seconds until a test that waits in vain fails


@dataclass(frozen=True)
class Event:
    """One event; a comment has neither data nor id."""

    name: str
    data: Any = None
    id: str = ""


class Stream:
    """An open event stream; the in-memory transport of httpx would only show it once it has ended."""

    def __init__(self) -> None:
        self.headers: dict[str, str] = {}
        self.chunks: asyncio.Queue[str] = asyncio.Queue()

    async def receive(self) -> AsgiMessage:
        await asyncio.Event().wait()
        return {"type": "http.disconnect"}

    async def send(self, message: AsgiMessage) -> None:
        if message["type"] == "http.response.start":
            self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        else:
            await self.chunks.put(message["body"].decode())

    async def event(self) -> Event:
        """The next event, comments included."""
        async with asyncio.timeout(PATIENCE):
            block = await self.chunks.get()
        fields = dict(line.split(": ", 1) for line in block.strip().split("\n"))
        if "data" not in fields:
            return Event(fields[""])
        return Event(fields["event"], json.loads(fields["data"]), fields.get("id", ""))

    async def replies(self, count: int) -> list[tuple[str, str]]:
        """Id and question of the next replies; typing and comments between them are passed over."""
        found: list[tuple[str, str]] = []
        while len(found) < count:
            event = await self.event()
            if event.name == "reply":
                found.append((event.id, event.data["text"]))
        return found


class Talk:
    """A conversation with an application in memory."""

    def __init__(self, settings: WebSettings | None = None) -> None:
        self.bank = Bank()
        self.app = create_app(settings or WebSettings(), self.bank.engine, self.bank.stores)
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://bank.test")
        self.path = ""

    @property
    def hub(self) -> Hub:
        hub: Hub = self.app.state.web.hub
        return hub

    async def open(self) -> None:
        self.path = f"/api/v1/sessions/{(await self.client.post('/api/v1/sessions')).json()['session']}"

    async def say(self, text: str) -> None:
        answer = await self.client.post(f"{self.path}/messages", json={"message_id": str(uuid4()), "text": text})
        assert answer.status_code == 200

    @asynccontextmanager
    async def followed(self, query: str = "", last_event_id: str = "") -> AsyncIterator[Stream]:
        """An open stream, which ends with the server and then has nothing more to say."""
        stream = Stream()
        headers = [(b"host", b"bank.test")]
        if last_event_id:
            headers.append((b"last-event-id", last_event_id.encode()))
        path = f"{self.path}/events"
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": "GET",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": headers,
        }
        running = asyncio.create_task(self.app(scope, stream.receive, stream.send))
        assert await stream.event() == Event("connected")
        yield stream
        self.hub.close()
        async with asyncio.timeout(PATIENCE):
            await running


@pytest.fixture
async def talk() -> Talk:
    talk = Talk()
    await talk.open()
    return talk


@pytest.mark.parametrize(
    ("query", "last_event_id", "seen"),
    [
        ("", "", ["1", "2", "3"]),
        ("after=1", "", ["2", "3"]),
        ("", "2", ["3"]),
        ("after=1", "2", ["3"]),
        ("after=9", "", []),
        ("after=2", "<script>", ["3"]),
    ],
)
async def test_replays_what_was_missed(query: str, last_event_id: str, seen: list[str]) -> None:
    talk = Talk(WebSettings(heartbeat=0.01))
    await talk.open()
    for text in ("甲", "乙", "丙"):
        await talk.say(text)
    async with talk.followed(query, last_event_id) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert stream.headers["x-accel-buffering"] == "no"
        events = [await stream.event() for _ in range(len(seen) + 1)]
    assert [event.id for event in events[:-1]] == seen
    assert events[-1] == Event("heartbeat")  # and that is all


async def test_new_replies_come_once_and_in_order(talk: Talk) -> None:
    await talk.say("甲")
    async with talk.followed() as stream:
        for text in ("乙", "丙", "丁"):
            await talk.say(text)
        assert await stream.replies(4) == [("1", "甲"), ("2", "乙"), ("3", "丙"), ("4", "丁")]


async def test_typing_is_shown_while_the_engine_works(talk: Talk) -> None:
    talk.bank.engine.gate = threading.Event()
    async with talk.followed() as stream:
        said = asyncio.create_task(talk.say("想一想"))
        assert await stream.event() == Event("typing", {"on": True})
        talk.bank.engine.gate.set()
        assert (await stream.event()).id == "1"
        assert await stream.event() == Event("typing", {"on": False})
        await said


async def test_replies_of_other_replicas_are_found_by_looking() -> None:
    talk, other = Talk(WebSettings(poll=0.01)), Talk()
    await talk.open()
    other.app.state.web, other.path = replace(talk.app.state.web, hub=other.hub), talk.path
    async with talk.followed() as stream:
        await other.say("别处")
        assert await stream.replies(1) == [("1", "别处")]


async def test_one_look_serves_all_streams_and_only_those_behind_read() -> None:
    asked: list[list[str]] = []

    def places(keys: Sequence[str]) -> dict[str, int]:
        asked.append(list(keys))
        return {"a": 3, "b": 7}

    hub = Hub(6, 100, watch=Watch(places, 0.0))
    with hub.subscribed("a") as behind, hub.subscribed("b") as there, hub.subscribed("desk:lists") as other:
        for stream in (behind, there, other):
            stream.take_news()
        behind.place, there.place = 2, 7
        async with asyncio.timeout(PATIENCE):
            await behind.wait(PATIENCE)
        assert (behind.take_news(), there.take_news(), other.take_news()) == (True, False, False)
    assert asked[0] == ["a", "b"]
    hub.close()


async def test_a_look_that_fails_is_tried_again() -> None:
    looks = 0

    def places(_keys: Sequence[str]) -> dict[str, int]:
        nonlocal looks
        looks += 1
        if looks == 1:
            raise OSError("the database is away")
        return {"a": 3}

    hub = Hub(6, 100, watch=Watch(places, 0.0))
    with hub.subscribed("a") as stream:
        stream.take_news()
        stream.place = 0
        async with asyncio.timeout(PATIENCE):
            await stream.wait(PATIENCE)
        assert stream.take_news() and looks >= 2
    hub.close()


async def test_silence_is_broken_by_heartbeats() -> None:
    talk = Talk(WebSettings(heartbeat=0.01))
    await talk.open()
    async with talk.followed() as stream:
        assert [(await stream.event()).name for _ in range(3)] == ["heartbeat"] * 3


async def test_streams_of_one_conversation_are_limited() -> None:
    talk = Talk(WebSettings(streams_per_session=1))
    await talk.open()
    async with talk.followed():
        assert (await talk.client.get(f"{talk.path}/events")).status_code == 429
    talk.hub.check_room(talk.path)  # the place is free again


async def test_streams_in_all_are_limited() -> None:
    talk = Talk(WebSettings(streams=1))
    await talk.open()
    async with talk.followed():
        assert (await talk.client.get(f"{talk.path}/events")).status_code == 503


def test_server_stops_with_streams_open() -> None:
    with running_gateway(Bank()) as gateway, httpx.Client(base_url=gateway.url) as client:
        path = f"/api/v1/sessions/{client.post('/api/v1/sessions').json()['session']}"
        client.post(f"{path}/messages", json={"message_id": "m1", "text": "你好"})
        with client.stream("GET", f"{path}/events") as stream:
            lines = stream.iter_lines()
            assert "id: 1" in [next(lines) for _ in range(5)]
            gateway.stop()
            assert "event: reply" not in list(lines)
