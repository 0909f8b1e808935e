"""What can go wrong between the dialogue and its tables."""

from __future__ import annotations


class StoreError(Exception):
    """Base of every error of the dialogue's tables."""


class StoreUnavailable(StoreError):
    """The database can't be read or written; the turn must not be answered from a blank history."""


class ConversationMoved(StoreError):
    """Somebody else wrote this conversation between reading and writing; the turn is to be taken again."""
