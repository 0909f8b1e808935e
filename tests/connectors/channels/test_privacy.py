"""What a customer asked of his own accounts reaches him on every channel and lies nowhere in clear."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from connectors.channels.records import Inbound
from connectors.channels.sealing import Seal, SealBroken
from connectors.channels.tables import address, delivery, inbox
from connectors.identity.conversations import conversation_of
from connectors.wechat.parsing import MESSAGE
from tests.support.channels import SEAL, Scene, StoredEngine, wechat_scene

DAY = 24 * 3600


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    async with wechat_scene(tmp_path) as made:
        yield made


async def sign_in(scene: Scene) -> None:
    await scene.say("你好")
    with scene.store.engine.begin() as sql:
        bound = {"customer_id": "c-1", "session": conversation_of("c-1")}
        sql.execute(update(address).values(**bound))


def stored(scene: Scene) -> str:
    """Everything that lies in the database, as somebody would read it who has the file."""
    with scene.store.engine.connect() as sql:
        names = [r[0] for r in sql.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return "\n".join(str(row) for name in names for row in sql.exec_driver_sql(f'SELECT * FROM "{name}"'))


async def test_own_figures_are_shown_and_not_kept(scene: Scene) -> None:
    await sign_in(scene)
    await scene.say(StoredEngine.OWN)
    assert scene.screen()[-1] == StoredEngine.FIGURES
    assert "8,888" not in stored(scene)
    await scene.settle(3600)
    with scene.store.engine.connect() as sql:
        bodies = [row.body for row in sql.execute(select(delivery.c.body).order_by(delivery.c.id))]
    assert bodies[-1] == {}  # nobody can open what is not there
    assert bodies[0] != {}


async def test_the_same_request_gets_the_same_figures_within_ten_minutes(scene: Scene) -> None:
    await sign_in(scene)
    fields = {"MsgType": "text", "Content": StoredEngine.OWN, "MsgId": "24000000000000009"}
    await scene.platform.deliver("o-1", fields)
    await scene.settle(300)
    await scene.platform.deliver("o-1", fields)
    assert scene.screen()[-2:] == [StoredEngine.FIGURES] * 2
    assert len(scene.engine.turns) == 2


async def test_what_was_sent_is_forgotten_after_a_day(scene: Scene) -> None:
    await scene.say("稳盈1号起购金额是多少")
    assert "稳盈1号的起购金额：1万元" not in str(rows(scene))
    await scene.settle(DAY - 60)
    assert rows(scene)[0] != {}
    await scene.settle(120)
    assert rows(scene) == [{}]


async def test_killed_before_sending_own_figures(tmp_path: Path) -> None:
    async with wechat_scene(tmp_path) as scene:
        await sign_in(scene)
        asked = Inbound("wechat", "main", "o-1", "m-1", text=StoredEngine.OWN, grant=MESSAGE)
        claimed = scene.channels.inbox.claim(scene.channels.inbox.put(asked)[0].id)
        assert claimed
        await scene.channels.runner._turn(claimed)  # committed; then nothing more
        with scene.store.engine.begin() as sql:  # what the end of the scene would answer stays for the next process
            sql.execute(update(inbox).values(owner="dead", lease_until=scene.clock.now + timedelta(seconds=15)))
    async with wechat_scene(tmp_path) as scene:
        scene.platform._allow("o-1", False)
        await scene.settle(20)
        assert scene.screen()[-1] == StoredEngine.FIGURES


async def test_another_key_opens_nothing_and_says_so(scene: Scene) -> None:
    await scene.say("你好")
    with scene.store.engine.begin() as sql:
        body = Seal(b"another key of another bank").closed({"text": "?"}, "k")
        sql.execute(update(delivery).values(state="queued", body=body))
    await scene.settle(10)
    with scene.store.engine.connect() as sql:
        row = sql.execute(select(delivery.c.state, delivery.c.code)).one()
    assert (row.state, row.code) == ("failed", "sealed")


def rows(scene: Scene) -> list[dict[str, str]]:
    with scene.store.engine.connect() as sql:
        return [row.body for row in sql.execute(select(delivery.c.body))]


@given(st.text(), st.text(max_size=40))
def test_sealed_opens_in_its_place_only(text: str, place: str) -> None:
    sealed = SEAL.closed({"text": text}, place)
    assert SEAL.opened(sealed, place) == {"text": text}
    with pytest.raises(SealBroken):
        SEAL.opened(sealed, place + "x")


@pytest.mark.parametrize("body", [{"sealed": "!"}, {"sealed": ""}, {"sealed": "AAAA"}, {"sealed": 5}])
def test_what_is_no_seal_is_refused(body: dict[str, str]) -> None:
    with pytest.raises(SealBroken):
        SEAL.opened(body, "k")


def test_what_stood_there_before_is_read() -> None:
    assert SEAL.opened({"text": "早"}, "k") == {"text": "早"}


def test_a_key_too_short_is_refused() -> None:
    with pytest.raises(ValueError, match="too short"):
        Seal(b"short")
