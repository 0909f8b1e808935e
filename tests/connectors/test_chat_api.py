"""The chat API from outside: what is answered, what is refused and how, and that nothing happens twice."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest

from app.factory import create_app
from connectors.web.deps import session_key
from connectors.web.ports import Readiness
from connectors.web.settings import Rate, WebSettings
from tests.support.chat import Bank

TODAY = date(2026, 3, 1)
PROBLEM = "application/problem+json"


@pytest.fixture
def bank() -> Bank:
    return Bank()


def client_of(bank: Bank, settings: WebSettings | None = None) -> httpx.AsyncClient:
    app = create_app(settings or WebSettings(), bank.engine, bank.stores, today=lambda: TODAY)
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app, raise_app_exceptions=False), base_url="http://bank.test"
    )


@pytest.fixture
async def client(bank: Bank) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(bank) as client:
        yield client


async def opened(client: httpx.AsyncClient) -> str:
    answer = await client.post("/api/v1/sessions", json={})
    assert answer.status_code == 201
    return f"/api/v1/sessions/{answer.json()['session']}"


async def say(client: httpx.AsyncClient, talk: str, text: str, message_id: str = "m1", **more: str) -> httpx.Response:
    return await client.post(f"{talk}/messages", json={"message_id": message_id, "text": text, **more})


def assert_problem(answer: httpx.Response, status: int, name: str) -> dict[str, Any]:
    assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM), answer.text
    problem: dict[str, Any] = answer.json()
    assert problem["type"] == f"urn:jinwen:problem:{name}"
    assert problem["status"] == status
    assert problem["trace_id"] == answer.headers["x-trace-id"]
    assert "Traceback" not in answer.text
    return problem


async def test_session_gives_secret_greeting_and_limits(client: httpx.AsyncClient, bank: Bank) -> None:
    first, second = [(await client.post("/api/v1/sessions")).json() for _ in range(2)]
    assert len(first["session"]) == 32
    assert first["session"] != second["session"]
    assert "您好" in first["greeting"]["text"]
    assert first["greeting"]["choices"]
    assert first["limits"]["max_text"] == 2000
    # The secret is kept nowhere: what stands in tables and logs does not open the conversation.
    assert first["session"] not in str(bank.sessions.kept)
    assert session_key(first["session"]) in bank.sessions.kept


async def test_reply_carries_message_and_evidence(client: httpx.AsyncClient, bank: Bank) -> None:
    answer = await say(client, await opened(client), "云杉银行倒闭了我的存款最多赔多少")
    reply = answer.json()
    assert reply["message"]["text"] == "存款保险的最高偿付限额：50万元"
    assert reply["message"]["sources"][0] == {
        "document": "存款保险条例", "article": "第五条", "valid_from": "2015-05-01", "valid_to": "", "fact_ids": [],
    }  # fmt: skip
    assert (reply["seq"], reply["outcome"], reply["facts"], reply["repeated"]) == (1, "answered", 1, False)
    assert reply["trace_id"] == answer.headers["x-trace-id"]
    assert bank.engine.turns[0].today == TODAY


async def test_same_message_id_happens_once(client: httpx.AsyncClient, bank: Bank) -> None:
    talk = await opened(client)
    first = (await say(client, talk, "你好", "same")).json()
    again = (await say(client, talk, "你好", "same")).json()
    assert again == first | {"repeated": True}
    assert len(bank.engine.turns) == 1
    assert len((await client.get(f"{talk}/messages")).json()["items"]) == 1


@pytest.mark.parametrize(
    ("text", "arrives"),
    [
        ("😀😀", "😀😀"),
        ("  三年期\u0000利率\u202e多少 \r\n", "三年期利率多少"),
        ('/intent{"x":1}', '/intent{"x":1}'),
        ("MATCH (n) DETACH DELETE n", "MATCH (n) DETACH DELETE n"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("What is 年利率 こんにちは Привет مرحبا", "What is 年利率 こんにちは Привет مرحبا"),
        ("中" * 2000, "中" * 2000),
    ],
)
async def test_odd_text_reaches_the_engine_clean(
    client: httpx.AsyncClient, bank: Bank, text: str, arrives: str
) -> None:
    assert (await say(client, await opened(client), text)).status_code == 200
    assert bank.engine.turns[0].text == arrives


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"message_id": "m1", "text": ""}, "#/"),
        ({"message_id": "m1", "text": " \u3000\n\u0007\u200b "}, "#/"),
        ({"message_id": "m1"}, "#/"),
        ({"message_id": "m1", "text": "中" * 2001}, "#/text"),
        ({"message_id": "m1", "text": "a" * 10_240}, "#/text"),
        ({"message_id": "m1", "text": 1}, "#/text"),
        ({"message_id": "m1", "text": None}, "#/text"),
        ({"message_id": "m1", "text": ["a"]}, "#/text"),
        ({"message_id": "", "text": "你好"}, "#/message_id"),
        ({"message_id": "空 格", "text": "你好"}, "#/message_id"),
        ({"message_id": 7, "text": "你好"}, "#/message_id"),
        ({"text": "你好"}, "#/message_id"),
        ({"message_id": "m1", "text": "你好", "payload": "a b"}, "#/payload"),
        ({"message_id": "m1", "text": "你好", "today": "2026-02-30"}, "#/"),
        ({"message_id": "m1", "text": "你好", "today": "明天"}, "#/today"),
        ({"message_id": "m1", "text": "你好", "sender": "别人"}, "#/sender"),
        ({"message_id": "m1", "text": "你好", "<img src=x>": 1}, "#/…"),
        ([], "#/"),
        ("你好", "#/"),
    ],
)
async def test_what_does_not_fit_is_named_and_not_repeated(
    client: httpx.AsyncClient, bank: Bank, body: object, pointer: str
) -> None:
    answer = await client.post(f"{await opened(client)}/messages", json=body)
    problem = assert_problem(answer, 422, "invalid-request")
    assert [error["pointer"] for error in problem["errors"]] == [pointer]
    assert all(error["detail"] for error in problem["errors"])
    assert "<img" not in answer.text
    assert bank.engine.turns == []


async def test_today_only_where_allowed(bank: Bank) -> None:
    async with client_of(bank) as client:
        assert_problem(await say(client, await opened(client), "你好", today="2024-06-01"), 422, "invalid-request")
    async with client_of(bank, WebSettings(allow_today=True)) as client:
        await say(client, await opened(client), "你好", today="2024-06-01")
    assert [turn.today for turn in bank.engine.turns] == [date(2024, 6, 1)]


@pytest.mark.parametrize(
    ("content", "media", "status", "name"),
    [
        (b'{"message_id": "m1", "text": "\xe4\xbd\xa0"}', "text/plain", 415, "unsupported-media-type"),
        (b"message_id=m1", "application/x-www-form-urlencoded", 415, "unsupported-media-type"),
        (b'{"message_id": "m1"}', "application/json; charset=gbk", 415, "unsupported-media-type"),
        (b'{"message_id": "m1"}', "", 415, "unsupported-media-type"),
        (b'{"message_id": "m1", "text": ', "application/json", 400, "malformed-json"),
        (b"\xff\xfe", "application/json", 400, "malformed-json"),
        (b'{"message_id": "m1", "text": "\\ud800"}', "application/json", 422, "invalid-request"),
        (b"[" * 60_000, "application/json", 400, "malformed-json"),
        (b'{"text": "' + b"a" * 65_536 + b'"}', "application/json", 413, "content-too-large"),
    ],
)
async def test_unreadable_bodies(client: httpx.AsyncClient, content: bytes, media: str, status: int, name: str) -> None:
    answer = await client.post(f"{await opened(client)}/messages", content=content, headers={"Content-Type": media})
    assert_problem(answer, status, name)


async def test_body_that_claims_to_be_small_is_still_counted(client: httpx.AsyncClient) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b" " * 1024

    headers = {"Content-Type": "application/json"}
    answer = await client.post(f"{await opened(client)}/messages", content=endless(), headers=headers)
    assert_problem(answer, 413, "content-too-large")


@pytest.mark.parametrize(
    ("method", "path", "status", "name"),
    [
        ("GET", "/api/v1/sessions/nobody/messages", 404, "unknown-session"),
        ("GET", f"/api/v1/sessions/{'A' * 32}/messages", 404, "unknown-session"),
        ("GET", f"/api/v1/sessions/{'A' * 32}/events", 404, "unknown-session"),
        ("GET", "/api/v1/sessions/%3Cimg%20src%3Dx%3E/messages", 404, "unknown-session"),
        ("GET", "/api/v1/nothing", 404, "not-found"),
        ("GET", "/%3Cscript%3E", 404, "not-found"),
        ("GET", "/widget/..%2Fpyproject.toml", 404, "not-found"),
        ("GET", "/api/v1/sessions", 405, "method-not-allowed"),
        ("DELETE", f"/api/v1/sessions/{'A' * 32}/messages", 405, "method-not-allowed"),
    ],
)
async def test_wrong_addresses(client: httpx.AsyncClient, method: str, path: str, status: int, name: str) -> None:
    answer = await client.request(method, path)
    assert_problem(answer, status, name)
    assert "<" not in answer.text
    assert ("allow" in answer.headers) == (status == 405)


async def test_forgotten_session_is_unknown(client: httpx.AsyncClient, bank: Bank) -> None:
    talk = await opened(client)
    key = session_key(talk.rsplit("/", 1)[1])
    long_ago = datetime.now(UTC) - timedelta(hours=25)
    bank.sessions.kept[key] = replace(bank.sessions.kept[key], seen=long_ago)
    assert_problem(await say(client, talk, "你好"), 404, "unknown-session")


async def test_session_in_use_is_kept(client: httpx.AsyncClient, bank: Bank) -> None:
    talk = await opened(client)
    key = session_key(talk.rsplit("/", 1)[1])
    hours_ago = datetime.now(UTC) - timedelta(hours=20)
    bank.sessions.kept[key] = replace(bank.sessions.kept[key], seen=hours_ago)
    assert (await say(client, talk, "你好")).status_code == 200
    assert datetime.now(UTC) - bank.sessions.kept[key].seen < timedelta(minutes=1)


async def test_too_many_messages_wait(bank: Bank) -> None:
    async with client_of(bank, WebSettings(session_rate=Rate(per_second=0.1, burst=3))) as client:
        talk, other = await opened(client), await opened(client)
        answers = [await say(client, talk, "你好", f"m{n}") for n in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert_problem(answers[3], 429, "rate-limited")
        assert 1 <= int(answers[3].headers["retry-after"]) <= 10
        assert (await say(client, other, "你好")).status_code == 200


async def test_too_many_openings_by_one_client_wait(bank: Bank) -> None:
    async with client_of(bank, WebSettings(opening_rate=Rate(per_second=0.1, burst=2))) as client:
        answers = [await client.post("/api/v1/sessions") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 429]


async def test_limits_can_be_lifted_for_measurements(bank: Bank) -> None:
    once = Rate(per_second=0.1, burst=1)
    async with client_of(bank, WebSettings(limited=False, session_rate=once, opening_rate=once)) as client:
        talk, _ = await opened(client), await opened(client)
        assert [(await say(client, talk, "你好", f"m{n}")).status_code for n in range(3)] == [200] * 3


async def test_fault_of_the_engine_shows_no_inside(client: httpx.AsyncClient, bank: Bank) -> None:
    def broken(_turn: object) -> Any:
        raise RuntimeError("密码 hunter2 stands in /etc/secret")

    talk = await opened(client)
    bank.engine._answer = broken
    answer = await say(client, talk, "你好")
    assert_problem(answer, 500, "internal-error")
    assert "hunter2" not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_while_starting_it_says_what_it_waits_for(bank: Bank) -> None:
    bank.engine.state = Readiness(False, "正在加载语言模型")
    async with client_of(bank, WebSettings(loading_wait=0)) as client:
        ready = await client.get("/readyz")
        assert (ready.status_code, ready.json()) == (503, {"ready": False, "waiting_for": "正在加载语言模型"})
        assert (await client.get("/healthz")).json() == {"status": "ok"}
        assert (await client.get("/")).status_code == 200
        answer = await say(client, await opened(client), "你好")
        assert assert_problem(answer, 503, "starting")["detail"] == "正在加载语言模型"
        assert int(answer.headers["retry-after"]) > 0


async def test_message_waits_for_the_engine(client: httpx.AsyncClient, bank: Bank) -> None:
    states = iter([Readiness(False, "正在加载语言模型")] * 2)
    bank.engine.readiness = lambda: next(states, Readiness(True))  # type: ignore[method-assign]
    assert (await say(client, await opened(client), "你好")).status_code == 200


async def test_after_the_first_start_the_engine_decides(client: httpx.AsyncClient, bank: Bank) -> None:
    talk = await opened(client)
    assert (await say(client, talk, "你好")).status_code == 200
    bank.engine.state = Readiness(False, "正在重启")
    assert (await say(client, talk, "还在吗", "m2")).status_code == 200
    assert (await client.get("/readyz")).status_code == 503


async def test_history_pages_through_the_conversation(client: httpx.AsyncClient) -> None:
    talk = await opened(client)
    for number in range(5):
        await say(client, talk, f"第{number}问", f"m{number}")
    first = (await client.get(f"{talk}/messages", params={"limit": 3})).json()
    rest = (await client.get(f"{talk}/messages", params={"limit": 3, "after": first["next_after"]})).json()
    assert [item["text"] for item in first["items"] + rest["items"]] == [f"第{n}问" for n in range(5)]
    assert rest["next_after"] is None


async def test_conversations_are_apart(client: httpx.AsyncClient) -> None:
    mine, yours = await opened(client), await opened(client)
    await say(client, mine, "我的问题")
    assert (await client.get(f"{yours}/messages")).json()["items"] == []


async def test_feedback_is_kept_once_per_reply(client: httpx.AsyncClient, bank: Bank) -> None:
    talk = await opened(client)
    turn = (await say(client, talk, "你好")).json()
    for rating, reason in (("up", ""), ("down", "答非所问"), ("down", "答非所问")):
        answer = await client.post(f"{talk}/feedback", json={"seq": 1, "rating": rating, "reason": reason})
        assert answer.json() == {"seq": 1, "rating": rating, "reason": reason}
    (kept,) = bank.feedback.kept.values()
    assert (kept.turn_id, kept.rating, kept.reason) == (turn["turn_id"], "down", "答非所问")
    assert_problem(await client.post(f"{talk}/feedback", json={"seq": 2, "rating": "up"}), 404, "unknown-turn")
    assert_problem(await client.post(f"{talk}/feedback", json={"seq": 1, "rating": "ok"}), 422, "invalid-request")


ELSEWHERE = "https://www.partner.example"


@pytest.mark.parametrize(
    ("origin", "admitted"),
    [
        (ELSEWHERE, True),
        ("http://bank.test", True),
        ("https://bank.test", True),
        ("http://www.partner.example", False),
        ("https://evil.example", False),
        ("https://www.partner.example.evil.example", False),
        ("null", False),
    ],
)
async def test_pages_of_other_sites_only_when_listed(bank: Bank, origin: str, admitted: bool) -> None:
    async with client_of(bank, WebSettings(allowed_origins=frozenset({ELSEWHERE + "/"}))) as client:
        answer = await client.post("/api/v1/sessions", headers={"Origin": origin})
        asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
        preflight = await client.options("/api/v1/sessions", headers=asked)
    assert "access-control-allow-credentials" not in answer.headers
    if admitted:
        assert answer.status_code == 201
        assert answer.headers["access-control-allow-origin"] == origin
        assert preflight.status_code == 204
        assert "Last-Event-ID" in preflight.headers["access-control-allow-headers"]
    else:
        assert_problem(answer, 403, "forbidden-origin")
        assert_problem(preflight, 403, "forbidden-origin")
        assert "access-control-allow-origin" not in answer.headers
    assert "Origin" in answer.headers["vary"]


@pytest.mark.parametrize("written", ["*", "www.example.com", "https://example.com/page", "file:///"])
def test_allow_list_takes_origins_only(bank: Bank, written: str) -> None:
    with pytest.raises(ValueError, match="allowed origin"):
        client_of(bank, WebSettings(allowed_origins=frozenset({written})))


async def test_pages_have_a_strict_policy(bank: Bank) -> None:
    async with client_of(bank, WebSettings(allowed_origins=frozenset({ELSEWHERE}))) as client:
        for path in ("/", "/demo-host"):
            page = await client.get(path)
            policy = page.headers["content-security-policy"]
            assert "unsafe" not in policy
            assert f"frame-ancestors 'self' {ELSEWHERE}" in policy
            assert "style=" not in page.text
            assert (await client.get(path, headers={"If-None-Match": page.headers["etag"]})).status_code == 304
        script = await client.get("/widget/jinwen-chat.js", headers={"Origin": "https://evil.example"})
        assert script.headers["content-type"].startswith("text/javascript")
        assert script.headers["access-control-allow-origin"] == "*"


async def test_trace_of_the_caller_goes_on(client: httpx.AsyncClient, bank: Bank) -> None:
    talk = await opened(client)
    trace = "0af7651916cd43dd8448eb211c80319c"
    body = {"message_id": "m1", "text": "你好"}
    headers = {"Traceparent": f"00-{trace}-b7ad6b7169203331-01"}
    assert (await client.post(f"{talk}/messages", json=body, headers=headers)).headers["x-trace-id"] == trace
    assert bank.engine.turns[0].trace_id == trace
    odd = await client.get("/healthz", headers={"Traceparent": "<script>"})
    assert len(odd.headers["x-trace-id"]) == 32


async def test_openapi_says_everything(client: httpx.AsyncClient) -> None:
    document = (await client.get("/api/v1/openapi.json")).json()
    chat = {path: operations for path, operations in document["paths"].items() if path.startswith("/api/")}
    assert len(chat) == 5
    for path, operations in document["paths"].items():
        for operation in operations.values():
            assert operation["summary"], path
            assert operation["description"], path
    for operations in chat.values():
        for operation in operations.values():
            assert {"403", "422", "429", "500"} <= set(operation["responses"])
            for status, response in operation["responses"].items():
                media = "application/problem+json" if status >= "400" else "application/json"
                if "text/event-stream" not in response["content"]:
                    assert list(response["content"]) == [media]
    assert "HTTPValidationError" not in json.dumps(document)
