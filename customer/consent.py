"""Consent: whether a customer has agreed to a purpose on a channel. Unknown and not yet given are no."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.engine import Connection

from customer.model import ANY_CHANNEL, Consent, ConsentState, Purpose
from customer.sql import add_new
from customer.tables import consent


def agreed(consents: Iterable[Consent], purpose: Purpose, channel: str, now: datetime) -> bool:
    """Whether the last word on `purpose`, for the channel or for all, grants it and was said by `now`.

    A withdrawal counts as soon as it is known, even if a skewed clock dated it ahead; a grant dated ahead does not
    count yet. At the same moment a withdrawal goes before a grant (个人信息保护法第二十四条: to be profiled is a
    purpose of its own, which can be refused by itself).
    """
    said = [c for c in consents if c.purpose == purpose and c.channel in (channel, ANY_CHANNEL)]
    last = max(said, key=lambda c: (c.at, c.state is ConsentState.WITHDRAWN), default=None)
    return last is not None and last.state is ConsentState.GRANTED and last.at <= now


def record(connection: Connection, customer_id: str, said: Consent) -> None:
    """Writes one word of the customer; earlier ones stay as they were said, and one said twice at a time is one."""
    row = {
        "customer_id": customer_id,
        "purpose": said.purpose,
        "channel": said.channel,
        "state": said.state.value,
        "at": said.at,
        "source": said.source,
    }
    add_new(connection, consent, [row])
