"""The risk assessment as a Rasa form: ten questions, a question in between, stopping, the result stored."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from itertools import count

import pytest
import pytest_asyncio
from sqlalchemy import text as sql

from dialogue.engine import Engine, EngineSettings
from dialogue.store import Store
from dialogue.turn import Principal, PrincipalKind, TurnIn, TurnOut
from tests.support.customers import write_customer
from tests.support.offers import OFFERS, customer_of

pytestmark = [pytest.mark.rasa, pytest.mark.graph, pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]
_IDS = count(1)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def offering(settings: EngineSettings, store: Store) -> AsyncIterator[Engine]:
    """A worker with offers, and two customers without an assessment."""
    for who in ("t1", "t2"):
        write_customer(store.engine, customer_of(who, None))
    engine = Engine(replace(settings, offers=OFFERS), store)
    await engine.start(1)
    await engine.wait_ready()
    yield engine
    await engine.stop()


async def ask(engine: Engine, text: str, who: str) -> TurnOut:
    principal = Principal(PrincipalKind.CUSTOMER, who)
    return await engine.handle(TurnIn(f"form-{who}", text, f"f{next(_IDS)}", date(2026, 11, 20), principal))


async def test_ten_answers_make_a_level_that_is_stored(offering: Engine, store: Store) -> None:
    first = await ask(offering, "开始风险测评", "t1")
    assert "1/10" in first.message.text and [c.text for c in first.message.choices] == ["A", "B", "C", "D"]
    second = await ask(offering, "D", "t1")
    assert "2/10" in second.message.text
    between = await ask(offering, "稳盈1号的起购金额是多少", "t1")
    assert "1万元" in between.message.text and "2/10" in between.message.text
    unheard = await ask(offering, "呜呜呜啦啦", "t1")
    assert "字母" in unheard.message.text and "2/10" in unheard.message.text
    for said in ("选C", "第三个", "没有", "3", "c", "C", "稳步增值", "B"):
        out = await ask(offering, said, "t1")
    assert "10/10" in out.message.text
    done = await ask(offering, "C", "t1")
    assert "C4" in done.message.text and "2026-11-20" in done.message.text
    with store.engine.connect() as connection:
        rows = connection.execute(sql("SELECT rating, assessed_on FROM customer_risk WHERE customer_id = 't1'")).all()
    assert [(r.rating, str(r.assessed_on)) for r in rows] == [("C4", "2026-11-20")]
    after = await ask(offering, "稳盈1号的风险等级是多少", "t1")
    assert "R2" in after.message.text and "/10" not in after.message.text


async def test_it_stops_when_asked_to_and_for_danger(offering: Engine, store: Store) -> None:
    await ask(offering, "我要做风险测评", "t2")
    stopped = await ask(offering, "算了 取消", "t2")
    assert "没有保存" in stopped.message.text
    await ask(offering, "我要做风险测评", "t2")
    urgent = await ask(offering, "我的卡被盗刷了", "t2")
    assert urgent.message.urgent and "/10" not in urgent.message.text
    with store.engine.connect() as connection:
        assert not connection.execute(sql("SELECT 1 FROM customer_risk WHERE customer_id = 't2'")).all()
