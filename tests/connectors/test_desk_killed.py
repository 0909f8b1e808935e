"""A real server with an agent at work, really killed: nothing that was said is lost or said twice, and the bot stays
silent until the person gives the conversation back."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.arcadedb import free_port
from tests.support.agents import PASSWORD
from tests.support.waiting import wait_for

pytestmark = [pytest.mark.slow]
PROJECT = Path(__file__).parents[2]
SERVER = """
import sys
from pathlib import Path
from app.factory import gateway_server
from tests.support.agents import StaffedBank

bank = StaffedBank(Path(sys.argv[1]), ticks=True)
if not bank.accounts.all():
    bank.hire()
gateway_server(bank.app(), "127.0.0.1", int(sys.argv[2])).run()
"""


class Victim:
    """The server of a folder, at the same address after every start."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._port = folder, free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-c", SERVER, str(self._folder), str(self._port)]
        environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
        self._process = subprocess.Popen(command, env=environment, cwd=self._folder)
        wait_for("the server", self._answers, 120)

    def kill(self) -> None:
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def _answers(self) -> bool:
        assert self._process is not None and self._process.poll() is None, "the server has ended"
        try:
            return httpx.get(f"{self.url}/healthz").status_code == 200
        except httpx.TransportError:
            return False


class People:
    """A customer and an agent, whose clients know nothing of the server's fate."""

    def __init__(self, url: str) -> None:
        self.customer = httpx.Client(base_url=f"{url}/api/v1", timeout=30)
        self.agent = httpx.Client(base_url=f"{url}/api/v1", timeout=30)
        self._session = ""

    def begin(self) -> str:
        """The agent takes the customer; the handoff's id."""
        signed = self.agent.post("/staff/session", json={"name": "小林", "password": PASSWORD})
        self.agent.headers["X-CSRF-Token"] = signed.json()["csrf"]
        assert self.agent.post("/desk/me", json={"ready": True}).status_code == 200
        self._session = self.customer.post("/sessions").json()["session"]
        self.ask("m1", "稳盈1号起购金额")
        self.ask("m2", "转人工")
        [line] = self.agent.get("/desk/state").json()["waiting"]
        assert self.agent.post(f"/desk/handoffs/{line['id']}/accept").status_code == 200
        return str(line["id"])

    def ask(self, message_id: str, text: str) -> dict[str, Any]:
        answer = self.customer.post(
            f"/sessions/{self._session}/messages", json={"message_id": message_id, "text": text}
        )
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def tell(self, handoff: str, number: int) -> bool:
        """Whether the server says that it has the agent's words."""
        try:
            answer = self.agent.post(
                f"/desk/handoffs/{handoff}/messages", json={"message_id": f"a{number}", "text": f"第{number}句"}
            )
        except httpx.TransportError:
            return False
        assert answer.status_code == 200, answer.text
        return True

    def transcript(self) -> list[str]:
        items = self.customer.get(f"/sessions/{self._session}/messages?limit=200").json()["items"]
        assert [i["seq"] for i in items] == list(range(1, len(items) + 1))
        return [i["text"] or i["message"]["text"] for i in items]


@pytest.fixture
def victim(tmp_path: Path) -> Iterator[Victim]:
    made = Victim(tmp_path)
    made.start()
    yield made
    made.kill()


def test_whoever_is_being_served_is_served_on(victim: Victim) -> None:
    people = People(victim.url)
    handoff = people.begin()
    assert people.ask("m3", "在吗")["message"]["text"] == ""
    told: dict[int, bool] = {}
    working = threading.Event()

    def talk() -> None:
        for number in range(200):
            told[number] = people.tell(handoff, number)
            if not told[number]:
                return
            if number == 5:
                working.set()

    agent = threading.Thread(target=talk)
    agent.start()
    working.wait(60)
    victim.kill()  # in the middle of whatever it was doing
    agent.join(60)
    victim.start()

    last = max(told)
    assert not told[last] and last > 5
    assert people.tell(handoff, last)  # the page sends what it got no answer for once more, under the same id
    said = people.transcript()
    assert [words for words in said if words.startswith("第")] == [f"第{n}句" for n in range(last + 1)]
    assert people.ask("m3", "在吗")["message"]["text"] == ""  # asked again after the outage: once, and no bot
    shown = people.agent.get(f"/desk/handoffs/{handoff}").json()
    assert (shown["state"], shown["agent"]) == ("talking", "小林")
    assert people.agent.post(f"/desk/handoffs/{handoff}/return").status_code == 200
    assert people.ask("m4", "年费呢")["message"]["text"] == "机器答：年费呢"
    said = people.transcript()
    assert said.count("在吗") == 1 and said[-1] == "年费呢"
    assert [words for words in said if words.startswith("人工服务已结束")] == [
        "人工服务已结束，现在由我（智能助手）继续为您服务。"
    ]


def test_whoever_waits_keeps_his_place(victim: Victim) -> None:
    people = People(victim.url)
    people.begin()
    other = People(victim.url)
    other._session = other.customer.post("/sessions").json()["session"]
    other.ask("m1", "转人工")
    [before] = people.agent.get("/desk/state").json()["waiting"]
    victim.kill()
    victim.start()
    [after] = people.agent.get("/desk/state").json()["waiting"]
    assert [after[name] for name in ("id", "asked_at", "queued_at", "reason")] == [
        before[name] for name in ("id", "asked_at", "queued_at", "reason")
    ]
