"""Turns that need no understanding: what can't be read, and greetings. They stand in the record like any other."""

from __future__ import annotations

import uuid
from datetime import date

from connectors.channels.records import Entry
from connectors.channels.texts import say
from dialogue.message import Message
from dialogue.store import Conversation, ConversationMoved, Store, TurnRecord
from dialogue.texts import say as bot_say
from dialogue.turn import Principal, TurnIn, TurnOut
from kg.answer import Outcome

_ATTEMPTS = 5


def fixed_turn(store: Store, entry: Entry, principal: Principal, today: date) -> TurnOut:
    """The reply to an entry whose `notice` names a fixed text; written once, in the conversation's order.

    Raises StoreError when the database fails, ConversationMoved when others write without pause.
    """
    known = store.reply_to(entry.session, entry.message_id)
    for attempt in range(_ATTEMPTS):
        if known is not None:
            return known
        before = store.conversation(entry.session)
        record = _record(entry, principal, today, before)
        try:
            store.write_turn(record, before, None)
        except ConversationMoved:
            if attempt == _ATTEMPTS - 1:
                raise
            known = store.reply_to(entry.session, entry.message_id)
        else:
            return record.out
    raise ConversationMoved(entry.session)


def _record(entry: Entry, principal: Principal, today: date, before: Conversation) -> TurnRecord:
    notice = str(entry.body["notice"])
    shown = say(f"{notice}_shown")
    turn = TurnIn(
        entry.session,
        shown,
        entry.message_id,
        today,
        principal,
        entry.address.channel,
        trace_id=entry.trace_id,
    )
    out = TurnOut(
        session=entry.session,
        turn_id=uuid.uuid4().hex,
        seq=before.seq + 1,
        message=_message(notice, before),
        outcome=Outcome.CHITCHAT if notice.startswith("welcome") else Outcome.OUT_OF_SCOPE,
        intent=notice,
        confidence=1.0,
        trace_id=entry.trace_id,
    )
    return TurnRecord(turn, shown, out)


def _message(notice: str, before: Conversation) -> Message:
    """The fixed text; the first word of a conversation says that a machine speaks, as the welcome does by itself."""
    if before.version or notice.startswith("welcome"):
        return Message(say(notice))
    return Message(say(notice), notices=(bot_say("machine_notice").text,), first=True)
