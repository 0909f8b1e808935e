"""The same project under plain Rasa: `rasa run actions` and the channel that `rasa shell` talks to."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest

from app.arcadedb import free_port
from app.graph_process import GraphEndpoint
from app.lifetime import tied_to_owner
from app.settings import PROJECT
from tests.support.waiting import wait_for

pytestmark = [pytest.mark.rasa, pytest.mark.graph, pytest.mark.slow]

RASA = str(Path(sys.executable).with_name("rasa"))


@contextmanager
def running(arguments: list[str], home: Path, ready: str) -> Iterator[None]:
    """A `rasa` command until the block ends; waits until the address `ready` answers."""
    log = home / f"{arguments[1].strip('-')}.log"
    env = {**os.environ, "JINWEN_HOME": str(home), "PYTHONPATH": str(PROJECT), "PYTHONWARNINGS": "ignore"}
    with log.open("wb") as output:
        child = subprocess.Popen(
            tied_to_owner([sys.executable, RASA, *arguments]), cwd=PROJECT, env=env, stdout=output, stderr=output
        )
    try:
        wait_for(f"{arguments}; see {log}", lambda: _answers(ready, child), seconds=240)
        yield
    finally:
        child.terminate()
        child.wait(20)


def _answers(url: str, child: subprocess.Popen[bytes]) -> bool:
    assert child.poll() is None, "it ended"
    try:
        return httpx.get(url, timeout=5).status_code == 200
    except httpx.TransportError:
        return False


@pytest.fixture(scope="module")
def plain_rasa(bank: tuple[Path, GraphEndpoint], model: Path) -> Iterator[str]:
    """The address of the REST channel of a plain Rasa server with a plain action server beside it."""
    home, _ = bank
    actions, server = free_port(), free_port()
    endpoints = home / "endpoints.yml"
    given = (PROJECT / "dialogue" / "endpoints.yml").read_text(encoding="utf-8")
    endpoints.write_text(given.replace("5055", str(actions)), encoding="utf-8")
    with ExitStack() as stack:
        command = ["run", "actions", "--actions", "dialogue.actions", "--port", str(actions)]
        stack.enter_context(running(command, home, f"http://localhost:{actions}/health"))
        command = ["run", "--model", str(model), "--endpoints", str(endpoints), "--port", str(server)]
        command += ["--credentials", "dialogue/credentials.yml"]
        stack.enter_context(running(command, home, f"http://localhost:{server}/webhooks/rest/"))
        yield f"http://localhost:{server}/webhooks/rest/webhook"


def test_text_is_said_once_and_memory_works(plain_rasa: str) -> None:
    def say(text: str) -> list[dict[str, str]]:
        answered = httpx.post(plain_rasa, json={"sender": "甲", "message": text}, timeout=60)
        replies: list[dict[str, str]] = answered.raise_for_status().json()
        return replies

    first = say("稳盈1号的起购金额是多少")
    assert len(first) == 1
    assert set(first[0]) == {"recipient_id", "text"}
    assert "1万元" in first[0]["text"]
    assert "R2" in say("那风险等级呢")[0]["text"]
    assert len(say("你好")) == 1
