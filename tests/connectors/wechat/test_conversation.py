"""Talking through the simulated platform: what a user of the account sees."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from connectors.simulators.wechat import UNAVAILABLE
from connectors.simulators.wechat_rules import TRANSFERRED
from connectors.wechat.service import Timing
from connectors.wechat.settings import Mode
from connectors.wechat.xml import write_xml
from dialogue.message import Message, QuickReply
from kg.answer import Outcome
from tests.support.channels import Scene, wechat_scene, wechat_settings

SHORT = Timing(wait=0.15, hold=0.3)
HANDED = {"转人工": Outcome.HANDOFF}


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    async with wechat_scene(tmp_path) as made:
        yield made


@pytest.mark.parametrize("mode", list(Mode))
async def test_address_is_verified_and_a_question_answered(tmp_path: Path, mode: Mode) -> None:
    async with wechat_scene(tmp_path, wechat_settings(mode=mode)) as scene:
        assert await scene.platform.check_address()
        await scene.say("稳盈1号起购金额是多少")
        [reply] = scene.screen()
        assert reply.startswith("稳盈1号的起购金额：1万元")
        assert "来源：云杉银行理财产品说明书" in reply
        assert scene.states() == [("sent", "")]
        [turn] = scene.engine.turns
        assert (turn.channel, turn.text, turn.today.isoformat()) == ("wechat", "稳盈1号起购金额是多少", "2026-11-20")
        assert turn.trace_id == ""  # no edge in this test


async def test_turn_and_outbox_know_it_was_sent(scene: Scene) -> None:
    await scene.say("你好")
    assert scene.store.unsent() == []
    [item] = scene.store.outbox_after(scene.engine.turns[0].session, 0)
    assert item.sent_at is not None


async def test_what_was_said_is_forgotten_by_the_inbox(scene: Scene) -> None:
    await scene.say("我的手机号是13800138000")
    assert scene.channels.inbox.get(1).body == {}


async def test_a_number_answers_choices(scene: Scene) -> None:
    await scene.say("定期存款")
    assert "2. 起存金额" in scene.screen()[0]
    await scene.say("２")
    assert (scene.engine.turns[-1].text, scene.engine.turns[-1].payload) == ("定期存款的起存金额", "c.2")
    await scene.say("2")
    assert scene.engine.turns[-1].text == "2"  # the choices are over


async def test_long_replies_come_in_order_in_several_messages(tmp_path: Path) -> None:
    sentences = "".join(f"第{number}条规定如下，请仔细阅读。" for number in range(250))
    async with wechat_scene(tmp_path, answer=lambda _turn: Message(sentences)) as scene:
        await scene.say("全文")
        await scene.settle(10)
        assert len(scene.screen()) > 4
        assert "".join(scene.screen()) == sentences
        assert all(len(piece.encode()) <= 2000 and piece.endswith("。") for piece in scene.screen())


@pytest.mark.parametrize(
    ("fields", "notice"),
    [
        ({"MsgType": "image", "PicUrl": "http://169.254.169.254/", "MediaId": "m"}, "看不了图片"),
        ({"MsgType": "voice", "MediaId": "m", "Format": "amr", "Recognition": ""}, "听不清"),
        ({"MsgType": "video", "MediaId": "m", "ThumbMediaId": "t"}, "看不了视频"),
        ({"MsgType": "shortvideo", "MediaId": "m", "ThumbMediaId": "t"}, "看不了视频"),
        ({"MsgType": "location", "Location_X": "23.1", "Location_Y": "113.3", "Scale": "20", "Label": "x"}, "位置"),
        ({"MsgType": "link", "Title": "t", "Description": "d", "Url": "http://x.example/"}, "不会打开链接"),
        ({"MsgType": "hologram"}, "看不懂"),
    ],
)
async def test_what_cannot_be_read_is_refused_with_a_word(scene: Scene, fields: dict[str, str], notice: str) -> None:
    await scene.platform.message("o-1", fields)
    [reply] = scene.screen()
    assert notice in reply
    assert scene.engine.turns == []
    [item] = scene.store.outbox_after("wechat-" + scene.channels.addresses.find("wechat", "main", "o-1").id[:40], 0)  # type: ignore[union-attr]
    assert notice in item.payload["message"]["text"]  # it stands in the transcript


async def test_recognised_voice_is_a_question(scene: Scene) -> None:
    await scene.platform.message("o-1", {"MsgType": "voice", "MediaId": "m", "Recognition": "卡丢了怎么办"})
    assert "挂失" in scene.screen()[0]


async def test_subscription_greets_and_keeps_the_scene(scene: Scene) -> None:
    await scene.platform.event("o-1", "subscribe", EventKey="qrscene_branch-7", Ticket="T")
    assert "金问" in scene.screen()[0]
    found = scene.channels.addresses.find("wechat", "main", "o-1")
    assert found and (found.scene, found.following) == ("branch-7", True)
    await scene.platform.event("o-1", "unsubscribe")
    found = scene.channels.addresses.find("wechat", "main", "o-1")
    assert found and (found.scene, found.following) == ("branch-7", False)


async def test_menu_clicks_ask_their_question(scene: Scene) -> None:
    await scene.platform.event("o-1", "CLICK", EventKey="rates")
    assert scene.engine.turns[0].text == "定期存款利率是多少"
    await scene.platform.event("o-1", "CLICK", EventKey="nothing known")
    assert "欢迎回来" in scene.screen()[1]


@pytest.mark.parametrize("event", ["VIEW", "LOCATION", "TEMPLATESENDJOBFINISH", "kf_create_session", "never_seen"])
async def test_events_that_ask_nothing_get_success(scene: Scene, event: str) -> None:
    await scene.platform.event("o-1", event, EventKey="http://x.example", Status="success")
    assert (scene.platform.attempts[-1].answer, scene.screen()) == ("success", [])


async def test_three_deliveries_of_one_message_get_one_answer(scene: Scene) -> None:
    scene.platform.user("o-1")
    fields = {"MsgType": "text", "Content": "你好", "MsgId": "24000000000000009"}
    for _ in range(3):
        await scene.platform.deliver("o-1", fields)
    assert len(scene.engine.turns) == 1
    assert [a.status for a in scene.platform.attempts] == [200] * 3
    assert len(set(scene.screen())) == 1  # the same cached reply each time
    await scene.settle(60)
    assert len(scene.screen()) == 3  # nothing by another way


async def test_repeated_after_ten_minutes_gets_no_second_answer(scene: Scene) -> None:
    fields = {"MsgType": "text", "Content": "你好", "MsgId": "24000000000000009"}
    await scene.platform.deliver("o-1", fields)
    scene.clock.pass_by(601)
    await scene.platform.deliver("o-1", fields)
    assert scene.platform.attempts[-1].answer == "success"
    assert len(scene.engine.turns) == 1


async def test_slow_answer_is_announced_and_comes_by_customer_service(tmp_path: Path) -> None:
    async with wechat_scene(tmp_path, timing=SHORT) as scene:
        scene.engine.gate.clear()
        await scene.say("比较稳盈1号和稳盈2号")
        assert scene.screen() == ["正在查询，请稍候，答案马上发给您。"]
        assert len(scene.platform.attempts) == 1
        scene.engine.gate.set()
        await scene.settle()
        assert "风险等级：R3" in scene.screen()[1]
        assert (len(scene.screen()), scene.states()) == (2, [("sent", "")])


async def test_slow_answer_without_customer_service_comes_with_the_third_request(tmp_path: Path) -> None:
    settings = wechat_settings(customer_service=False)
    async with wechat_scene(tmp_path, settings, timing=SHORT, patience=0.3) as scene:
        scene.engine.gate.clear()
        call = scene.platform.call

        async def counted(*given: object) -> object:
            if len(scene.platform.attempts) == 2:
                scene.clock.pass_by(10)
                scene.engine.gate.set()
            return await call(*given)  # type: ignore[arg-type]

        scene.platform.call = counted  # type: ignore[method-assign, assignment]
        await scene.say("你好")
        assert [a.status for a in scene.platform.attempts] == [0, 0, 200]
        assert scene.screen() == ["您说的是：你好"]


async def test_very_slow_answer_without_customer_service_waits_for_the_user(tmp_path: Path) -> None:
    settings = wechat_settings(customer_service=False)
    async with wechat_scene(tmp_path, settings, timing=SHORT, patience=0.6) as scene:
        scene.engine.gate.clear()
        entry = {"MsgType": "text", "Content": "你好", "MsgId": "77"}
        attempt = await scene.platform.call(*scene.platform.wrapped(_xml(scene, entry)))
        assert attempt.status == 503
        scene.clock.pass_by(10)
        await scene.platform.deliver("o-1", entry)
        assert "回复“查看”" in scene.screen()[0]
        scene.engine.gate.set()
        await scene.settle()
        assert len(scene.screen()) == 1  # the account may not write by itself
        await scene.say("查看")
        assert scene.screen()[1] == "您说的是：你好"
        await scene.say("查看")
        assert "没有等您查看" in scene.screen()[2]
        assert [t.text for t in scene.engine.turns] == ["你好"]


async def test_conversation_stays_in_order_when_the_bot_is_busy(tmp_path: Path) -> None:
    async with wechat_scene(tmp_path, timing=SHORT) as scene:
        scene.engine.gate.clear()
        await asyncio.gather(*(scene.say(f"第{n}问") for n in range(3)))
        scene.engine.gate.set()
        await scene.settle()
        said = [line["text"] for line in scene.platform.user("o-1").screen if line["from"] == "user"]
        order = [entry.text for entry in scene.engine.turns]
        assert sorted(order) == sorted(said)
        answers = [line for line in scene.screen() if line.startswith("您说的是")]
        assert answers == [f"您说的是：{text}" for text in order]


def _xml(scene: Scene, fields: dict[str, str]) -> str:
    now = int(scene.clock().timestamp())
    return write_xml({"ToUserName": "gh_1", "FromUserName": "o-1", "CreateTime": now, **fields})


async def test_hostile_text_breaks_no_envelope(tmp_path: Path) -> None:
    hostile = "]]><MsgType><![CDATA[image]]></MsgType>\u0000\ud7ff 点 weixin://dl/business javascript:alert(1)"
    reply = Message(hostile, choices=(QuickReply("]]>"),))
    async with wechat_scene(tmp_path, answer=lambda _turn: reply) as scene:
        await scene.say("x")
        [shown] = scene.screen()
        assert "]]><MsgType>" in shown
        assert "weixin://" not in shown
        assert "javascript:" not in shown
        assert UNAVAILABLE not in shown


async def test_own_links_are_tagged_and_others_left_alone(tmp_path: Path) -> None:
    text = "见https://www.yunshan.example/a?b=1。也见https://other.example/。"
    async with wechat_scene(tmp_path, answer=lambda _turn: Message(text)) as scene:
        await scene.say("x")
        [shown] = scene.screen()
        assert "https://www.yunshan.example/a?utm_source=wechat&utm_medium=chat&utm_campaign=jinwen&b=1。" in shown
        assert "https://other.example/。" in shown


@pytest.mark.parametrize("account", ["", "kf2001@gh_1"])
async def test_who_asks_for_a_person_is_given_to_the_platforms_own_service(tmp_path: Path, account: str) -> None:
    settings = wechat_settings(transfer=True, transfer_to=account, asked=(("person", "转人工"),))
    async with wechat_scene(tmp_path, settings, outcome=lambda turn: HANDED.get(turn.text)) as scene:
        await scene.say("转人工")
        await scene.settle(1)
        assert sorted(scene.screen()) == sorted(["您说的是：转人工", TRANSFERRED])
        await scene.platform.event("o-1", "CLICK", EventKey="person")  # an event can't be transferred: it gets a word
        assert scene.screen()[2:] == ["您说的是：转人工"]
        await scene.settle(60)
        assert scene.states()[0] == ("sent", "")


async def test_without_transfer_the_words_answer_the_request(tmp_path: Path) -> None:
    async with wechat_scene(tmp_path, outcome=lambda turn: HANDED.get(turn.text)) as scene:
        await scene.say("转人工")
        assert scene.screen() == ["您说的是：转人工"]


async def test_the_first_word_says_that_a_machine_speaks(scene: Scene) -> None:
    for _ in range(2):
        await scene.platform.message("o-1", {"MsgType": "image", "PicUrl": "http://p", "MediaId": "m"})
    first, second = scene.screen()
    assert first.startswith("您好，我是云杉银行的智能助手金问，由机器自动回答") and first.endswith(second)
    assert "机器" not in second
