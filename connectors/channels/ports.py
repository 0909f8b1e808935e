"""What a channel must be able to do, and how its sending can end."""

from __future__ import annotations

from typing import Protocol

from connectors.channels.records import Delivery, Part
from dialogue.message import Message


class Adapter(Protocol):
    """One account on one platform.

    `keyed`: the receiver drops a second message of the same key, so an unknown outcome is simply sent again.
    `limited`: the platform only takes messages that an act of the user allowed (`Grant`). `unasked`: it takes messages
    that answer no request of the platform.
    """

    channel: str
    account: str
    keyed: bool
    limited: bool
    unasked: bool

    def render(self, message: Message) -> list[Part]:
        """The platform messages that say `message`, in order; within the platform's limits."""

    async def send(self, delivery: Delivery) -> str:
        """Sends it and returns the platform's id of it, empty when there is none. Raises SendError."""


class SendError(Exception):
    """A message that was not taken, or perhaps not taken. `code` is the platform's."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code} {detail}".strip())
        self.code = code


class NotSent(SendError):
    """Surely not sent, and worth another try after `after` seconds (None: the sender's own pace)."""

    def __init__(self, code: str, detail: str = "", after: float | None = None) -> None:
        super().__init__(code, detail)
        self.after = after


class Refused(SendError):
    """Surely not sent, and not to be tried again. `again`: it may come with the customer's next message."""

    def __init__(self, code: str, detail: str = "", *, again: bool = False) -> None:
        super().__init__(code, detail)
        self.again = again


class Unknown(SendError):
    """Perhaps sent: the connection broke before the platform's answer."""
