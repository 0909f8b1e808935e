"""The agents' desk over HTTP: the way to a person and back, in order, with nothing lost, and who may do what."""

from __future__ import annotations

import asyncio
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


async def test_of_two_who_take_the_same_customer_one_wins(house: House) -> None:
    await house.sign_in("小林", "小周")
    await house.say("转人工")
    handoff = await house.waiting("小林")
    tries = [house.staff[n].post(f"/api/v1/desk/handoffs/{handoff}/accept") for n in ("小林", "小周")]
    answers = await asyncio.gather(*tries)
    assert sorted(a.status_code for a in answers) == [200, 409]
    said = [text for _, text, _ in await house.history() if "已接入" in text]
    assert len(said) == 1


async def test_who_may_do_what(house: House) -> None:
    await house.sign_in("编辑", ready=False)
    await house.sign_in("小林", "小周", "主管")
    await house.say("转人工")
    handoff = await house.waiting("小林")
    await house.desk("编辑", "GET", "/state", want=403)
    assert (await house.customer.get("/api/v1/desk/state")).status_code == 401
    bare = await house.staff["小林"].post(f"/api/v1/desk/handoffs/{handoff}/accept", headers={"X-CSRF-Token": ""})
    assert bare.status_code == 403
    await house.desk("小林", "POST", f"/handoffs/{handoff}/accept")
    await house.desk("小周", "GET", f"/handoffs/{handoff}", want=403)
    await house.desk("小周", "POST", f"/handoffs/{handoff}/takeover", want=403)
    await house.desk("小周", "POST", f"/handoffs/{handoff}/messages", {"message_id": "x", "text": "我来"}, want=409)
    assert (await house.desk("主管", "GET", f"/handoffs/{handoff}"))["agent"] == "小林"
    assert (await house.desk("主管", "POST", f"/handoffs/{handoff}/takeover"))["agent"] == "主管"
    refused = await house.desk("小林", "POST", f"/handoffs/{handoff}/return", want=409)
    assert "主管" in refused["detail"]
    await house.desk("小林", "GET", "/overview", want=403)
    await house.desk("小林", "GET", f"/handoffs/{'0' * 32}", want=404)


async def test_where_nobody_is_there_the_message_waits_for_who_comes(house: House) -> None:
    told = await house.say("转人工")
    assert "11月23日（周一）13:00前联系您" in told["message"]["text"]
    assert (await house.say("我的卡被吞了"))["message"]["text"] == "机器答：我的卡被吞了"
    await house.sign_in("小林")
    [line] = (await house.desk("小林", "GET", "/state"))["waiting"]
    assert (line["state"], line["preview"]) == ("message", "我的卡被吞了")
    await house.desk("小林", "POST", f"/handoffs/{line['id']}/accept")
    await house.desk("小林", "POST", f"/handoffs/{line['id']}/messages", {"message_id": "1", "text": "您好"})
    assert (await house.history())[-1] == ("", "您好", "小林（坐席）")


async def test_failures_in_a_row_call_a_person_one_does_not(house: House) -> None:
    await house.sign_in("小林")
    assert "前面" not in (await house.say("嗯嗯啊啊"))["message"]["text"]
    assert "前面" not in (await house.say("年费"))["message"]["text"]
    await house.say("嗯嗯啊啊")
    told = (await house.say("嗯嗯啊啊"))["message"]["text"]
    assert told.startswith("没有明白\n正在为您转接人工客服")
    assert (await house.desk("小林", "GET", "/state"))["waiting"][0]["reason"] == "failures"


async def test_two_things_that_the_graph_does_not_have_are_failures_in_a_row(house: House) -> None:
    await house.sign_in("小林")
    assert (await house.say("稳盈9号的门槛"))["outcome"] == "unanswerable"
    assert "正在为您转接人工客服" in (await house.say("稳盈9号的门槛"))["message"]["text"]


async def test_failures_call_nobody_where_nobody_is_there(house: House) -> None:
    await house.say("嗯嗯啊啊")
    assert (await house.say("嗯嗯啊啊"))["message"]["text"] == "没有明白"


@pytest.mark.parametrize(
    ("words", "reason", "own"), [("我要投诉", "complaint", "很抱歉"), ("活不下去了", "distress", "我很担心您")]
)
async def test_trouble_goes_to_its_skill_and_keeps_the_bots_words(
    house: House, words: str, reason: str, own: str
) -> None:
    await house.sign_in("小林")
    assert (await house.say(words))["message"]["text"].startswith(own)
    [line] = (await house.desk("小林", "GET", "/state"))["waiting"]
    assert (line["reason"], line["skill"]) == (reason, "投诉")


@pytest.mark.parametrize(("text", "payload"), [("不用人工了", ""), ("", "desk:cancel")])
async def test_who_does_not_want_to_wait_any_more_says_so(house: House, text: str, payload: str) -> None:
    await house.sign_in("小林")
    await house.say("转人工")
    assert (await house.say(text, payload))["message"]["text"].startswith("好的，已取消")
    assert (await house.desk("小林", "GET", "/state"))["waiting"] == []


async def test_asking_again_tells_the_place_and_makes_no_second_handoff(house: House) -> None:
    await house.sign_in("小林")
    await house.say("转人工")
    assert "前面还有0位" in (await house.say("转人工"))["message"]["text"]
    assert len((await house.desk("小林", "GET", "/state"))["waiting"]) == 1


async def test_a_turn_that_began_before_the_agent_came_is_silent(house: House) -> None:
    await house.sign_in("小林")
    await house.say("转人工")
    handoff = await house.waiting("小林")

    async def accepted() -> None:
        await house.desk("小林", "POST", f"/handoffs/{handoff}/accept")

    house.bank.bot.during = accepted
    assert (await house.say("年费是多少"))["message"]["text"] == ""
    assert [text for _, text, _ in await house.history()][-1] == ""


async def test_everything_stands_after_the_process_died(house: House, tmp_path: Path) -> None:
    await house.sign_in("小林")
    await house.say("转人工")
    handoff = await house.waiting("小林")
    await house.desk("小林", "POST", f"/handoffs/{handoff}/accept")
    await house.say("还在吗")
    again = StaffedBank(tmp_path)
    transport = httpx.ASGITransport(again.app(), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://bank.test") as client:
        client.cookies = house.staff["小林"].cookies
        client.headers["X-CSRF-Token"] = house.staff["小林"].headers["X-CSRF-Token"]
        [mine] = (await client.get("/api/v1/desk/state")).json()["mine"]
        assert (mine["id"], mine["preview"]) == (handoff, "还在吗")
        body = {"message_id": "1", "text": "在的"}
        assert (await client.post(f"/api/v1/desk/handoffs/{handoff}/messages", json=body)).status_code == 200
    again.store.close()
    assert (await house.history())[-1][1:] == ("在的", "小林（坐席）")


async def test_time_moves_what_nobody_moves(house: House) -> None:
    await house.sign_in("小林", "小周")
    await house.say("转人工")
    service = house.bank.service
    assert len(service.round()) == 1
    [line] = (await house.desk("小林", "GET", "/state"))["waiting"]
    first = line["agent"]
    house.bank.later(seconds=31)
    await house.desk("小林", "GET", "/state")
    await house.desk("小周", "GET", "/state")
    service.round()
    service.round()
    [line] = (await house.desk("小林", "GET", "/state"))["waiting"]
    assert line["state"] == "offered" and line["agent"] != first
    house.bank.later(minutes=11)
    service.round()
    service.round()
    [line] = (await house.desk("小林", "GET", "/state"))["waiting"]
    assert line["state"] == "message" and "客服现在都在忙" in (await house.history())[-1][1]


async def test_a_transfer_keeps_the_bot_silent_and_asks_the_colleague(house: House) -> None:
    await house.sign_in("小林", "小周")
    await house.say("转人工")
    handoff = await house.waiting("小林")
    await house.desk("小林", "POST", f"/handoffs/{handoff}/accept")
    await house.desk("小林", "POST", f"/handoffs/{handoff}/transfer", {"to": "没有的人"}, want=422)
    await house.desk("小林", "POST", f"/handoffs/{handoff}/transfer", {"to": "小周"})
    assert (await house.say("喂"))["message"]["text"] == ""
    house.bank.service.round()
    [line] = (await house.desk("小周", "GET", "/state"))["waiting"]
    assert (line["agent"], line["transfers"], line["preview"]) == ("小周", 1, "喂")
    await house.desk("小周", "POST", f"/handoffs/{handoff}/accept")
    assert "小周（坐席）" in (await house.history())[-1][1]


async def test_beside_the_conversation(house: House) -> None:
    await house.sign_in("小林")
    await house.say("我的手机号是13812345678，稳盈1号起购金额")
    await house.say("转人工")
    handoff = await house.waiting("小林")
    await house.desk("小林", "POST", f"/handoffs/{handoff}/accept")
    await house.say("那年费呢")
    before = len(await house.history())
    made = await house.desk("小林", "POST", f"/handoffs/{handoff}/suggestion", {})
    assert (made["asked"], made["text"]) == ("那年费呢", "机器答：那年费呢")
    assert [s["document"] for s in made["sources"]] == ["说明书"]
    assert house.bank.bot.seen[-1] == "那年费呢" and len(await house.history()) == before
    [note] = await house.desk("小林", "POST", f"/handoffs/{handoff}/notes", {"text": "回电 13812345678"}, want=201)
    assert "13812345678" not in note["text"]
    found = await house.desk("小林", "GET", f"/handoffs/{handoff}/past?q=起购")
    assert len(found) == 1 and "13812345678" not in found[0]["text"]
    assert await house.desk("小林", "GET", f"/handoffs/{handoff}/past?q=没有这个词") == []
    assert (await house.desk("小林", "GET", f"/handoffs/{handoff}/window")) == {"left": None, "until": None}
    config = await house.desk("小林", "GET", "/config")
    assert config["codes"]["solved"] == "已解决" and config["replies"]["问候"]
    await house.desk("小林", "POST", "/me", {"ready": True, "skills": ["没有"]}, want=422)


async def test_the_supervisor_sees_figures_and_everybody_live(house: House) -> None:
    await house.sign_in("小林", "主管")
    await house.say("转人工")
    handoff = await house.waiting("小林")
    assert [line["id"] for line in await house.desk("主管", "GET", "/live")] == [handoff]
    house.bank.later(seconds=20)
    await house.desk("小林", "POST", f"/handoffs/{handoff}/accept")
    house.bank.later(seconds=100)
    await house.desk("小林", "POST", f"/handoffs/{handoff}/close", {"code": "solved"})
    await house.say("", "desk:rate:4")
    figures = await house.desk("主管", "GET", "/overview?days=1")
    whole = figures["whole"]
    assert (whole["handoffs"], whole["accepted"], whole["level"], whole["satisfaction"]) == (1, 1, 1.0, 4.0)
    assert (whole["mean_wait"], whole["mean_talk"]) == (20.0, 100.0)
    assert figures["reasons"] == {"asked": 1} and figures["codes"] == {"solved": 1}
    assert figures["hourly"] and sum(p["handoffs"] for p in figures["points"]) == 1
    assert [a["name"] for a in figures["agents"]] == ["小林"]
