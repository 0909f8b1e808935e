"""True turns: gateway side → worker process → Rasa → graph → reply, and what must survive on the way."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import statistics
from dataclasses import replace
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text as sql

from app.graph_process import GraphEndpoint
from dialogue.engine import Engine
from dialogue.store import Store
from dialogue.turn import Namespace, TurnIn, TurnOut
from kg.answer import Outcome
from tests.dialogue.engine.conftest import BANK_CSV, publish

pytestmark = [pytest.mark.rasa, pytest.mark.graph, pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

TODAY = date(2025, 6, 1)
_numbers = count()


async def ask(engine: Engine, session: str, text: str, **changes: Any) -> TurnOut:
    return await engine.handle(replace(TurnIn(session, text, f"m{next(_numbers)}", TODAY), **changes))


async def test_an_attribute_is_answered_from_the_graph(engine: Engine) -> None:
    out = await ask(engine, "属性", "稳盈1号的起购金额是多少")
    assert out.outcome is Outcome.ANSWERED
    assert "1万元" in out.message.text
    assert [(f.subject, f.predicate, f.object, f.source) for f in out.facts] == [
        ("稳盈1号", "起购金额", "1万元", "稳盈1号说明书")
    ]
    assert out.query is not None
    assert (out.seq, out.revision) == (1, 1)


async def test_follow_ups_work_through_the_memory(engine: Engine) -> None:
    await ask(engine, "追问", "稳盈1号的起购金额是多少")
    assert "R2" in (await ask(engine, "追问", "那风险等级呢")).message.text
    assert "5万元" not in (await ask(engine, "追问", "那稳盈2号呢")).message.text
    assert "R3" in (await ask(engine, "追问", "它的风险等级是多少")).message.text


async def test_the_record_has_stages_revision_and_model(engine: Engine, store: Store) -> None:
    out = await ask(engine, "记录", "稳盈2号的起购金额", trace_id="trace-1")
    with store.engine.connect() as connection:
        found = connection.execute(sql("SELECT * FROM turn WHERE turn_id = :id"), {"id": out.turn_id}).mappings().one()
    assert found["trace_id"] == "trace-1"
    assert set(json.loads(found["latency"])) == {"read", "rasa", "action", "total"}
    assert found["model"].startswith("jinwen-")
    assert json.loads(found["fact_ids"])


@pytest.mark.parametrize("typed", ['/greet{"x":1}', "/restart", "  /session_start", "／restart", "/ask_list"])
async def test_a_typed_command_is_never_executed(engine: Engine, typed: str) -> None:
    await ask(engine, "命令", "稳盈1号的起购金额是多少")
    out = await ask(engine, "命令", typed)
    assert out.intent not in {"restart", "session_start", "greet"} or "{" not in typed
    assert out.outcome is not Outcome.ERROR
    assert (await ask(engine, "命令", "稳盈1号的风险等级")).outcome is Outcome.ANSWERED


@pytest.mark.parametrize(
    "typed",
    [
        "😀😀",
        "\u0000\u0007 \u202e",
        "利率" * 5000,
        "MATCH (n) DETACH DELETE n",
        "<img src=x onerror=alert(1)>",
        "what is the interest rate",
        "Сколько стоит карта?",
        "金利はいくらですか",
        "이자율이 얼마예요",
        "ما هو سعر الفائدة",
        "{{7*7}} ${x} %s {x}",
    ],
)
async def test_odd_input_gets_a_polite_reply(engine: Engine, typed: str) -> None:
    out = await ask(engine, "怪话", typed)
    assert out.message.text
    assert out.outcome is not Outcome.ERROR
    assert "<img" not in out.message.text


async def test_the_same_message_twice_gets_the_same_reply_once(engine: Engine, store: Store) -> None:
    turn = TurnIn("重复", "稳盈1号的起购金额", "same", TODAY)
    first, second = await asyncio.gather(engine.handle(turn), engine.handle(turn))
    assert [first.repeated, second.repeated] == [False, True]
    assert second.message == first.message
    assert len(store.outbox_after("重复", 0)) == 1


async def test_turn_fifty_is_like_turn_one(engine: Engine, store: Store) -> None:
    questions = ("稳盈1号的起购金额", "那风险等级呢", "你好", "稳盈2号的起购金额", "谢谢")
    outs = [await ask(engine, "长谈", questions[n % 5]) for n in range(50)]
    early = statistics.median(o.latency_ms for o in outs[5:15])
    late = statistics.median(o.latency_ms for o in outs[40:50])
    assert late < 2 * early + 10
    snapshot = store.conversation("长谈").snapshot
    assert snapshot is not None
    assert len(snapshot["events"]) <= 20
    assert len(json.dumps(snapshot, ensure_ascii=False).encode()) < 16_000
    assert [o.seq for o in outs] == list(range(1, 51))


async def test_a_batch_knows_nothing_and_leaves_nothing(engine: Engine, store: Store) -> None:
    await ask(engine, "批", "稳盈1号的起购金额")
    out = await ask(engine, "run/批", "那风险等级呢", namespace=Namespace.BATCH)
    assert "R2" not in out.message.text
    await ask(engine, "run/批", "稳盈3号的起购金额", namespace=Namespace.BATCH)
    assert "R4" in (await ask(engine, "run/批", "那风险等级呢", namespace=Namespace.BATCH)).message.text
    assert store.conversation("run/批").version == 0


async def test_a_worker_killed_in_the_middle_of_a_chat_is_replaced_with_its_memory(engine: Engine) -> None:
    await ask(engine, "杀", "稳盈1号的起购金额是多少")
    os.kill(engine.pids[0], signal.SIGKILL)
    out = await ask(engine, "杀", "那风险等级呢")
    assert "R2" in out.message.text
    assert out.seq == 2


async def test_a_publish_is_visible_without_a_restart(engine: Engine, bank: tuple[Path, GraphEndpoint]) -> None:
    home, at = bank
    pids = engine.pids
    publish(at, home, BANK_CSV.replace("稳盈3号,起购金额,10万元", "稳盈3号,起购金额,20万元"))
    async with asyncio.timeout(60):
        while (out := await ask(engine, "改", "稳盈3号的起购金额")).revision < 2:
            await asyncio.sleep(0.1)
    assert "20万元" in out.message.text
    assert "10万元" in (await ask(engine, "改前", "稳盈3号的起购金额", revision=1)).message.text
    assert engine.pids == pids
