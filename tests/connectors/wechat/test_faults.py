"""What goes wrong between the platform and us: each case ends as its code says, and nothing is said twice."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from connectors.channels.records import Inbound
from connectors.channels.tokens import Tokens
from connectors.simulators.faults import Fault
from connectors.wechat.parsing import MESSAGE
from connectors.wechat.settings import Mode
from connectors.wechat.xml import write_xml
from tests.support.channels import START, Scene, wechat_scene, wechat_settings

SEND = "/cgi-bin/message/custom/send"
TOKEN = "/cgi-bin/stable_token"


@asynccontextmanager
async def pushed(tmp_path: Path, *faults: Fault, call: str = SEND) -> AsyncIterator[Scene]:
    """A scene in which a message has come in whose answer goes by customer-service message, with faults ahead."""
    async with wechat_scene(tmp_path) as scene:
        scene.platform._allow("o-1", False)
        scene.platform.faults.plan(call, *faults)
        scene.channels.inbox.put(_question(scene))
        await scene.settle()
        yield scene


def _question(scene: Scene, key: str = "m-1", text: str = "你好") -> Inbound:
    return Inbound("wechat", "main", "o-1", key, text=text, grant=MESSAGE)


@pytest.mark.parametrize(
    ("fault", "state", "code"),
    [
        (Fault(code=45015), "failed", "45015"),
        (Fault(code=45047), "failed", "45047"),
        (Fault(code=45009), "failed", "45009"),
        (Fault(code=40003), "failed", "40003"),
        (Fault(code=43019), "failed", "43019"),
        (Fault(code=45002), "failed", "45002"),
        (Fault(code=-1), "queued", "-1"),
        (Fault(code=45011), "queued", "45011"),
        (Fault(status=503), "queued", "http-503"),
        (Fault(status=502), "unknown", "http-502"),
        (Fault(status=500, after=True), "unknown", "http-500"),
        (Fault(status=404), "failed", "http-404"),
    ],
)
async def test_code_decides(tmp_path: Path, fault: Fault, state: str, code: str) -> None:
    async with pushed(tmp_path, fault) as scene:
        assert scene.states() == [(state, code)]


@pytest.mark.parametrize("fault", [Fault(code=-1), Fault(code=45011), Fault(status=503)])
async def test_what_was_surely_not_sent_is_tried_again(tmp_path: Path, fault: Fault) -> None:
    async with pushed(tmp_path, fault, fault) as scene:
        await scene.settle(100)
        await scene.settle(100)
        assert scene.states() == [("sent", "")]
        assert scene.screen() == ["您说的是：你好"]
        assert scene.channels.addresses.left(_address(scene))[0] == 4  # failures cost nothing


async def test_unknown_outcome_is_not_resent_but_repeated_with_the_next_message(tmp_path: Path) -> None:
    async with pushed(tmp_path, Fault(status=500, after=True)) as scene:
        await scene.settle(3600)
        assert scene.screen() == ["您说的是：你好"]  # it had arrived; nobody could know
        await scene.say("还在吗")
        await scene.settle(10)
        assert scene.screen()[1:] == ["您说的是：你好", "您说的是：还在吗"]
        assert scene.states() == [("sent", "")] * 2


async def test_blacklisted_user_gets_nothing_more(tmp_path: Path) -> None:
    async with pushed(tmp_path, Fault(code=43019)) as scene:
        await scene.say("还在吗")
        assert scene.screen() == ["您说的是：还在吗"]


async def test_closed_window_is_not_tried(tmp_path: Path) -> None:
    async with wechat_scene(tmp_path) as scene:
        await scene.say("你好")
        found = scene.channels.addresses.find("wechat", "main", "o-1")
        assert found
        parts = scene.account.adapter.render(scene.engine.answer(scene.engine.turns[0]))
        scene.clock.pass_by(49 * 3600)
        scene.channels.deliveries.push(found, "offer-1", 0, parts)
        await scene.settle()
        assert scene.states()[-1] == ("failed", "window")
        assert scene.platform.tokens.fetched == 0  # nobody even asked the platform
        await scene.say("在")
        assert len(scene.screen()) == 2  # it went first, in the platform's own request
        await scene.settle(1)
        assert len(scene.screen()) == 3


async def test_five_messages_within_the_window(tmp_path: Path) -> None:
    async with wechat_scene(tmp_path) as scene:
        await scene.say("你好")
        found = scene.channels.addresses.find("wechat", "main", "o-1")
        assert found
        parts = scene.account.adapter.render(scene.engine.answer(scene.engine.turns[0]))
        for number in range(7):
            scene.channels.deliveries.push(found, f"k{number}", 0, parts)
            scene.channels.deliveries.push(found, f"k{number}", 0, parts)  # the same key again is nothing
        await scene.settle()
        assert [code for _, code in scene.states()] == [""] * 6 + ["window"] * 2
        assert len(scene.screen()) == 1 + 5


@pytest.mark.parametrize("code", [40001, 40014, 42001])
async def test_token_is_renewed_once(tmp_path: Path, code: int) -> None:
    async with pushed(tmp_path, Fault(code=code)) as scene:
        assert (scene.states(), scene.platform.tokens.fetched) == ([("sent", "")], 2)


async def test_token_that_stays_wrong_does_not_fetch_without_end(tmp_path: Path) -> None:
    async with pushed(tmp_path, *[Fault(code=40001)] * 4) as scene:
        assert (scene.states(), scene.platform.tokens.fetched) == ([("queued", "40001")], 2)
        await scene.settle(100)
        assert scene.platform.tokens.fetched <= 3


async def test_token_cannot_be_had(tmp_path: Path) -> None:
    async with pushed(tmp_path, Fault(status=500), call=TOKEN) as scene:
        assert scene.states() == [("queued", "http-500")]
        await scene.settle(100)
        assert scene.states() == [("sent", "")]


async def test_replicas_fetch_and_renew_a_token_once(tmp_path: Path) -> None:
    fetched: list[bool] = []
    async with wechat_scene(tmp_path) as scene:

        async def fetch(force: bool) -> tuple[str, int]:
            fetched.append(force)
            await asyncio.sleep(0)
            return f"token-{len(fetched)}", 7200

        replicas = [Tokens(scene.store.engine, "wechat:x", fetch, scene.clock) for _ in range(4)]
        assert set(await asyncio.gather(*(r.get() for r in replicas for _ in range(5)))) == {"token-1"}
        assert set(await asyncio.gather(*(r.after("token-1") for r in replicas))) == {"token-2"}
        assert await replicas[0].after("token-1") == "token-2"  # somebody late: the new one stays
        assert fetched == [False, True]
        scene.clock.pass_by(7200)
        assert await replicas[1].get() == "token-3"


async def test_killed_between_commit_and_send(tmp_path: Path) -> None:
    async with wechat_scene(tmp_path) as scene:
        scene.platform._allow("o-1", False)
        entry, _ = scene.channels.inbox.put(_question(scene))
        claimed = scene.channels.inbox.claim(entry.id)
        assert claimed
        await scene.channels.runner._turn(claimed)  # committed; and then the process is gone
        await scene.settle()
        assert scene.screen() == []  # another one has it still
        await scene.settle(16)
        assert scene.screen() == ["您说的是：你好"]
        assert len(scene.engine.turns) == 1


async def test_killed_in_the_middle_of_sending(tmp_path: Path) -> None:
    async with wechat_scene(tmp_path) as scene:
        scene.platform._allow("o-1", False)
        scene.channels.inbox.put(_question(scene))
        entry = scene.channels.inbox.claim(1)
        assert entry
        out = await scene.channels.runner._turn(entry)
        scene.channels.deliveries.plan(entry, out.seq, scene.account.adapter.render(out.message))
        assert scene.channels.deliveries.claim(1, lambda _c, _a: True)
        await scene.settle(31)
        assert (scene.states(), scene.screen()) == ([("unknown", "interrupted")], [])
        await scene.say("在吗")
        await scene.settle(1)
        assert scene.screen() == ["您说的是：你好", "您说的是：在吗"]


@pytest.mark.parametrize("mode", list(Mode))
async def test_wrong_signature_is_refused(tmp_path: Path, mode: Mode) -> None:
    async with wechat_scene(tmp_path, wechat_settings(mode=mode)) as scene:
        query, body = scene.platform.wrapped(_text(scene))
        name = "signature" if mode is Mode.PLAIN else "msg_signature"
        for wrong in ("", "0" * 40, query[name].upper(), "签"):
            attempt = await scene.platform.call({**query, name: wrong}, body)
            assert (attempt.status, attempt.answer) == (403, "")
        assert scene.engine.turns == []


@pytest.mark.parametrize("mode", [Mode.COMPATIBLE, Mode.SAFE])
async def test_plaintext_is_no_way_in_where_encryption_was_agreed(tmp_path: Path, mode: Mode) -> None:
    async with wechat_scene(tmp_path, wechat_settings(mode=mode)) as scene:
        plain = _text(scene)
        query = scene.platform._plain_query()
        for given in (query, {**query, "encrypt_type": "raw"}, {**query, "encrypt_type": "aes"}):
            assert (await scene.platform.call(given, plain)).status == 403
        sealed_query, sealed = scene.platform.wrapped(plain)
        forged = sealed.replace("<ToUserName>", "<Content><![CDATA[转账]]></Content><ToUserName>")
        assert (await scene.platform.call(sealed_query, forged)).status == 200
        assert [t.text for t in scene.engine.turns] == ["你好"]  # only what was sealed was read


async def test_message_for_another_account_is_refused(tmp_path: Path) -> None:
    async with wechat_scene(tmp_path) as scene:
        other = _text(scene).replace("gh_1", "gh_2")
        assert (await scene.platform.call(*scene.platform.wrapped(other))).status == 403
        scene.platform.settings = wechat_settings(appid="wx0000000000000000")
        assert (await scene.platform.call(*scene.platform.wrapped(_text(scene)))).status == 403
        assert scene.engine.turns == []


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><xml><ToUserName>&b;</ToUserName></xml>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><xml><ToUserName>&f;</ToUserName></xml>'


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("<xml>" + "a" * 10_000_000 + "</xml>", 413),
        (LAUGHS, 400),
        (OUTSIDE, 400),
        ("<!DOCTYPE xml><xml><ToUserName>gh_1</ToUserName></xml>", 400),
        ("<xml><ToUserName>gh_1</ToUserName>", 400),
        ("<xml>" * 9000, 400),
        ("", 400),
        ("not xml", 400),
        ("[1, 2", 400),
        ("{" + '"a":' * 5000, 400),
        ("\x00\x01", 400),
    ],
)
@pytest.mark.parametrize("mode", [Mode.PLAIN, Mode.SAFE])
async def test_what_is_no_message_is_refused(tmp_path: Path, body: str, status: int, mode: Mode) -> None:
    async with wechat_scene(tmp_path, wechat_settings(mode=mode)) as scene:
        query = {**scene.platform._plain_query(), "encrypt_type": "aes"}
        assert (await scene.platform.call(query, body)).status == status


@pytest.mark.parametrize("seconds", [301, -301])
async def test_old_and_future_timestamps_are_refused_unless_repeated(tmp_path: Path, seconds: int) -> None:
    async with wechat_scene(tmp_path) as scene:
        query, body = scene.platform.wrapped(_text(scene))
        scene.clock.pass_by(seconds)
        assert (await scene.platform.call(query, body)).status == 403
        scene.clock.pass_by(-seconds)
        first = await scene.platform.call(query, body)
        scene.clock.pass_by(seconds)
        again = await scene.platform.call(query, body)
        assert (first.status, again.status) == (200, 200)
        text = scene.platform.read_reply("o-1", again.answer)
        assert text == scene.platform.read_reply("o-1", first.answer) == "您说的是：你好"


@pytest.mark.parametrize("stamp", ["", "abc", "1e9", "9" * 30, "-1"])
async def test_timestamps_that_are_none(tmp_path: Path, stamp: str) -> None:
    async with wechat_scene(tmp_path) as scene:
        query, body = scene.platform.wrapped(_text(scene))
        sealed = body.split("<Encrypt><![CDATA[")[1].split("]]>")[0]
        mark = scene.platform._crypto().sign(sealed, stamp, query["nonce"])
        given = {**query, "timestamp": stamp, "msg_signature": mark}
        assert (await scene.platform.call(given, body)).status == 403


async def test_calls_carry_raw_characters(tmp_path: Path) -> None:
    async with pushed(tmp_path) as scene:
        assert "您说的是：你好" in json.dumps(scene.platform.user("o-1").screen, ensure_ascii=False)


def _text(scene: Scene) -> str:
    now = int(START.timestamp())
    fields = {"ToUserName": "gh_1", "FromUserName": "o-1", "CreateTime": now, "MsgType": "text"}
    return write_xml({**fields, "Content": "你好", "MsgId": 24_000_000_000_000_001})


def _address(scene: Scene) -> str:
    found = scene.channels.addresses.find("wechat", "main", "o-1")
    assert found
    return found.id
