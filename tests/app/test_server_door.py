"""How the command line finds the running server, and the door through which it asks."""

import asyncio
import stat
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.front import Front
from app.internal_api import READY, TURNS, internal_router
from app.server_file import AlreadyServed, announce, running_server, serving
from dialogue.engine import EngineState
from dialogue.message import Message
from dialogue.turn import TurnIn, TurnOut
from dialogue.wire import turn_in_to_json, turn_out_from_json
from kg.answer import Outcome

TURN = TurnIn("cli-1", "起购金额", "m1", date(2024, 6, 1), as_of=date(2020, 1, 1), revision=3)


class Echo:
    """An engine that says what it was given."""

    state = EngineState(True)

    async def handle(self, turn: TurnIn) -> TurnOut:
        await asyncio.sleep(0)
        text = f"{turn.text} {turn.today} {turn.as_of} {turn.revision}"
        return TurnOut(turn.session, "t", 1, Message(text), Outcome.ANSWERED, "greet", 1.0)


@pytest.fixture
def client() -> Iterator[TestClient]:
    front = Front()
    front.open(Echo())  # type: ignore[arg-type]
    app = FastAPI()
    app.include_router(internal_router(front, "secret"))
    with TestClient(app) as client:
        yield client


def test_a_turn_keeps_its_day_and_revision_on_the_way(client: TestClient) -> None:
    response = client.post(TURNS, json=turn_in_to_json(TURN), headers={"Authorization": "Bearer secret"})
    assert turn_out_from_json(response.json()).message.text == "起购金额 2024-06-01 2020-01-01 3"


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "secret"}])
def test_without_the_token_the_door_looks_like_nothing(client: TestClient, header: dict[str, str]) -> None:
    assert client.post(TURNS, json={}, headers=header).status_code == 404
    assert client.get(READY, headers=header).status_code == 404


def test_a_front_without_an_engine_says_what_it_waits_for() -> None:
    front = Front()
    front.waiting_for = "启动知识图谱"
    assert (front.readiness().ready, front.readiness().waiting_for) == (False, "启动知识图谱")


def test_a_server_is_found_while_it_lives_and_its_file_is_private(tmp_path: Path) -> None:
    assert running_server(tmp_path) is None
    with serving(tmp_path) as home:
        assert running_server(tmp_path) is None  # no port yet
        info = announce(home, "http://127.0.0.1:8080")
        assert running_server(tmp_path) == info
        assert stat.S_IMODE((tmp_path / "server.json").stat().st_mode) == 0o600
        with pytest.raises(AlreadyServed) as error, serving(tmp_path):
            pass
        assert error.value.info == info
    assert running_server(tmp_path) is None


def test_a_file_left_by_a_killed_server_is_not_believed(tmp_path: Path) -> None:
    with serving(tmp_path) as home:
        announce(home, "http://127.0.0.1:8080")
        content = (home / "server.json").read_text(encoding="ascii")
    (tmp_path / "server.json").write_text(content, encoding="ascii")
    assert running_server(tmp_path) is None
    with serving(tmp_path):  # a new one that has no port yet
        assert running_server(tmp_path) is None
