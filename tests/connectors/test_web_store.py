"""Sessions, feedback and replies on a real database, and the chat API on top of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from connectors.web.ports import Feedback, Rating, Session
from connectors.web.store import web_stores
from connectors.web.tables import web_feedback
from dialogue.message import Message, Source, Table
from dialogue.store import Store, TurnRecord
from dialogue.turn import TurnIn, TurnOut
from kg.answer import Outcome

LEFT_IN_POOL = 13
"""Connections of the pool's fifteen beside the writer's and the session store's own."""
NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
MESSAGE = Message(
    "对比如下：",
    table=Table(("", "起购金额"), (("稳盈1号", "1万元"),)),
    sources=(Source("说明书", "第三节", "2026-01-01"),),
)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    sqlite = f"sqlite:///{tmp_path / 'bank.db'}"
    store = Store.open(sqlite if request.param == "sqlite" else request.getfixturevalue("postgres_url"))
    yield store
    store.close()


def record(session: str, seq: int) -> TurnRecord:
    turn = TurnIn(session, f"第{seq}问", f"m{seq}", date(2026, 3, 1), trace_id=f"t{seq}")
    out = TurnOut(session, f"{session}-{seq}", seq, MESSAGE, Outcome.ANSWERED, "ask", 0.9, revision=7)
    return TurnRecord(turn, f"第{seq}问", out, fact_ids=("f1", "f2"))


def write(store: Store, session: str, count: int) -> None:
    for seq in range(1, count + 1):
        store.write_turn(record(session, seq), store.conversation(session), None)


def test_session_is_found_as_it_was_left(store: Store) -> None:
    sessions = web_stores(store).sessions
    assert sessions.find("web-1") is None
    sessions.open("web-1", NOW)
    later = NOW + timedelta(hours=2)
    sessions.touch("web-1", later)
    assert sessions.find("web-1") == Session("web-1", NOW, later)


def test_a_session_is_found_while_others_write_and_hold_every_connection(store: Store) -> None:
    sessions = web_stores(store).sessions
    sessions.open("web-9", NOW)
    assert sessions.at_hand is (store.engine.dialect.name == "sqlite")
    if not sessions.at_hand:
        return  # is asked in a thread, where waiting keeps nobody from anything
    with ExitStack() as held:
        held.enter_context(store.engine.begin())  # has the write lock
        for _ in range(LEFT_IN_POOL):
            held.enter_context(store.engine.connect())
        assert sessions.find("web-9") == Session("web-9", NOW, NOW)
    sessions.touch("web-9", NOW + timedelta(hours=1))
    assert sessions.find("web-9") == Session("web-9", NOW, NOW + timedelta(hours=1))


def test_replies_come_in_order_with_their_turns(store: Store) -> None:
    write(store, "web-2", 3)
    write(store, "web-3", 1)
    exchanges = web_stores(store).outbox.since("web-2", 1, 10)
    assert [(e.seq, e.text, e.message_id, e.trace_id) for e in exchanges] == [
        (2, "第2问", "m2", "t2"),
        (3, "第3问", "m3", "t3"),
    ]
    first = exchanges[0]
    assert (first.message, first.outcome, first.facts, first.revision) == (MESSAGE, Outcome.ANSWERED, 2, 7)
    assert abs(datetime.now(UTC) - first.at) < timedelta(minutes=5)
    assert [e.seq for e in web_stores(store).outbox.since("web-2", 0, 2)] == [1, 2]


def test_later_feedback_takes_the_place_of_the_earlier(store: Store) -> None:
    feedback = web_stores(store).feedback
    first = Feedback("web-4", 1, "t1", Rating.UP, "", NOW)
    feedback.put(first)
    feedback.put(replace(first, rating=Rating.DOWN, reason="答非所问"))
    with store.engine.connect() as connection:
        rows = connection.execute(select(web_feedback).where(web_feedback.c.session == "web-4")).all()
    assert [(row.seq, row.turn_id, row.rating, row.reason) for row in rows] == [(1, "t1", "down", "答非所问")]
