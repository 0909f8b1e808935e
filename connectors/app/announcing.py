"""Telling a customer whose app is closed that something was said to him: a push notification without content.

It is put down with what was said, to go a moment later. Whichever open page of the customer shows the words before,
on whichever replica, takes it back.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy.engine import Connection

from connectors.channels.records import digest
from connectors.notices.store import Medium, NoticeStore

WAIT = timedelta(seconds=15)
TEMPLATE = "message_waiting"


class Announcer:
    """An Announcer (connectors.web.ports) over push notices; `wait` is how long a page may take to show the words."""

    def __init__(self, notices: NoticeStore, wait: timedelta = WAIT) -> None:
        self._notices = notices
        self._wait = wait

    def said(self, sql: Connection, customer: str, session: str, seq: int) -> None:
        """See Announcer."""
        key = _key(session, seq)
        self._notices.queued(sql, key, Medium.PUSH, customer, template=TEMPLATE, parts={}, after=self._wait)

    def left(self, customer: str, session: str, seq: int) -> None:
        """See Announcer."""
        self._notices.queue(_key(session, seq), Medium.PUSH, customer, TEMPLATE, {}, after=self._wait)

    def seen(self, session: str, seqs: Iterable[int]) -> None:
        """See Announcer."""
        self._notices.withdraw_all([digest(_key(session, seq)) for seq in seqs], "read")


def _key(session: str, seq: int) -> str:
    return f"said:{session}:{seq}"
