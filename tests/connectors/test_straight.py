"""Messages take a shorter way through FastAPI than other requests: whatever is sent, the answer is the same."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute

from app.factory import create_app
from connectors.web.settings import Rate, WebSettings
from connectors.web.straight import MessageRoute
from tests.support.chat import Bank

JSON = "application/json"
SENT: list[tuple[bytes, str]] = [
    ('{"message_id": "m1", "text": "稳盈1号起购金额是多少"}'.encode(), JSON),
    (b'{"message_id": "m1", "text": "hi"}', "application/json; charset=utf-8"),
    (b"", JSON),
    (b"null", JSON),
    (b"[]", JSON),
    (b'"text"', JSON),
    (b"{", JSON),
    (b"\xff\xfe", JSON),
    (b"[" * 60_000, JSON),
    (b"{}", JSON),
    (b'{"message_id": "m1"}', JSON),
    (b'{"message_id": 1, "text": ["a"], "more": 1}', JSON),
    (b'{"message_id": "a b", "text": "hi", "payload": "\\u0000"}', JSON),
    (b'{"message_id": "m1", "text": "hi", "today": "2026-02-30"}', JSON),
    (b'{"message_id": "m1", "text": "hi", "today": "2026-02-28"}', JSON),
    (b'{"message_id": "m1", "text": "\\ud800"}', JSON),
    (b'{"message_id": "m1", "text": "hi"}', "text/plain"),
]


async def answers(settings: WebSettings, sent: list[tuple[bytes, str]], talk: str = "") -> list[tuple[int, Any]]:
    """Status and document of each, without what is new in every answer."""
    bank = Bank()
    transport = httpx.ASGITransport(create_app(settings, bank.engine, bank.stores), raise_app_exceptions=False)
    found = []
    async with httpx.AsyncClient(transport=transport, base_url="http://bank.test") as client:
        talk = talk or (await client.post("/api/v1/sessions", json={})).json()["session"]
        for body, media in sent:
            answer = await client.post(
                f"/api/v1/sessions/{talk}/messages", content=body, headers={"Content-Type": media}
            )
            document = {k: v for k, v in answer.json().items() if k not in ("trace_id", "turn_id")}
            document.pop("message", None)  # names its turn
            found.append((answer.status_code, document))
    return found


@pytest.mark.parametrize(
    ("settings", "sent", "talk"),
    [
        pytest.param(WebSettings(), SENT, "", id="bodies"),
        pytest.param(WebSettings(), SENT[:4], "x" * 32, id="an unknown conversation goes before the body"),
        pytest.param(WebSettings(), SENT[:7], "x", id="no id at all"),
        pytest.param(WebSettings(client_rate=Rate(0.001, 3)), SENT[3:9], "", id="too often goes before both"),
        pytest.param(WebSettings(session_rate=Rate(0.001, 2)), SENT[:5], "", id="too often in one conversation"),
    ],
)
async def test_answers_are_those_of_fastapis_own_way(
    settings: WebSettings, sent: list[tuple[bytes, str]], talk: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = await answers(settings, sent, talk)
    monkeypatch.setattr(MessageRoute, "get_route_handler", APIRoute.get_route_handler)
    assert ours == await answers(settings, sent, talk)
    assert len({status for status, _ in ours}) > 1 or talk
