"""Many open conversations at once, half over server-sent events and half over WebSockets, in a process of its own:
`python -m bench.stream_client` reads a StreamJob on stdin and writes what it heard to stdout."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from dataclasses import asdict, dataclass, field
from uuid import uuid4

import aiohttp

from bench.jobs import Step

PATIENCE = 30.0
"""Seconds that a reply may take before it counts as lost."""
_AT_ONCE = 20  # connections opened side by side


@dataclass(frozen=True, slots=True)
class StreamJob:
    """`steps` in conversations of the gateway at `url`; conversation n is that of the customer of `tokens[n]`, over a
    WebSocket, where that isn't empty, and a visitor's over server-sent events elsewhere."""

    url: str
    steps: tuple[Step, ...]
    tokens: tuple[str, ...]

    def to_json(self) -> str:
        """One line."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @staticmethod
    def from_json(text: str) -> StreamJob:
        """The job of a line that `to_json` wrote."""
        data = json.loads(text)
        return StreamJob(data["url"], tuple(Step(**s) for s in data["steps"]), tuple(data["tokens"]))


@dataclass(frozen=True, slots=True)
class Heard:
    """What came down the streams: milliseconds from when a message was due to its reply, and what went wrong."""

    latencies: tuple[float, ...]
    lost: int
    repeated: int
    reordered: int

    def to_json(self) -> str:
        """One line."""
        return json.dumps(asdict(self))

    @staticmethod
    def from_json(text: str) -> Heard:
        """The Heard of a line that `to_json` wrote."""
        data = json.loads(text)
        return Heard(**{**data, "latencies": tuple(data["latencies"])})


@dataclass
class Conversation:
    """One open conversation; subclasses know its wire."""

    http: aiohttp.ClientSession
    due: dict[str, float] = field(default_factory=dict)
    heard: list[tuple[str, int]] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)

    async def open(self) -> None:
        """Connects and listens from now on."""
        raise TypeError("a conversation without a wire")

    async def send(self, message_id: str, text: str) -> None:
        """Says something; the reply comes down the stream."""
        raise TypeError("a conversation without a wire")

    async def close(self) -> None:
        """Stops listening."""

    async def say(self, text: str, due: float) -> None:
        """Says something that was due at `due` (perf_counter)."""
        message_id = uuid4().hex
        self.due[message_id] = due
        try:
            await self.send(message_id, text)
        except (aiohttp.ClientError, TimeoutError, ConnectionError) as fault:
            sys.stderr.write(f"{text}: {fault!r}\n")

    def replied(self, message_id: str, seq: int) -> None:
        """A reply has come."""
        self.heard.append((message_id, seq))
        if message_id in self.due:
            self.latencies.append(round((time.perf_counter() - self.due[message_id]) * 1000, 2))

    @property
    def complete(self) -> bool:
        """Whether every message has its reply."""
        return self.due.keys() <= {message_id for message_id, _ in self.heard}

    def faults(self) -> tuple[int, int, int]:
        """Lost, repeated, out of order."""
        ids = [message_id for message_id, _ in self.heard]
        lost = len(self.due.keys() - set(ids))
        places = [seq for _, seq in self.heard]
        wanted = [message_id for message_id in self.due if message_id in set(ids)]
        disordered = int(places != sorted(places)) + int(list(dict.fromkeys(ids)) != wanted)
        return lost, len(ids) - len(set(ids)), disordered


@dataclass
class OverEvents(Conversation):
    """A visitor's: POST up, server-sent events down."""

    _session: str = ""
    _task: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """See Conversation."""
        async with self.http.post("/api/v1/sessions", json={}, raise_for_status=True) as answer:
            self._session = (await answer.json())["session"]
        ready = asyncio.Event()
        self._task = asyncio.create_task(self._listen(ready))
        await asyncio.wait_for(ready.wait(), PATIENCE)

    async def send(self, message_id: str, text: str) -> None:
        """See Conversation."""
        body = {"message_id": message_id, "text": text}
        path = f"/api/v1/sessions/{self._session}/messages"
        async with self.http.post(path, json=body, raise_for_status=True) as answer:
            await answer.read()

    async def close(self) -> None:
        """See Conversation."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _listen(self, ready: asyncio.Event) -> None:
        timeout = aiohttp.ClientTimeout(total=None, sock_read=60)
        async with self.http.get(f"/api/v1/sessions/{self._session}/events", timeout=timeout) as stream:
            event = ""
            async for raw in stream.content:
                ready.set()
                line = raw.decode().rstrip("\n")
                if line.startswith("event: "):
                    event = line[7:]
                elif line.startswith("data: ") and event == "reply":
                    told = json.loads(line[6:])
                    self.replied(told["message_id"], told["seq"])


@dataclass
class OverSocket(Conversation):
    """A customer's, as the bank's app holds it."""

    token: str = ""
    _socket: aiohttp.ClientWebSocketResponse | None = None
    _task: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """See Conversation."""
        self._socket = await self.http.ws_connect("/api/v1/app/socket")
        await self._socket.send_json({"type": "auth", "token": self.token})
        ready = asyncio.Event()
        self._task = asyncio.create_task(self._listen(ready))
        await asyncio.wait_for(ready.wait(), PATIENCE)

    async def send(self, message_id: str, text: str) -> None:
        """See Conversation."""
        assert self._socket is not None
        await self._socket.send_json({"type": "message", "message_id": message_id, "text": text})

    async def close(self) -> None:
        """See Conversation."""
        if self._task is not None and self._socket is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            await self._socket.close()

    async def _listen(self, ready: asyncio.Event) -> None:
        assert self._socket is not None
        async for frame in self._socket:
            told = json.loads(frame.data)
            if told["type"] == "ready":
                ready.set()
            elif told["type"] == "reply":
                self.replied(told["message_id"], told["seq"])
            elif told["type"] == "problem":
                sys.stderr.write(f"problem: {told}\n")


async def hear(job: StreamJob) -> Heard:
    """Opens all conversations, says everything at its time, waits for what is on its way."""
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(job.url, connector=connector) as http:
        count = 1 + max(step.conversation for step in job.steps)
        tokens = [*job.tokens, *[""] * count]
        talks = [OverSocket(http, token=t) if t else OverEvents(http) for t in tokens[:count]]
        try:
            for start in range(0, count, _AT_ONCE):
                await asyncio.gather(*(talk.open() for talk in talks[start : start + _AT_ONCE]))
            await _said(job, talks)
            await _all_heard(talks)
        finally:
            await asyncio.gather(*(talk.close() for talk in talks))
    faults = [talk.faults() for talk in talks]
    lost, repeated, reordered = (sum(column) for column in zip(*faults, strict=True))
    return Heard(tuple(ms for talk in talks for ms in talk.latencies), lost, repeated, reordered)


async def _said(job: StreamJob, talks: list[OverSocket | OverEvents]) -> None:
    started = time.perf_counter()
    async with asyncio.TaskGroup() as tasks:
        for step in job.steps:
            due = started + step.at
            await asyncio.sleep(max(due - time.perf_counter(), 0))
            tasks.create_task(talks[step.conversation].say(step.text, due))


async def _all_heard(talks: list[OverSocket | OverEvents]) -> None:
    end = time.perf_counter() + PATIENCE
    while not all(talk.complete for talk in talks) and time.perf_counter() < end:
        await asyncio.sleep(0.1)


if __name__ == "__main__":
    sys.stdout.write(asyncio.run(hear(StreamJob.from_json(sys.stdin.readline()))).to_json() + "\n")
