"""Old conversations asked again; demo users only where there is nobody yet."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from app.demo_staff import demo_users
from app.replay import replay
from connectors.staff.accounts import Accounts
from dialogue.message import Message
from dialogue.store import Conversation, Store, TurnRecord
from dialogue.turn import Namespace, TurnIn, TurnOut
from kg.answer import Outcome
from tests.support.desk import tables

GIVEN = TurnIn("web-1", "起购金额是多少", "m1", date(2026, 3, 1), revision=None)


def said(text: str, session: str = "web-1", seq: int = 1) -> TurnOut:
    message = Message(text, feedback=f"t{seq}")
    return TurnOut(session, f"t{seq}", seq, message, Outcome.ANSWERED, "ask", 1.0, revision=7)


def test_a_replay_asks_the_revision_and_the_day_of_then_and_tells_the_difference(tmp_path: Path) -> None:
    store = Store(tables(tmp_path))
    store.write_turn(TurnRecord(GIVEN, GIVEN.text, said("1万元"), model="abc"), Conversation(), {})
    later = replace(GIVEN, text="那风险呢", message_id="m2")
    store.write_turn(TurnRecord(later, later.text, said("R2", seq=2), model="abc"), Conversation(1, 1), {})
    asked: list[TurnIn] = []

    def handle(given: TurnIn) -> TurnOut:
        asked.append(given)
        return said("1万元" if len(asked) == 1 else "R3", given.session, 9)

    found = list(replay(store.engine, "web-1", handle))
    assert [(r.text, r.same, r.revision, r.model) for r in found] == [
        ("起购金额是多少", True, 7, "abc"),
        ("那风险呢", False, 7, "abc"),
    ]
    assert {(t.today, t.revision, t.namespace) for t in asked} == {(date(2026, 3, 1), 7, Namespace.BATCH)}
    assert len({t.session for t in asked}) == 1 and asked[0].session != "web-1"
    store.close()


def test_demo_users_are_made_once_with_passwords_of_their_own(tmp_path: Path) -> None:
    accounts = Accounts(tables(tmp_path))
    made = dict(demo_users(accounts))
    assert set(made) == {
        "demo-editor",
        "demo-approver",
        "demo-agent",
        "demo-agent-b",
        "demo-supervisor",
        "demo-marketer",
    }
    assert len(set(made.values())) == len(made)
    assert demo_users(accounts) == []
