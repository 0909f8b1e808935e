"""The app's chat: whose word counts, one conversation on every device, and a socket that loses nothing."""

from __future__ import annotations

import asyncio
import hmac
import json
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from fastapi import FastAPI
from jwt.utils import base64url_encode
from starlette.testclient import TestClient, WebSocketTestSession
from starlette.websockets import WebSocketDisconnect

from app.factory import create_app
from connectors.identity.conversations import Conversations, conversation_of
from connectors.web.deps import session_key
from connectors.web.settings import WebSettings
from connectors.web.store import web_stores
from dialogue.store import Store
from tests.support.channels import TODAY, StoredEngine
from tests.support.identity import BankLogin

MESSAGES = "/api/v1/app/messages"


class Bench:
    """The gateway with a bank's login beside it."""

    def __init__(self, folder: Path) -> None:
        self.store = Store.open(f"sqlite:///{folder / 'jinwen.db'}")
        self.engine = StoredEngine(self.store)
        self.login = BankLogin(folder)
        self.now = 0.0
        people = self.login.people(self.store.engine, lambda: self.now)
        settings = WebSettings(poll=0.05, heartbeat=0.1)
        self.app: FastAPI = create_app(
            settings, self.engine, web_stores(self.store), identity=people, today=lambda: TODAY
        )

    def client(self, token: str = "") -> httpx.AsyncClient:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://b.test", headers=headers)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    made.store.close()


@pytest.fixture
async def phone(bench: Bench) -> AsyncIterator[httpx.AsyncClient]:
    async with bench.client(bench.login.token()) as client:
        yield client


@pytest.fixture
def client(bench: Bench) -> Iterator[TestClient]:
    with TestClient(bench.app, base_url="http://b.test") as made:
        yield made


def said(text: str, message_id: str = "m1") -> dict[str, str]:
    return {"message_id": message_id, "text": text}


async def test_question_is_answered_for_the_customer(bench: Bench, phone: httpx.AsyncClient) -> None:
    reply = (await phone.post(MESSAGES, json=said("稳盈1号起购金额是多少"))).json()
    assert reply["message"]["text"] == "稳盈1号的起购金额：1万元"
    [turn] = bench.engine.turns
    assert (turn.principal.kind.value, turn.principal.id, turn.channel) == ("customer", "c-1", "app")
    assert "c-1" not in turn.session
    again = (await phone.post(MESSAGES, json=said("稳盈1号起购金额是多少"))).json()
    assert (again["repeated"], again["seq"]) == (True, 1)


async def test_devices_share_one_conversation(bench: Bench, phone: httpx.AsyncClient) -> None:
    await phone.post(MESSAGES, json=said("甲", "m1"))
    async with bench.client(bench.login.token()) as tablet, bench.client(bench.login.token("c-2")) as other:
        await tablet.post(MESSAGES, json=said("乙", "m2"))
        items = (await phone.get(MESSAGES)).json()["items"]
        assert [(item["seq"], item["text"]) for item in items] == [(1, "甲"), (2, "乙")]
        assert (await other.get(MESSAGES)).json()["items"] == []


BAD: dict[str, dict[str, Any]] = {
    "expired": {"iat": 1_000_000_000, "exp": 1_000_000_600},
    "for somebody else": {"aud": "another-app"},
    "by somebody else": {"iss": "https://evil.example"},
    "lives too long": {"life": 100_000},
    "no end": {"exp": None},
    "no subject": {"sub": None},
    "empty subject": {"sub": ""},
    "no id": {"jti": None},
    "not yet": {"nbf": 32_000_000_000},
    "end is no number": {"exp": "tomorrow"},
}


@pytest.mark.parametrize("changes", BAD.values(), ids=BAD)
async def test_token_that_proves_nothing(bench: Bench, changes: dict[str, Any]) -> None:
    async with bench.client(bench.login.token(**changes)) as client:
        answer = await client.post(MESSAGES, json=said("你好"))
    assert answer.status_code == 401
    assert answer.json()["type"] == "urn:jinwen:problem:sign-in-required"
    assert "WWW-Authenticate" in answer.headers
    assert bench.engine.turns == []


def forged(bench: Bench) -> dict[str, str]:
    good = bench.login.token()
    head, body, mark = good.split(".")
    kid = jwt.get_unverified_header(good)["kid"]
    public = bench.login.file.read_bytes()

    def by_hand(header: dict[str, str], key: bytes) -> str:
        start = f"{base64url_encode(json.dumps(header).encode()).decode()}.{body}"
        return f"{start}.{base64url_encode(hmac.digest(key, start.encode(), 'sha256')).decode()}"

    return {
        "unsigned": by_hand({"alg": "none", "kid": kid}, b"").rpartition(".")[0] + ".",
        "signed with the public key": by_hand({"alg": "HS256", "kid": kid}, public),
        "other signature": f"{head}.{body}.{mark[::-1]}",
        "no key": by_hand({"alg": "ES256"}, b"x"),
        "garbage": "a.b.c",
        "long": "a" * 9000,
        "empty": " ",
    }


@pytest.mark.parametrize(
    "name", ["unsigned", "signed with the public key", "other signature", "no key", "garbage", "long", "empty"]
)
async def test_forged_token(bench: Bench, name: str) -> None:
    async with bench.client(forged(bench)[name]) as client:
        assert (await client.get(MESSAGES)).status_code == 401


async def test_keys_rotate(bench: Bench) -> None:
    old = bench.login.token()
    async with bench.client(old) as client:
        assert (await client.get(MESSAGES)).status_code == 200
        bench.login.rotate()
        new = {"Authorization": f"Bearer {bench.login.token()}"}
        assert (await client.get(MESSAGES, headers=new)).status_code == 401  # keys were read a moment ago
        bench.now += 31
        assert (await client.get(MESSAGES, headers=new)).status_code == 200
        assert (await client.get(MESSAGES)).status_code == 200
        bench.login.rotate(keep=False)
        bench.now += 601
        assert (await client.get(MESSAGES)).status_code == 401


async def test_keys_that_cannot_be_read_again_stay_good(bench: Bench, phone: httpx.AsyncClient) -> None:
    assert (await phone.get(MESSAGES)).status_code == 200
    bench.login.file.write_text("{broken", encoding="utf-8")
    bench.now += 601
    assert (await phone.get(MESSAGES)).status_code == 200


async def test_signed_out_token_is_worthless(bench: Bench, phone: httpx.AsyncClient) -> None:
    assert (await phone.delete("/api/v1/app/token")).status_code == 204
    assert (await phone.get(MESSAGES)).status_code == 401


def frames(socket: WebSocketTestSession, wanted: str, count: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while len(found) < count:
        frame = socket.receive_json()
        if frame["type"] == wanted:
            found.append(frame)
    return found


def test_socket_answers_and_resumes(bench: Bench, client: TestClient) -> None:
    with client.websocket_connect("/api/v1/app/socket") as socket:
        socket.send_json({"type": "auth", "token": bench.login.token()})
        assert socket.receive_json() == {"type": "ready"}
        for number in range(3):
            socket.send_json({"type": "message", **said(f"第{number}问", f"m{number}")})
        assert [f["text"] for f in frames(socket, "reply", 3)] == ["第0问", "第1问", "第2问"]
    with client.websocket_connect("/api/v1/app/socket") as socket:
        socket.send_json({"type": "auth", "token": bench.login.token(), "after": 1})
        assert [f["seq"] for f in frames(socket, "reply", 2)] == [2, 3]


def test_socket_and_page_see_the_same(bench: Bench, client: TestClient) -> None:
    with client.websocket_connect("/api/v1/app/socket") as socket:
        socket.send_json({"type": "auth", "token": bench.login.token()})
        headers = {"Authorization": f"Bearer {bench.login.token()}"}
        client.post(MESSAGES, json=said("在电脑上问的"), headers=headers)
        assert frames(socket, "reply", 1)[0]["text"] == "在电脑上问的"


@pytest.mark.parametrize(
    "first", [{}, {"type": "auth"}, {"type": "auth", "token": "a.b.c"}, {"type": "message", "text": "x"}, []]
)
def test_socket_without_a_good_token_is_closed(bench: Bench, client: TestClient, first: Any) -> None:
    with client.websocket_connect("/api/v1/app/socket") as socket:
        socket.send_json(first)
        with pytest.raises(WebSocketDisconnect) as closed:
            socket.receive_json()
        assert closed.value.code == 4401


def test_socket_of_another_page_is_refused(bench: Bench, client: TestClient) -> None:
    elsewhere = {"Origin": "https://evil.example"}
    with (
        pytest.raises(WebSocketDisconnect) as closed,
        client.websocket_connect("/api/v1/app/socket", headers=elsewhere),
    ):
        pass
    assert closed.value.code == 4403


def test_token_that_ends_in_mid_conversation_is_renewed_or_closes(bench: Bench, client: TestClient) -> None:
    with client.websocket_connect("/api/v1/app/socket") as socket:
        socket.send_json({"type": "auth", "token": bench.login.token(life=30)})
        frames(socket, "reauthenticate", 1)
        socket.send_json({"type": "auth", "token": bench.login.token(life=600)})
        socket.send_json({"type": "message", **said("还在")})
        assert frames(socket, "reply", 1)[0]["text"] == "还在"
        socket.send_json({"type": "auth", "token": bench.login.token("c-2")})  # not somebody else's
        with pytest.raises(WebSocketDisconnect):
            while True:
                socket.receive_json()
    with client.websocket_connect("/api/v1/app/socket") as socket:
        socket.send_json({"type": "auth", "token": bench.login.token(life=1)})
        frames(socket, "reauthenticate", 1)
        with pytest.raises(WebSocketDisconnect) as closed:
            while True:
                socket.receive_json()
        assert closed.value.code == 4401


def test_frames_that_are_none_get_a_problem(bench: Bench, client: TestClient) -> None:
    with client.websocket_connect("/api/v1/app/socket") as socket:
        socket.send_json({"type": "auth", "token": bench.login.token()})
        for bad in (
            '{"type": "message"}',
            '{"type": "message", "message_id": "a b", "text": "x"}',
            "no json",
            "[]",
            '{"type": "message", "message_id": "m", "text": "x", "sender": "c-9"}',
        ):
            socket.send_text(bad)
            assert frames(socket, "problem", 1)[0]["status"] == 422
    assert bench.engine.turns == []


async def test_signing_in_at_the_widget_joins_the_conversations(bench: Bench, phone: httpx.AsyncClient) -> None:
    await phone.post(MESSAGES, json=said("在手机上问的", "p1"))
    async with bench.client() as page:
        session = (await page.post("/api/v1/sessions")).json()["session"]
        talk = f"/api/v1/sessions/{session}"
        await page.post(f"{talk}/messages", json=said("登录前问的", "w1"))
        await page.post(f"{talk}/feedback", json={"seq": 1, "rating": "up"})
        signed = await page.post(f"{talk}/identity", json={"token": bench.login.token()})
        assert signed.json() == {"signed_in": True, "moved": 1}
        await page.post(f"{talk}/messages", json=said("登录后问的", "w2"))
        here = (await page.get(f"{talk}/messages")).json()["items"]
        there = (await phone.get(MESSAGES)).json()["items"]
        assert here == there
        assert [(i["seq"], i["text"]) for i in here] == [(1, "在手机上问的"), (2, "登录前问的"), (3, "登录后问的")]
        assert bench.engine.turns[-1].principal.id == "c-1"
        repeated = (await page.post(f"{talk}/messages", json=said("登录前问的", "w1"))).json()
        assert (repeated["repeated"], repeated["seq"]) == (True, 2)
        memory = bench.store.conversation(conversation_of("c-1"))
        assert (memory.seq, memory.snapshot) == (3, {"last": "登录后问的"})


async def test_session_is_not_passed_on_to_another_customer(bench: Bench) -> None:
    async with bench.client() as page:
        talk = f"/api/v1/sessions/{(await page.post('/api/v1/sessions')).json()['session']}"
        for token, status in ((bench.login.token("c-1"), 200), (bench.login.token("c-1"), 200),
                              (bench.login.token("c-2"), 409), ("a.b.c", 401)):  # fmt: skip
            assert (await page.post(f"{talk}/identity", json={"token": token})).status_code == status
        assert (await page.post(f"{talk}/identity", json={"customer": "c-2"})).status_code == 422


async def test_turn_that_was_being_answered_follows(bench: Bench) -> None:
    async with bench.client() as page:
        session = (await page.post("/api/v1/sessions")).json()["session"]
        talk = f"/api/v1/sessions/{session}"
        bench.engine.gate.clear()
        waiting = asyncio.create_task(page.post(f"{talk}/messages", json=said("慢慢答", "w1")))
        while bench.engine.held == 0:
            await asyncio.sleep(0)
        await page.post(f"{talk}/identity", json={"token": bench.login.token()})
        bench.engine.gate.set()
        await waiting
        assert [i["text"] for i in (await page.get(f"{talk}/messages")).json()["items"]] == ["慢慢答"]
        assert bench.store.conversation(session_key(session)).version == 0


def test_joining_again_moves_nothing(bench: Bench) -> None:
    conversations = Conversations(bench.store.engine)
    assert conversations.join("web-none", "c-1") == (conversation_of("c-1"), 0)
    assert conversations.join(conversation_of("c-1"), "c-1") == (conversation_of("c-1"), 0)


async def test_own_figures_reach_who_asked_and_stay_nowhere(bench: Bench, phone: httpx.AsyncClient) -> None:
    reply = (await phone.post(MESSAGES, json=said(StoredEngine.OWN))).json()
    assert (reply["message"]["text"], reply["private"]) == (StoredEngine.FIGURES, True)
    again = (await phone.post(MESSAGES, json=said(StoredEngine.OWN))).json()
    assert (again["message"]["text"], again["repeated"]) == (StoredEngine.FIGURES, True)
    [item] = (await phone.get(MESSAGES)).json()["items"]
    assert (item["message"]["text"], item["private"]) == (StoredEngine.KEPT, True)


def test_socket_shows_own_figures_while_they_are_fresh(bench: Bench, client: TestClient) -> None:
    token = bench.login.token()
    with (
        client.websocket_connect("/api/v1/app/socket") as first,
        client.websocket_connect("/api/v1/app/socket") as second,
    ):
        for one in (first, second):
            one.send_json({"type": "auth", "token": token})
            assert one.receive_json() == {"type": "ready"}
        first.send_json({"type": "message", **said(StoredEngine.OWN)})
        for one in (first, second):
            assert frames(one, "reply", 1)[0]["message"]["text"] == StoredEngine.FIGURES
    bench.app.state.web.hub._clock = lambda: time.monotonic() + 1000
    with client.websocket_connect("/api/v1/app/socket") as late:
        late.send_json({"type": "auth", "token": token})
        assert frames(late, "reply", 1)[0]["message"]["text"] == StoredEngine.KEPT
