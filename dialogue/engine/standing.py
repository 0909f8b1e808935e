"""Standings: where this worker left its conversations, so that a turn need not read what the turn before has written.

A conversation always comes to the same worker, but a colleague at the desk, a push or a signing-in may write it too.
The database has the last word: every write moves the conversation's version, a turn that was built on an older one is
not written (ConversationMoved), and is taken again from what the database says.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import dataclass, field

from dialogue.store import Conversation

CONVERSATIONS, MESSAGES = 1_000, 20
"""How many conversations are kept, those that were quiet for longest go first; and how many messages of each."""


@dataclass(slots=True)
class _Left:
    conversation: Conversation
    alone: bool = False
    messages: deque[str] = field(default_factory=lambda: deque(maxlen=MESSAGES))


class Standings:
    """What was left, by session."""

    def __init__(self, capacity: int = CONVERSATIONS) -> None:
        self._capacity = capacity
        self._left: OrderedDict[str, _Left] = OrderedDict()

    def of(self, session: str, message_id: str) -> Conversation | None:
        """The conversation as it was left. None where only the database knows: one from elsewhere, or a message that
        has its reply already."""
        left = self._left.get(session)
        return left.conversation if left is not None and message_id not in left.messages else None

    def alone(self, session: str, conversation: Conversation) -> bool:
        """Whether it is the conversation as it was left, and no person was asked for then. Whoever asks for one, and
        whoever brings a handoff in from elsewhere, moves the version."""
        left = self._left.get(session)
        return left is not None and left.conversation is conversation and left.alone

    def leave(self, session: str, message_id: str, conversation: Conversation, *, alone: bool) -> None:
        """Notes what was just written; `alone`: no person has to do with it, nor did before."""
        left = self._left.setdefault(session, _Left(conversation))
        left.conversation, left.alone = conversation, alone
        left.messages.append(message_id)
        self._left.move_to_end(session)
        while len(self._left) > self._capacity:
            self._left.popitem(last=False)

    def forget(self, session: str) -> None:
        """The database knows better."""
        self._left.pop(session, None)
