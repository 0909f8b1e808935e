"""The pool, with workers that know no Rasa: order, death, silence, and a reply in every case."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from dialogue.engine import Engine, EngineSettings, GraphAddress
from dialogue.store import Store
from dialogue.turn import Namespace, TurnIn
from kg.answer import Outcome
from tests.support import fake_worker

COMMAND = (sys.executable, fake_worker.__file__)
TODAY = date(2025, 6, 1)


@pytest.fixture
def settings(tmp_path: Path) -> EngineSettings:
    graph = GraphAddress("bolt://none", "u", "p", "kg")
    url = f"sqlite:///{tmp_path / 'jinwen.db'}"
    return EngineSettings(tmp_path, tmp_path / "model.tar.gz", url, graph, turn_timeout=20.0, start_timeout=20.0)


@pytest.fixture
async def engine(settings: EngineSettings) -> AsyncIterator[Engine]:
    engine = Engine(settings, Store.open(settings.database_url), command=COMMAND)
    await engine.start(2)
    await engine.wait_ready()
    yield engine
    await engine.stop()


def turn(text: str, session: str = "s", number: int = 1) -> TurnIn:
    return TurnIn(session, text, f"m{number}", TODAY)


async def test_handle_returns_the_workers_reply(engine: Engine) -> None:
    out = await engine.handle(turn("你好"))
    assert (out.message.text, out.outcome) == ("你好", Outcome.ANSWERED)
    assert out.trace_id, "every turn can be found in the logs"


async def test_a_conversation_stays_with_one_worker_and_in_order(engine: Engine) -> None:
    outs = await asyncio.gather(*(engine.handle(turn(str(n), f"s{n % 5}", n)) for n in range(40)))
    for session in range(5):
        mine = [out for n, out in enumerate(outs) if n % 5 == session]
        assert len({out.intent for out in mine}) == 1
        assert [out.seq for out in mine] == sorted(out.seq for out in mine)
    assert len({out.intent for out in outs}) == 2, "both workers have work"


async def test_state_says_what_workers_wait_for(settings: EngineSettings) -> None:
    engine = Engine(settings, Store.open(settings.database_url), command=COMMAND)
    assert not engine.state.ready
    await engine.start(1)
    assert engine.state.waiting_for == ("启动对话引擎",)
    await engine.wait_ready()
    assert engine.state.ready
    assert engine.state.waiting_for == ()
    await engine.stop()
    assert not engine.state.ready


async def test_a_turn_whose_worker_dies_is_taken_again(engine: Engine, tmp_path: Path) -> None:
    before = set(engine.pids)
    out = await engine.handle(turn(f"死 {tmp_path / 'once'}"))
    assert out.outcome is Outcome.ANSWERED
    assert int(out.intent) not in before


async def test_a_turn_that_kills_twice_gets_an_apology_and_the_next_one_an_answer(engine: Engine) -> None:
    out = await engine.handle(turn("死"))
    assert out.outcome is Outcome.ERROR
    assert "95588-测试" in out.message.text
    assert (await engine.handle(turn("在吗", number=2))).message.text == "在吗"


async def test_a_worker_killed_between_turns_is_replaced(engine: Engine) -> None:
    first = await engine.handle(turn("一"))
    os.kill(int(first.intent), signal.SIGKILL)
    second = await engine.handle(turn("二", number=2))
    assert second.message.text == "二"
    assert second.intent != first.intent


async def test_a_turn_that_takes_too_long_gets_an_apology_that_is_recorded(settings: EngineSettings) -> None:
    store = Store.open(settings.database_url)
    engine = Engine(replace(settings, turn_timeout=0.2), store, command=COMMAND)
    await engine.start(1)
    await engine.wait_ready()
    out = await engine.handle(turn("慢"))
    await engine.stop()
    assert out.outcome is Outcome.ERROR
    assert [item.seq for item in store.outbox_after("s", 0)] == [out.seq] == [1]
    again = store.reply_to("s", "m1")
    assert again is not None
    assert again.repeated
    assert again.message == out.message


async def test_an_apology_in_a_batch_leaves_no_trace(settings: EngineSettings) -> None:
    store = Store.open(settings.database_url)
    engine = Engine(replace(settings, turn_timeout=0.2), store, command=COMMAND)
    await engine.start(1)
    await engine.wait_ready()
    out = await engine.handle(replace(turn("慢"), namespace=Namespace.BATCH))
    await engine.stop()
    assert out.outcome is Outcome.ERROR
    assert store.conversation("s").version == 0


async def test_a_worker_that_never_starts_does_not_leave_the_customer_waiting(settings: EngineSettings) -> None:
    command = (sys.executable, "-c", "raise SystemExit(3)")
    engine = Engine(replace(settings, start_timeout=0.5), Store.open(settings.database_url), command=command)
    await engine.start(1)
    out = await engine.handle(turn("你好"))
    assert out.outcome is Outcome.ERROR
    assert "云杉银行" in out.message.text
    await engine.stop()


async def test_stop_leaves_no_process(engine: Engine) -> None:
    pids = engine.pids
    assert len(pids) == 2
    await engine.stop()
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
