"""The tables of the dialogue: conversations with their tracker snapshot, turns, and the outbox."""

from dialogue.store.errors import ConversationMoved, StoreError, StoreUnavailable
from dialogue.store.records import Conversation, OutboxItem, TurnRecord
from dialogue.store.store import Store

__all__ = ["Conversation", "ConversationMoved", "OutboxItem", "Store", "StoreError", "StoreUnavailable", "TurnRecord"]
