"""The client, a process of its own so that nothing of it runs in the server's: `python -m bench.client` reads a Job
on stdin and writes the Run to stdout."""

from __future__ import annotations

import asyncio
import sys
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any, Protocol
from uuid import uuid4

import aiohttp

from bench.jobs import Bot, Job, Mode, Run, Step, Turn

PATIENCE = 120.0  # seconds
_FAULTS = (aiohttp.ClientError, TimeoutError, KeyError, ValueError)  # no answer, or not what it should be


Post = Callable[[str, object], Awaitable[Any]]
"""Posts JSON to a path and gives the JSON that comes back; aiohttp.ClientError for a status that is no success."""


class Speaker(Protocol):
    """One bot's HTTP interface."""

    async def open(self) -> str:
        """Begins a conversation and gives its id."""

    async def say(self, conversation: str, text: str) -> str:
        """The outcome of one turn; raises one of _FAULTS when there was no proper reply."""


class JinwenSpeaker:
    """`/api/v1/sessions`."""

    def __init__(self, post: Post, today: str) -> None:
        self._post = post
        self._today = today

    async def open(self) -> str:
        """See Speaker."""
        return str((await self._post("/api/v1/sessions", {}))["session"])

    async def say(self, conversation: str, text: str) -> str:
        """See Speaker."""
        body = {"message_id": uuid4().hex, "text": text, "today": self._today}
        reply = await self._post(f"/api/v1/sessions/{conversation}/messages", body)
        return "" if reply["outcome"] == "error" else str(reply["outcome"])


class StockSpeaker:
    """Rasa's REST channel."""

    def __init__(self, post: Post) -> None:
        self._post = post

    async def open(self) -> str:
        """See Speaker."""
        return uuid4().hex

    async def say(self, conversation: str, text: str) -> str:
        """See Speaker. A bot that says nothing has failed."""
        body = {"sender": conversation, "message": text}
        return "replied" if await self._post("/webhooks/rest/webhook", body) else ""


def speaker(bot: Bot, post: Post, today: str) -> Speaker:
    """The interface of a bot."""
    return JinwenSpeaker(post, today) if bot is Bot.JINWEN else StockSpeaker(post)


class Client:
    """Runs one job. Conversations are opened before the clock starts."""

    def __init__(self, job: Job, talk: Speaker) -> None:
        self._job = job
        self._talk = talk
        self._ids: dict[int, str] = {}
        self._said: defaultdict[int, int] = defaultdict(int)
        self._turns: list[Turn] = []

    async def run(self) -> Run:
        """Takes all turns."""
        for number in {step.conversation: None for step in self._job.steps}:
            self._ids[number] = await self._talk.open()
        ways: dict[Mode, Callable[[float], Awaitable[None]]] = {
            Mode.SERIAL: self._serial,
            Mode.OPEN: self._open_loop,
            Mode.CLOSED: self._closed_loop,
        }
        started = time.perf_counter()
        await ways[self._job.mode](started)
        return Run(tuple(self._turns), round(time.perf_counter() - started, 3))

    async def _serial(self, _started: float) -> None:
        for step in self._job.steps:
            await self._take(step, time.perf_counter())

    async def _open_loop(self, started: float) -> None:
        async with asyncio.TaskGroup() as tasks:
            for step in self._job.steps:
                due = started + step.at
                await asyncio.sleep(max(due - time.perf_counter(), 0))
                tasks.create_task(self._take(step, due))

    async def _closed_loop(self, started: float) -> None:
        lists: defaultdict[int, list[Step]] = defaultdict(list)
        for step in self._job.steps:
            lists[step.conversation].append(step)
        async with asyncio.TaskGroup() as tasks:
            for steps in lists.values():
                tasks.create_task(self._again_and_again(steps, started + self._job.seconds))

    async def _again_and_again(self, steps: list[Step], end: float) -> None:
        place = 0
        while time.perf_counter() < end:
            await self._take(steps[place % len(steps)], time.perf_counter())
            place += 1

    async def _take(self, step: Step, due: float) -> None:
        self._said[step.conversation] += 1
        place = self._said[step.conversation]
        try:
            outcome = await self._talk.say(self._ids[step.conversation], step.text)
        except _FAULTS as fault:
            sys.stderr.write(f"{step.text}: {fault!r}\n")
            outcome = ""
        self._turns.append(Turn(step.conversation, place, round((time.perf_counter() - due) * 1000, 2), outcome))


async def _main(job: Job) -> Run:
    # aiohttp's parser is compiled: of the milliseconds that are measured, few should be the client's own.
    timeout = aiohttp.ClientTimeout(total=PATIENCE)
    async with aiohttp.ClientSession(job.url, timeout=timeout, connector=aiohttp.TCPConnector(limit=0)) as http:

        async def post(path: str, body: object) -> Any:
            async with http.post(path, json=body, raise_for_status=True) as response:
                return await response.json()

        return await Client(job, speaker(job.bot, post, job.today)).run()


if __name__ == "__main__":
    sys.stdout.write(asyncio.run(_main(Job.from_json(sys.stdin.readline()))).to_json() + "\n")
