"""Where a worker left its conversations: from memory while it is true, from the database when it is not."""

from __future__ import annotations

from dialogue.engine.standing import MESSAGES, Standings
from dialogue.store import Conversation

FIRST, SECOND = Conversation(1, 1, {"n": 1}), Conversation(2, 2, {"n": 2})


def test_what_was_left_last_stands() -> None:
    standings = Standings()
    assert standings.of("甲", "m1") is None
    standings.leave("甲", "m1", FIRST, alone=True)
    assert standings.of("甲", "m2") == FIRST
    standings.leave("甲", "m2", SECOND, alone=True)
    assert standings.of("甲", "m3") == SECOND
    assert standings.of("乙", "m3") is None


def test_a_message_that_was_answered_is_asked_of_the_database() -> None:
    standings = Standings()
    for number in range(MESSAGES + 1):
        standings.leave("甲", f"m{number}", FIRST, alone=True)
    assert standings.of("甲", f"m{MESSAGES}") is None
    assert standings.of("甲", "m1") is None
    assert standings.of("甲", "m0") == FIRST, "so long ago that only the write finds out"


def test_what_the_database_knows_better_is_forgotten() -> None:
    standings = Standings()
    standings.leave("甲", "m1", FIRST, alone=True)
    standings.forget("甲")
    standings.forget("乙")
    assert standings.of("甲", "m2") is None


def test_quiet_conversations_make_room() -> None:
    standings = Standings(capacity=2)
    for session in ("甲", "乙", "甲", "丙"):
        standings.leave(session, "m1", FIRST, alone=True)
    assert [standings.of(session, "m2") for session in ("甲", "乙", "丙")] == [FIRST, None, FIRST]


def test_nobody_has_to_be_looked_for_while_a_conversation_is_as_it_was_left() -> None:
    standings = Standings()
    assert not standings.alone("甲", FIRST)
    standings.leave("甲", "m1", FIRST, alone=True)
    assert standings.alone("甲", FIRST)
    assert not standings.alone("甲", Conversation(3, 3, {"n": 1})), "from the database: others wrote it"
    standings.leave("甲", "m2", SECOND, alone=False)
    assert not standings.alone("甲", SECOND), "a person was asked for"
