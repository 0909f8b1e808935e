"""The client keeps the schedule, counts from the time a turn was due, and calls a failure a failure."""

import asyncio
from collections.abc import Sequence

import aiohttp
import pytest
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from bench.client import Client, Post, speaker
from bench.jobs import Bot, Job, Mode, Run, Step, Turn


class Slow:
    """A bot that takes one turn at a time, each `seconds` long; notes who said what."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._one = asyncio.Lock()
        self.opened = 0
        self.said: list[tuple[str, str]] = []

    async def open(self) -> str:
        self.opened += 1
        return f"c{self.opened}"

    async def say(self, conversation: str, text: str) -> str:
        async with self._one:
            await asyncio.sleep(self._seconds)
        self.said.append((conversation, text))
        return "answered"


def job(mode: Mode, steps: Sequence[Step], seconds: float = 0.0) -> Job:
    return Job(Bot.JINWEN, "http://bot", mode, tuple(steps), "2026-11-20", seconds)


async def test_serial_turns_follow_each_other_and_know_their_place() -> None:
    bot = Slow(0)
    run = await Client(job(Mode.SERIAL, [Step(0, "甲"), Step(0, "乙"), Step(1, "丙")]), bot).run()
    assert bot.said == [("c1", "甲"), ("c1", "乙"), ("c2", "丙")]
    assert [(turn.conversation, turn.place) for turn in run.turns] == [(0, 1), (0, 2), (1, 1)]
    assert run.failed == 0


async def test_an_open_loop_counts_the_queue_that_a_slow_bot_makes() -> None:
    run = await Client(job(Mode.OPEN, [Step(n, "问", 0.0) for n in range(4)]), Slow(0.02)).run()
    assert max(run.latencies) >= 75  # the last was due at once and waited for three others
    assert min(run.latencies) >= 19


async def test_a_closed_loop_goes_on_until_its_time_is_over() -> None:
    bot = Slow(0.005)
    run = await Client(job(Mode.CLOSED, [Step(0, "甲"), Step(0, "乙"), Step(1, "丙")], 0.1), bot).run()
    assert run.seconds >= 0.1
    assert {turn.conversation for turn in run.turns} == {0, 1}
    assert [text for who, text in bot.said if who == "c1"][:3] == ["甲", "乙", "甲"]


def posting(status: int, body: object) -> Post:
    async def post(_path: str, _body: object) -> object:
        if status >= 400:
            headers: CIMultiDict[str] = CIMultiDict()
            request = aiohttp.RequestInfo(URL("http://bot"), "POST", CIMultiDictProxy(headers), URL("http://bot"))
            raise aiohttp.ClientResponseError(request, (), status=status)
        return body

    return post


@pytest.mark.parametrize(
    ("bot", "status", "body", "outcome"),
    [
        (Bot.JINWEN, 200, {"outcome": "answered"}, "answered"),
        (Bot.JINWEN, 200, {"outcome": "error"}, ""),
        (Bot.JINWEN, 503, {"title": "启动中"}, ""),
        (Bot.JINWEN, 200, {}, ""),
        (Bot.STOCK, 200, [{"text": "您好"}], "replied"),
        (Bot.STOCK, 200, [], ""),
        (Bot.STOCK, 500, [], ""),
    ],
)
async def test_only_a_proper_reply_counts(bot: Bot, status: int, body: object, outcome: str) -> None:
    client = Client(job(Mode.SERIAL, []), speaker(bot, posting(status, body), "2026-11-20"))
    client._ids[0] = "c1"
    await client._take(Step(0, "问"), 0.0)
    assert [turn.outcome for turn in client._turns] == [outcome]


def test_jobs_and_runs_survive_the_way_between_processes() -> None:
    given = job(Mode.OPEN, [Step(3, "三年期\n利率", 1.5)], 2.0)
    assert Job.from_json(given.to_json()) == given
    assert "\n" not in given.to_json()
    run = Run((Turn(3, 1, 12.5, "answered"), Turn(3, 2, 99.0, "")), 4.0)
    assert Run.from_json(run.to_json()) == run
    assert (run.latencies, run.failed) == ([12.5], 1)
