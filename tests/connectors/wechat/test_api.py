"""The rest of the platform's interface: menu, template messages, scene codes, typing, media."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fastapi import Response

from connectors.channels.ports import Refused
from connectors.simulators.faults import Fault
from connectors.wechat.api import MAX_MEDIA
from connectors.wechat.menus import sync
from tests.support.channels import Scene, wechat_scene

MENU = [
    {"type": "click", "name": "查利率", "key": "rates"},
    {"name": "更多", "sub_button": [{"type": "view", "name": "网点", "url": "https://www.yunshan.example/b"}]},
]


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    async with wechat_scene(tmp_path) as made:
        yield made


async def test_menu_is_replaced_only_where_it_differs(scene: Scene) -> None:
    assert await sync(scene.api, MENU, dry=True)
    assert scene.platform.menu == []
    assert await sync(scene.api, MENU)
    assert scene.platform.menu == MENU
    assert not await sync(scene.api, MENU)
    scene.platform.menu = [MENU[0], {"name": "更多", "sub_button": {"list": MENU[1]["sub_button"]}}]
    assert not await sync(scene.api, MENU)  # as the platform wraps it
    with pytest.raises(Refused):
        await sync(scene.api, [{"type": "click", "name": "名字太长的菜单", "key": "k"}])


async def test_template_message_that_fails_later_is_noted(scene: Scene) -> None:
    await scene.say("你好")
    assert int(await scene.api.send_template("o-1", "T1", {"first": "您好"})) > 0
    with pytest.raises(Refused) as refused:
        await scene.api.send_template("o-nobody", "T1", {})
    assert refused.value.code == "40003"
    await scene.api.send_subscribed("o-1", "T2", {"thing1": "到期提醒"})
    found = scene.channels.deliveries.of_session(scene.engine.turns[0].session)[0]
    scene.channels.deliveries.sent(found, "900")
    await scene.platform.event("o-1", "TEMPLATESENDJOBFINISH", MsgID="900", Status="failed:user block")
    assert scene.states() == [("failed", "failed:user block")]


async def test_scene_code_brings_its_scene(scene: Scene) -> None:
    url = await scene.api.scene_qr("branch-7", 600)
    assert scene.platform.scenes[url.rpartition("/")[2]] == "branch-7"
    with pytest.raises(Refused):
        await scene.api.scene_qr("x" * 65, 600)


async def test_typing_never_fails(scene: Scene) -> None:
    call = "/cgi-bin/message/custom/typing"
    scene.platform.faults.plan(call, Fault(code=45080), Fault(status=500))
    for on in (True, False, True):
        await scene.api.typing("o-1", on=on)
    assert scene.platform.faults.take(call) is None  # both faults were met


@pytest.mark.parametrize(
    ("media", "size", "good"),
    [("audio/amr", 1000, True), ("image/jpeg", MAX_MEDIA + 1, False), ("text/html", 10, False)],
)
async def test_media_within_limits(scene: Scene, media: str, size: int, good: bool) -> None:
    app = scene.clients[1]._transport.app  # type: ignore[attr-defined]

    @app.get("/cgi-bin/media/get")
    async def media_get() -> Response:
        return Response(b"x" * size, media_type=media)

    if good:
        assert len(await scene.api.media("m")) == size
        return
    with pytest.raises(Exception, match=r"media|unreadable|http"):
        await scene.api.media("m")
