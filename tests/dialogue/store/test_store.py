"""The dialogue's tables on SQLite and on PostgreSQL: one transaction a turn, one place per reply."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from dialogue.message import Message, QuickReply, Source, Table
from dialogue.store import Conversation, ConversationMoved, Store, StoreUnavailable, TurnRecord
from dialogue.store.tables import metadata
from dialogue.turn import FactOut, Principal, PrincipalKind, TurnIn, TurnOut
from kg.answer import Outcome

MESSAGE = Message(
    "稳盈1号的起购金额：1万元",
    table=Table(("项目", "值"), (("起购金额", "1万元"),)),
    choices=(QuickReply("风险等级"),),
    sources=(Source("产品说明书", "第一条", "2024-01-01", fact_ids=("f1",)),),
    notices=("业绩比较基准不代表未来收益。",),
)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'home' / 'jinwen.db'}"
    address: str = request.getfixturevalue("postgres_url")
    return address


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    store = Store.open(url)
    with store.engine.begin() as connection:
        connection.execute(text("DELETE FROM outbox"))
        connection.execute(text("DELETE FROM turn"))
        connection.execute(text("DELETE FROM conversation"))
    yield store
    store.close()


def record(message_id: str = "m1", seq: int = 1, session: str = "甲") -> TurnRecord:
    who = Principal(PrincipalKind.CUSTOMER, "c-1", frozenset({"read"}))
    turn = TurnIn(session, "原话", message_id, date(2025, 6, 1), who, as_of=date(2024, 6, 1), trace_id="tr")
    out = TurnOut(
        session=session,
        turn_id=f"turn-{session}-{message_id}",
        seq=seq,
        message=MESSAGE,
        outcome=Outcome.ANSWERED,
        intent="ask_attribute",
        confidence=0.93,
        query={"version": 1, "ask": "value"},
        facts=(FactOut("稳盈1号", "起购金额", "1万元"),),
        revision=7,
        trace_id="tr",
        latency_ms=9.5,
    )
    return TurnRecord(
        turn, "掩码后的话", out, ("f1",), ("e1",), "g", "model-1", {"rasa": 5.0}, (("faq", "ask_faq", 0.1),)
    )


def test_a_turn_written_is_read_back(store: Store) -> None:
    assert store.conversation("甲") == Conversation()
    store.write_turn(record(), Conversation(), {"version": 1, "slots": {"memory": {"字": "值"}}})
    assert store.conversation("甲") == Conversation(1, 1, {"version": 1, "slots": {"memory": {"字": "值"}}})
    assert store.reply_to("甲", "m1") == replace(record().out, repeated=True)
    assert store.reply_to("甲", "m2") is None
    assert store.standing("甲", "m1") == (store.conversation("甲"), store.reply_to("甲", "m1"))
    assert store.standing("甲", "m2") == (store.conversation("甲"), None)
    assert store.standing("乙", "m1") == (Conversation(), None)
    assert store.reply_to("乙", "m1") is None


def test_the_record_keeps_what_replay_and_audit_need(store: Store) -> None:
    store.write_turn(record(), Conversation(), None)
    with store.engine.connect() as connection:
        row = connection.execute(text("SELECT * FROM turn")).mappings().one()
    assert row["text"] == "掩码后的话"
    assert (row["revision"], row["graph_id"], row["model"], row["trace_id"]) == (7, "g", "model-1", "tr")
    assert (row["principal_kind"], row["principal_id"], row["outcome"]) == ("customer", "c-1", "answered")
    assert str(row["day"]) == "2025-06-01"
    assert str(row["as_of"]) == "2024-06-01"
    assert "原话" not in str(dict(row))


def test_places_in_the_downlink_are_resumed_from(store: Store) -> None:
    before = Conversation()
    for seq in (1, 2, 3):
        store.write_turn(record(f"m{seq}", seq), before, None)
        before = store.conversation("甲")
    assert [i.seq for i in store.outbox_after("甲", 1)] == [2, 3]
    assert Message.from_json(store.outbox_after("甲", 2)[0].payload["message"]) == MESSAGE
    assert [i.seq for i in store.unsent()] == [1, 2, 3]


def test_the_same_message_is_written_once(store: Store) -> None:
    store.write_turn(record(), Conversation(), None)
    with pytest.raises(ConversationMoved):
        store.write_turn(record(seq=2), store.conversation("甲"), None)
    assert store.conversation("甲").version == 1
    assert len(store.outbox_after("甲", 0)) == 1


def test_a_stale_writer_writes_nothing(store: Store) -> None:
    store.write_turn(record(), Conversation(), {"n": 1})
    stale = store.conversation("甲")
    store.write_turn(record("m2", 2), stale, {"n": 2})
    with pytest.raises(ConversationMoved):
        store.write_turn(record("m3", 2), stale, {"n": 3})
    assert store.conversation("甲").snapshot == {"n": 2}
    assert store.reply_to("甲", "m3") is None


def test_a_turn_without_snapshot_leaves_the_last_one(store: Store) -> None:
    store.write_turn(record(), Conversation(), {"n": 1})
    store.write_turn(record("m2", 2), store.conversation("甲"), None)
    assert store.conversation("甲") == Conversation(2, 2, {"n": 1})


def test_writers_of_different_conversations_do_not_disturb_each_other(store: Store) -> None:
    def write(session: str) -> None:
        for seq in range(1, 11):
            store.write_turn(record(f"m{seq}", seq, session), store.conversation(session), {"seq": seq})

    threads = [threading.Thread(target=write, args=(name,)) for name in "甲乙丙丁"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [store.conversation(name).seq for name in "甲乙丙丁"] == [10] * 4


def test_opening_again_keeps_what_is_there(store: Store, url: str) -> None:
    store.write_turn(record(), Conversation(), None)
    again = Store.open(url)
    assert again.conversation("甲").version == 1
    again.close()


def test_a_database_that_fails_says_so(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path / 'jinwen.db'}")
    metadata.tables["turn"].drop(store.engine)
    with pytest.raises(StoreUnavailable, match="JINWEN_DATABASE_URL"):
        store.reply_to("甲", "m1")
