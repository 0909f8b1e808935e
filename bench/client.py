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

import httpx

from bench.jobs import Bot, Job, Mode, Run, Step, Turn

PATIENCE = 120.0  # seconds
_FAULTS = (httpx.HTTPError, KeyError, ValueError)  # no answer, or one that is not what it should be


class Speaker(Protocol):
    """One bot's HTTP interface."""

    async def open(self) -> str:
        """Begins a conversation and gives its id."""

    async def say(self, conversation: str, text: str) -> str:
        """The outcome of one turn; raises one of _FAULTS when there was no proper reply."""


class JinwenSpeaker:
    """`/api/v1/sessions`."""

    def __init__(self, http: httpx.AsyncClient, today: str) -> None:
        self._http = http
        self._today = today

    async def open(self) -> str:
        """See Speaker."""
        return str(_checked(await self._http.post("/api/v1/sessions", json={}))["session"])

    async def say(self, conversation: str, text: str) -> str:
        """See Speaker."""
        body = {"message_id": uuid4().hex, "text": text, "today": self._today}
        reply = _checked(await self._http.post(f"/api/v1/sessions/{conversation}/messages", json=body))
        return "" if reply["outcome"] == "error" else str(reply["outcome"])


class StockSpeaker:
    """Rasa's REST channel."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def open(self) -> str:
        """See Speaker."""
        return uuid4().hex

    async def say(self, conversation: str, text: str) -> str:
        """See Speaker. A bot that says nothing has failed."""
        body = {"sender": conversation, "message": text}
        return "replied" if _checked(await self._http.post("/webhooks/rest/webhook", json=body)) else ""


def speaker(bot: Bot, http: httpx.AsyncClient, today: str) -> Speaker:
    """The interface of a bot."""
    return JinwenSpeaker(http, today) if bot is Bot.JINWEN else StockSpeaker(http)


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


def _checked(response: httpx.Response) -> Any:
    response.raise_for_status()
    return response.json()


async def _main(job: Job) -> Run:
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    async with httpx.AsyncClient(base_url=job.url, timeout=PATIENCE, limits=limits, trust_env=False) as http:
        return await Client(job, speaker(job.bot, http, job.today)).run()


if __name__ == "__main__":
    sys.stdout.write(asyncio.run(_main(Job.from_json(sys.stdin.readline()))).to_json() + "\n")
