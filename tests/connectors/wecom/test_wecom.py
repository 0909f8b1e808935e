"""微信客服 and app messages through the simulated platform."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from connectors.channels.hub import Channels
from connectors.channels.ports import Refused
from connectors.simulators.faults import Fault
from connectors.simulators.wecom import BOT, ENDED, PERSON, WeComPlatform
from connectors.simulators.wecom_app import wecom_app
from connectors.web import problems
from connectors.wecom import routes
from connectors.wecom.adapters import AppAdapter, KfAdapter
from connectors.wecom.api import ServiceState, WeComApi
from connectors.wecom.cursors import Cursors
from connectors.wecom.puller import Puller
from connectors.wecom.service import WeComAccount
from connectors.wecom.settings import WeComSettings
from dialogue.store import Store
from kg.answer import Outcome
from tests.support.channels import AES_KEY, SEAL, TODAY, SetClock, StoredEngine

SEND = "/cgi-bin/kf/send_msg"
SETTINGS = WeComSettings(
    name="main",
    corpid="ww12345678910",
    token="FinKGtoken2024",
    aes_key=AES_KEY,
    secret="s3cret",
    agent_id=7,
    servicers=("zhang",),
    api="http://wecom.test",
)


@dataclass
class Office:
    """The bot and the platform."""

    clock: SetClock
    engine: StoredEngine
    channels: Channels
    platform: WeComPlatform
    account: WeComAccount
    api: WeComApi

    def screen(self, user: str = "c1") -> list[str]:
        return [line["text"] for line in self.platform.customer(user).screen if line["from"] != "user"]

    async def settle(self, seconds: float = 0.0) -> None:
        self.clock.pass_by(seconds)
        while self.account.at_work:
            await asyncio.gather(*self.account.at_work)
        for entry_id in self.channels.inbox.waiting():
            self.channels.runner.begin(entry_id)
        while self.channels.runner.at_work:
            await asyncio.gather(*self.channels.runner.at_work)
        while await self.channels.sender.round():
            pass


@asynccontextmanager
async def office(tmp_path: Path, settings: WeComSettings = SETTINGS) -> AsyncIterator[Office]:
    store = Store.open(f"sqlite:///{tmp_path / 'jinwen.db'}")
    clock, engine, app = SetClock(), StoredEngine(store), FastAPI()
    channels = Channels(engine, store, lambda: TODAY, SEAL, clock)
    problems.install(app)
    async with (
        httpx.AsyncClient(transport=httpx.ASGITransport(app)) as bot,
    ):
        platform = WeComPlatform(settings, "http://bot.test/wecom/main", bot, clock=lambda: clock().timestamp())
        async with httpx.AsyncClient(transport=httpx.ASGITransport(wecom_app(platform))) as outside:
            api = WeComApi(settings, outside, store.engine, clock)
            channels.add(KfAdapter(settings, api))
            channels.add(AppAdapter(settings, api))
            puller = Puller(
                settings,
                api,
                channels.runner,
                inbox=channels.inbox,
                deliveries=channels.deliveries,
                cursors=Cursors(store.engine, "test", clock),
                clock=clock,
            )
            account = WeComAccount(settings, puller, channels.runner, channels.inbox, clock=clock)
            app.include_router(routes.router({"main": account}))
            made = Office(clock, engine, channels, platform, account, api)
            yield made
            await made.settle()
    store.close()


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Office]:
    async with office(tmp_path) as made:
        yield made


async def test_address_is_verified_with_the_plain_text(desk: Office) -> None:
    assert await desk.platform.check_address()
    wrong = await desk.platform.client.get(desk.platform.callback, params={"echostr": "x", "msg_signature": "y"})
    assert wrong.status_code == 403


async def test_plus_in_the_echo_that_arrives_as_a_blank(desk: Office) -> None:
    crypto = desk.platform._crypto()
    sealed = next(s for s in (crypto.seal(b"777") for _ in range(200)) if "+" in s)
    query = {**desk.platform._signed(sealed), "echostr": sealed.replace("+", " ")}
    assert desk.account.echo(query) == b"777"


async def test_question_is_fetched_and_answered(desk: Office) -> None:
    await desk.platform.say("c1", "稳盈1号起购金额是多少")
    await desk.settle()
    assert desk.screen()[0].startswith("稳盈1号的起购金额：1万元")
    assert desk.platform.customer("c1").state == BOT
    assert [t.channel for t in desk.engine.turns] == ["wecom_kf"]


async def test_choices_are_a_menu_and_a_click_asks(desk: Office) -> None:
    await desk.platform.say("c1", "定期存款")
    await desk.settle()
    menu = desk.platform.customer("c1").screen[-1]["menu"]
    assert [item["content"] for item in menu] == ["利率", "起存金额", "提前支取"]
    await desk.platform.say("c1", "起存金额", menu_id="2")
    await desk.settle()
    assert desk.engine.turns[-1].text == "起存金额"


async def test_all_pages_are_read_also_after_an_empty_one(desk: Office) -> None:
    desk.platform.page_size = 2
    for number in range(5):
        await desk.platform.say(f"c{number}", f"第{number}问", notify=False)
    pages = []
    original = desk.platform.sync

    def with_an_empty_page(body: dict[str, object]) -> dict[str, object]:
        pages.append(body.get("cursor"))
        if len(pages) == 2:
            return {"next_cursor": body["cursor"], "has_more": 1, "msg_list": []}
        return original(body)

    app = wecom_app(desk.platform)
    desk.platform.sync = with_an_empty_page  # type: ignore[method-assign, assignment]
    desk.api._client = httpx.AsyncClient(transport=httpx.ASGITransport(wecom_app(desk.platform)))
    assert app
    await desk.platform.notify()
    await desk.settle()
    assert sorted(t.text for t in desk.engine.turns) == [f"第{n}问" for n in range(5)]
    assert pages == [None, "2", "2", "4"]
    await desk.platform.say("c9", "再问")
    await desk.settle()
    assert pages[4:] == ["5"]  # from where it stopped
    await desk.api._client.aclose()


async def test_backlog_of_the_first_read_is_not_answered(desk: Office) -> None:
    await desk.platform.say("c1", "三天前问的", notify=False)
    desk.clock.pass_by(2 * 86_400)
    await desk.platform.say("c1", "现在问的")
    await desk.settle()
    assert [t.text for t in desk.engine.turns] == ["现在问的"]


async def test_what_came_while_away_is_answered_after_a_restart(tmp_path: Path) -> None:
    async with office(tmp_path) as desk:
        await desk.platform.say("c1", "第一问")
        await desk.settle()
        desk.clock.pass_by(3600)
        await desk.platform.say("c1", "没人听见的", notify=False)
        desk.clock.pass_by(3600)
        await desk.account.puller.catch_up()
        await desk.settle()
        assert [t.text for t in desk.engine.turns] == ["第一问", "没人听见的"]


async def test_callbacks_at_once_answer_each_message_once(desk: Office) -> None:
    await desk.platform.say("c1", "你好", notify=False)
    await asyncio.gather(*(desk.platform.notify() for _ in range(6)))
    await desk.settle()
    assert (len(desk.engine.turns), len(desk.screen())) == (1, 1)


async def test_servicer_messages_and_persons_are_left_alone(desk: Office) -> None:
    desk.platform.put("c1", {"origin": 5, "msgtype": "text", "text": {"content": "我是客服小张"}})
    await desk.platform.notify()
    await desk.settle()
    desk.platform.customer("c1").state = PERSON
    await desk.platform.say("c1", "张经理在吗")
    await desk.settle()
    assert (desk.engine.turns, desk.screen()) == ([], [])
    desk.platform.customer("c1").state = ENDED
    await desk.platform.say("c1", "机器人在吗")
    await desk.settle()
    assert [t.text for t in desk.engine.turns] == ["机器人在吗"]


async def test_conversation_goes_to_a_person_and_back(desk: Office) -> None:
    await desk.platform.say("c1", "转人工")
    await desk.settle()
    await desk.api.move("wk-demo", "c1", ServiceState.PERSON, "zhang")
    assert await desk.api.state("wk-demo", "c1") is ServiceState.PERSON
    await desk.platform.say("c2", "x")
    await desk.settle()
    with pytest.raises(Refused) as refused:
        await desk.api.move("wk-demo", "c2", ServiceState.PERSON, "li")
    assert refused.value.code == "95014"  # the servicer is not activated


async def test_welcome_once_with_its_code(desk: Office) -> None:
    await desk.platform.enter("c1", "branch-3")
    await desk.settle()
    assert len(desk.screen()) == 1
    assert "金问" in desk.screen()[0]
    found = desk.channels.addresses.find("wecom_kf", "main", "wk-demo|c1")
    assert found and found.scene == "branch-3"
    desk.platform.items.append(desk.platform.items[-1])
    await desk.platform.notify()
    await desk.settle()
    assert len(desk.screen()) == 1


async def test_silence_of_the_platform_is_sent_again_under_the_same_key(desk: Office) -> None:
    desk.platform.faults.plan(SEND, Fault(status=500, after=True), Fault(status=502))
    await desk.platform.say("c1", "你好")
    await desk.settle()
    await desk.settle(10)
    await desk.settle(10)
    assert desk.screen() == ["您说的是：你好"]
    [sent] = desk.channels.deliveries.of_session(desk.engine.turns[0].session)
    assert (sent.state.value, sent.attempts) == ("sent", 3)


async def test_killed_in_the_middle_of_sending_is_sent_once(desk: Office) -> None:
    await desk.platform.say("c1", "你好")
    while desk.account.at_work:
        await asyncio.gather(*desk.account.at_work)
    while desk.channels.runner.at_work:
        await asyncio.gather(*desk.channels.runner.at_work)
    claimed = desk.channels.deliveries.claim(1, lambda _c, _a: True)
    assert claimed
    await desk.channels.adapters["wecom_kf", "main"].send(claimed)  # it left; and then the process is gone
    await desk.settle(31)
    assert desk.screen() == ["您说的是：你好"]
    assert [d.state.value for d in desk.channels.deliveries.of_session(desk.engine.turns[0].session)] == ["sent"]


@pytest.mark.parametrize("code", [95001, 95002, 95018])
async def test_refused_messages_come_with_the_next_one(desk: Office, code: int) -> None:
    desk.platform.faults.plan(SEND, Fault(code=code))
    await desk.platform.say("c1", "你好")
    await desk.settle(60)
    assert desk.screen() == []
    await desk.platform.say("c1", "在吗")
    await desk.settle()
    assert desk.screen() == ["您说的是：你好", "您说的是：在吗"]


async def test_report_of_a_failure_is_noted(desk: Office) -> None:
    await desk.platform.say("c1", "你好")
    await desk.settle()
    [key] = desk.platform.taken
    desk.platform.system({"event_type": "msg_send_fail", "fail_msgid": key, "fail_type": 4})
    await desk.platform.notify()
    await desk.settle()
    [found] = desk.channels.deliveries.of_session(desk.engine.turns[0].session)
    assert (found.state.value, found.code) == ("failed", "fail-4")


async def test_image_is_refused_with_a_word(desk: Office) -> None:
    desk.platform.put("c1", {"origin": 3, "msgtype": "image", "image": {"media_id": "m"}})
    await desk.platform.notify()
    await desk.settle()
    assert "看不了图片" in desk.screen()[0]


async def test_member_of_the_company_asks_and_is_told(desk: Office) -> None:
    assert await desk.platform.write_to_app("manager-li", "稳盈1号起购金额是多少") == 200
    await desk.settle()
    assert desk.platform.members["manager-li"][0].startswith("稳盈1号的起购金额：1万元")
    assert desk.engine.turns[0].channel == "wecom_app"


async def test_callbacks_that_are_none_are_refused(desk: Office) -> None:
    fields: dict[str, str | int] = {"ToUserName": "ww0", "MsgType": "event", "Event": "kf_msg_or_event"}
    assert await desk.platform.call(fields) == 403
    fields["ToUserName"] = SETTINGS.corpid
    sealed = desk.platform._crypto().seal(b"<xml></xml>")
    answer = await desk.platform.client.post(desk.platform.callback, params=desk.platform._signed(sealed), content="no")
    assert answer.status_code == 400
    old = desk.platform._signed(sealed)
    desk.clock.pass_by(301)
    body = f"<xml><Encrypt>{desk.platform._crypto().seal(b'<xml/>')}</Encrypt></xml>"
    assert (await desk.platform.client.post(desk.platform.callback, params=old, content=body)).status_code == 403
    assert desk.engine.turns == []


async def test_who_asks_for_a_person_is_queued_after_the_words_have_gone(tmp_path: Path) -> None:
    async with office(tmp_path, replace(SETTINGS, transfer=True)) as desk:
        desk.engine.outcome = lambda turn: Outcome.HANDOFF if turn.text == "转人工" else None
        await desk.platform.say("c1", "你好")
        await desk.settle()
        assert await desk.api.state("wk-demo", "c1") is ServiceState.BOT
        await desk.platform.say("c1", "转人工")
        await desk.settle()
        assert desk.screen()[-1] == "您说的是：转人工"
        assert await desk.api.state("wk-demo", "c1") is ServiceState.QUEUE
        await desk.platform.say("c1", "还在吗")  # a person's business now
        await desk.settle()
        assert len(desk.engine.turns) == 2
        await desk.api.move("wk-demo", "c1", ServiceState.PERSON, "zhang")
        await desk.api.move("wk-demo", "c1", ServiceState.ENDED)
        await desk.platform.say("c1", "机器人在吗")
        await desk.settle()
        assert desk.engine.turns[-1].text == "机器人在吗"
        assert await desk.api.state("wk-demo", "c1") is ServiceState.BOT


async def test_queue_that_refuses_leaves_the_words_said(tmp_path: Path) -> None:
    async with office(tmp_path, replace(SETTINGS, transfer=True)) as desk:
        desk.engine.outcome = lambda _turn: Outcome.HANDOFF
        desk.platform.faults.plan("/cgi-bin/kf/service_state/trans", Fault(), Fault(code=95016))
        await desk.platform.say("c1", "转人工")
        await desk.settle()
        assert desk.screen()[-1] == "您说的是：转人工"
