"""A conversation begun in 微信 goes on in the widget after signing in, and stands in one order."""

from __future__ import annotations

from pathlib import Path

import httpx

from app.factory import create_app
from connectors.identity.conversations import Conversations
from connectors.web.settings import WebSettings
from connectors.web.store import web_stores
from growth.case import WishScope
from growth.ledger import Place, Wanted, session_owner, wishes_of, write_wishes
from tests.support.channels import TODAY, wechat_scene
from tests.support.identity import BankLogin


async def test_wechat_then_widget_then_wechat(tmp_path: Path) -> None:
    async with wechat_scene(tmp_path) as scene:
        login = BankLogin(tmp_path)
        people = login.people(scene.store.engine)
        app = create_app(WebSettings(), scene.engine, web_stores(scene.store), identity=people, today=lambda: TODAY)
        await scene.say("在微信里问的")
        found = scene.channels.addresses.find("wechat", "main", "o-1")
        assert found
        with scene.store.engine.begin() as sql:  # 别再推荐, said before anybody knew who he is
            wish, place = Wanted(False, WishScope.ALL), Place("wechat", found.session)
            write_wishes(sql, session_owner(found.session), [wish], breath="b", place=place, now=scene.clock.now)
        session, moved = Conversations(scene.store.engine).join(found.session, "c-1")
        scene.channels.addresses.bind(found.id, "c-1", session)
        assert moved == 1
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://b.test/api/v1") as web:
            talk = f"/sessions/{(await web.post('/sessions')).json()['session']}"
            await web.post(f"{talk}/messages", json={"message_id": "m1", "text": "登录前在网页问的"})
            await web.post(f"{talk}/identity", json={"token": login.token("c-1")})
            await web.post(f"{talk}/messages", json={"message_id": "m2", "text": "登录后在网页问的"})
            await scene.say("又在微信里问的")
            items = (await web.get(f"{talk}/messages")).json()["items"]
        assert [i["text"] for i in items] == ["在微信里问的", "登录前在网页问的", "登录后在网页问的", "又在微信里问的"]
        assert [i["seq"] for i in items] == [1, 2, 3, 4]
        assert scene.screen() == ["您说的是：在微信里问的", "您说的是：又在微信里问的"]
        with scene.store.engine.connect() as sql:
            assert [w.allow for w in wishes_of(sql, ["c-1"])] == [False]
