"""The agents' desk over HTTP: the way to a person and back, in order, with nothing lost, and who may do what."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.agents import PASSWORD, StaffedBank


class House:
    """A gateway with a customer's client and one for each of the staff."""

    def __init__(self, bank: StaffedBank, transport: httpx.ASGITransport) -> None:
        self.bank, self._transport = bank, transport
        self._clients: list[httpx.AsyncClient] = []
        self._csrf: dict[str, str] = {}
        self.staff: dict[str, httpx.AsyncClient] = {}
        self.customer = self._client()
        self.session = ""
        self._said = 0

    def _client(self) -> httpx.AsyncClient:
        client = httpx.AsyncClient(transport=self._transport, base_url="http://bank.test")
        self._clients.append(client)
        return client

    async def close(self) -> None:
        for client in self._clients:
            await client.aclose()

    async def sign_in(self, *names: str, ready: bool = True) -> None:
        for name in names:
            client = self.staff[name] = self._client()
            answer = await client.post("/api/v1/staff/session", json={"name": name, "password": PASSWORD})
            assert answer.status_code == 201
            client.headers["X-CSRF-Token"] = answer.json()["csrf"]
            if ready:
                assert (await client.post("/api/v1/desk/me", json={"ready": True})).status_code == 200

    async def say(self, text: str, payload: str = "") -> dict[str, Any]:
        if not self.session:
            self.session = (await self.customer.post("/api/v1/sessions", json={})).json()["session"]
        self._said += 1
        body = {"message_id": f"m{self._said}", "text": text, "payload": payload}
        answer = await self.customer.post(f"/api/v1/sessions/{self.session}/messages", json=body)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def history(self) -> list[tuple[str, str, str]]:
        """What the customer said, what came back, and who spoke."""
        answer = await self.customer.get(f"/api/v1/sessions/{self.session}/messages?limit=200")
        return [(i["text"], i["message"]["text"], i["message"]["speaker"]) for i in answer.json()["items"]]

    async def desk(self, name: str, method: str, path: str, body: Any = None, want: int = 200) -> Any:
        answer = await self.staff[name].request(method, f"/api/v1/desk{path}", json=body)
        assert answer.status_code == want, answer.text
        return answer.json() if answer.content else None

    async def waiting(self, name: str) -> str:
        """The id of the only one who waits."""
        [line] = (await self.desk(name, "GET", "/state"))["waiting"]
        return str(line["id"])


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    bank = StaffedBank(tmp_path)
    bank.hire()
    made = House(bank, httpx.ASGITransport(bank.app(), raise_app_exceptions=False))
    yield made
    await made.close()
    bank.store.close()


async def test_the_way_to_a_person_and_back_stands_in_order(house: House) -> None:
    await house.sign_in("小林")
    await house.say("稳盈1号起购金额")
    told = await house.say("转人工")
    assert "前面还有0位" in told["message"]["text"] and told["outcome"] == "handoff"
    assert [c["label"] for c in told["message"]["choices"]] == ["不用人工了"]
    assert (await house.say("年费呢"))["message"]["text"] == "机器答：年费呢"
    handoff = await house.waiting("小林")
    await house.desk("小林", "POST", f"/handoffs/{handoff}/accept")
    silent = await house.say("在吗")
    assert (silent["message"]["text"], house.bank.bot.seen[-1]) == ("", "年费呢")
    body = {"message_id": "a1", "text": "您好，请讲"}
    await house.desk("小林", "POST", f"/handoffs/{handoff}/messages", body)
    await house.desk("小林", "POST", f"/handoffs/{handoff}/messages", body)
    await house.say("想改手机号")
    await house.desk("小林", "POST", f"/handoffs/{handoff}/return")
    assert (await house.say("", "desk:rate:5"))["message"]["text"] == "感谢您的评价！"
    assert (await house.say("那没事了"))["message"]["text"] == "机器答：那没事了"
    said = await house.history()
    assert [text for text, _, _ in said] == [
        "稳盈1号起购金额",
        "转人工",
        "年费呢",
        "",
        "在吗",
        "",
        "想改手机号",
        "",
        "",
        "",
        "那没事了",
    ]
    assert said[3][1] == "人工客服小林（坐席）已接入，为您服务。"
    assert said[5] == ("", "您好，请讲", "小林（坐席）")
    assert said[7][1].startswith("人工服务已结束") and said[8][1].startswith("请您评价")
    shown = await house.desk("小林", "GET", f"/handoffs/{handoff}")
    assert (shown["state"], shown["code"], shown["score"]) == ("ended", "returned", 5)
    assert [h["kind"] for h in shown["story"]] == [
        "opened",
        "Accept",
        "AgentSaid",
        "CustomerSaid",
        "Return",
        "Rated",
    ]
    assert shown["summary"][0]["facts"] == ["稳盈1号·起购金额：1万元｜说明书第三节"]
