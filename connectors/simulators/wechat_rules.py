"""The rules of the official-account platform that a bot can break: tokens, windows, quotas, sizes.

Numbers as in the platform's pages (2024–2026); the console of a live account has the last word.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

WINDOW_S, WINDOW_SENDS = 48 * 3600.0, 5
TOUCH_S, TOUCH_SENDS = 60.0, 3
TRANSFERRED = "（已转到公众号客服）"
"""On the simulated screen: an answer has given the user to the platform's own customer service."""
MAX_PASSIVE, MAX_CUSTOM = 2047, 2048
TOKEN_S, FORCE_EVERY_S, FORCES_A_DAY = 7200, 30.0, 20


class Broken(Exception):
    """A rule was broken; `code` is the platform's errcode."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"{code} {message}")
        self.code, self.message = code, message


@dataclass
class Allowance:
    """Messages that may be sent until a moment."""

    until: float = 0.0
    left: int = 0


@dataclass
class User:
    """A user of the account: what he has on his screen, and what may be sent to him."""

    openid: str
    following: bool = True
    screen: list[dict[str, Any]] = field(default_factory=list)
    message: Allowance = field(default_factory=Allowance)
    touch: Allowance = field(default_factory=Allowance)

    def take(self, now: float) -> None:
        """One message out of what is allowed. Raises Broken: 45015 without a window, 45047 with an empty one."""
        if not self.following:
            raise Broken(43004, "require subscribe")
        current = [a for a in (self.touch, self.message) if a.until > now]
        if not current:
            raise Broken(45015, "response out of time limit or subscription is canceled")
        usable = [a for a in current if a.left > 0]
        if not usable:
            raise Broken(45047, "out of response count limit")
        usable[0].left -= 1


class TokenDesk:
    """stable_token: the same token until shortly before its end; a forced one ends the last."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._token = ""
        self._ends = 0.0
        self._forced: list[float] = []
        self.fetched = 0

    def issue(self, force: bool) -> tuple[str, int]:
        """Token and life in seconds. Raises Broken when it is forced too often."""
        now = self._clock()
        self.fetched += 1
        if force:
            self._forced = [t for t in self._forced if t > now - 86_400]
            if len(self._forced) >= FORCES_A_DAY:
                raise Broken(45009, "reach max api daily quota limit")
            if self._forced and now - self._forced[-1] < FORCE_EVERY_S:
                return self._token, int(self._ends - now)
            self._forced.append(now)
        if force or now >= self._ends - 300:
            self._token, self._ends = secrets.token_urlsafe(120), now + TOKEN_S
        return self._token, int(self._ends - now)

    def check(self, given: str) -> None:
        """Raises Broken for a token that is not the present one."""
        if not given or not secrets.compare_digest(given, self._token):
            raise Broken(40001, "invalid credential, access_token is invalid or not latest")
        if self._clock() >= self._ends:
            raise Broken(42001, "access_token expired")

    def expire(self) -> None:
        """Ends the present token before its time."""
        self._token = secrets.token_urlsafe(120)


def read_raw(body: bytes) -> dict[str, Any]:
    """A call's JSON. \\u escapes would stand on the user's screen as they are: refused here, to be noticed."""
    try:
        read = json.loads(body)
    except ValueError:
        raise Broken(47001, "data format error") from None
    if b"\\u" in body.replace(b"\\\\", b""):
        raise Broken(47001, "data format error: text must be raw UTF-8")
    if not isinstance(read, dict):
        raise Broken(47001, "data format error")
    return read


def shown(message: Mapping[str, Any]) -> dict[str, Any]:
    """What a customer-service message looks like on the screen. Raises Broken for what the platform refuses."""
    kind = message.get("msgtype")
    if kind == "text":
        text = str(message.get("text", {}).get("content", ""))
        if not text:
            raise Broken(44004, "empty content")
        if len(text.encode()) > MAX_CUSTOM:
            raise Broken(45002, "content size out of limit")
        return {"from": "account", "text": text}
    if kind == "msgmenu":
        menu = message.get("msgmenu", {})
        items = [{"id": str(i["id"]), "content": str(i["content"])} for i in menu.get("list", [])]
        text = str(menu.get("head_content", ""))
        if not items or len(json.dumps(menu, ensure_ascii=False).encode()) > 2 * MAX_CUSTOM:
            raise Broken(45002, "content size out of limit")
        return {"from": "account", "text": text, "menu": items, "tail": str(menu.get("tail_content", ""))}
    raise Broken(40008, "invalid message type")
