"""The official-account platform: calls the bot's address as the real one does, and shows users what it answers.

Callbacks are signed and encrypted as the account is set; the bot has `patience` seconds and three tries; an answer
that is none of the platform's shows 「该公众号暂时无法提供服务，请稍后再试」.
"""

from __future__ import annotations

import asyncio
import itertools
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from connectors.simulators.faults import Faults
from connectors.simulators.wechat_rules import (
    MAX_PASSIVE,
    TOUCH_S,
    TOUCH_SENDS,
    TRANSFERRED,
    WINDOW_S,
    WINDOW_SENDS,
    Allowance,
    TokenDesk,
    User,
)
from connectors.wechat.crypto import CryptoError, MessageCrypto, signature
from connectors.wechat.settings import Mode, WeChatSettings
from connectors.wechat.xml import XmlFault, read_xml, write_xml

UNAVAILABLE = "该公众号暂时无法提供服务，请稍后再试"
TRIES = 3


@dataclass
class Attempt:
    """One callback: what was sent where, and what came of it."""

    query: dict[str, str]
    body: str
    status: int = 0
    answer: str = ""
    seconds: float = 0.0


@dataclass
class Platform:
    """One account on the platform. `callback` is the bot's address, `client` reaches it."""

    settings: WeChatSettings
    callback: str
    client: httpx.AsyncClient
    patience: float = 5.0
    clock: Callable[[], float] = time.time
    users: dict[str, User] = field(default_factory=dict)
    attempts: list[Attempt] = field(default_factory=list)
    faults: Faults = field(default_factory=Faults)
    menu: list[dict[str, Any]] = field(default_factory=list)
    codes: dict[str, str] = field(default_factory=dict)
    scenes: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.tokens = TokenDesk(self.clock)
        self._ids = itertools.count(24_000_000_000_000_000 + secrets.randbelow(10**12))

    def user(self, openid: str) -> User:
        """The user of that id, who follows the account from now on if he is new."""
        return self.users.setdefault(openid, User(openid))

    def new_id(self) -> str:
        """A message id."""
        return str(next(self._ids))

    async def check_address(self) -> bool:
        """As when the address is entered in the console."""
        query = {**self._plain_query(), "echostr": str(secrets.randbelow(10**18))}
        answer = await self.client.get(self.callback, params=query)
        return answer.status_code == 200 and answer.text == query["echostr"]

    async def say(self, openid: str, text: str, **more: str) -> None:
        """The user writes."""
        self.user(openid).screen.append({"from": "user", "text": text})
        await self.message(openid, {"MsgType": "text", "Content": text, **more})

    async def message(self, openid: str, fields: Mapping[str, str]) -> None:
        """The user sends a message of any type."""
        touched = "bizmsgmenuid" in fields
        self._allow(openid, touched)
        await self.deliver(openid, {**fields, "MsgId": self.new_id()})

    async def event(self, openid: str, event: str, **fields: str) -> None:
        """Something the user does: subscribe, SCAN, CLICK, …"""
        user = self.user(openid)
        user.following = event.lower() != "unsubscribe"
        if event.upper() in ("SUBSCRIBE", "SCAN", "CLICK"):
            self._allow(openid, True)
        await self.deliver(openid, {"MsgType": "event", "Event": event, **fields})

    async def deliver(self, openid: str, fields: Mapping[str, str]) -> None:
        """Calls the bot's address, three times if need be, and shows the user what comes of it."""
        created = int(self.clock())
        full = {
            "ToUserName": self.settings.account,
            "FromUserName": openid,
            "CreateTime": created,
            **{name: int(value) if name == "MsgId" else value for name, value in fields.items()},
        }
        plain = write_xml(full)
        for _ in range(TRIES):
            attempt = await self.call(*self.wrapped(plain))
            if attempt.status == 200:
                self._show(openid, attempt.answer)
                return
        if fields.get("MsgType") != "event":
            self.user(openid).screen.append({"from": "platform", "text": UNAVAILABLE})

    def wrapped(self, plain: str) -> tuple[dict[str, str], str]:
        """Query and body of a callback in the account's mode."""
        query = self._plain_query()
        if self.settings.mode is Mode.PLAIN:
            return query, plain
        crypto = self._crypto()
        sealed = crypto.seal(plain.encode())
        mark = crypto.sign(sealed, query["timestamp"], query["nonce"])
        query |= {"encrypt_type": "aes", "msg_signature": mark}
        if self.settings.mode is Mode.COMPATIBLE:
            return query, plain.replace("</xml>", f"<Encrypt><![CDATA[{sealed}]]></Encrypt></xml>")
        return query, write_xml({"ToUserName": self.settings.account, "Encrypt": sealed})

    async def call(self, query: Mapping[str, str], body: str) -> Attempt:
        """One callback, for as long as the platform waits."""
        attempt = Attempt(dict(query), body)
        self.attempts.append(attempt)
        started = time.perf_counter()
        headers = {"Content-Type": "text/xml", "User-Agent": "Mozilla/4.0"}
        request = self.client.post(self.callback, params=attempt.query, content=body.encode(), headers=headers)
        try:
            answer = await asyncio.wait_for(request, self.patience)
        except (TimeoutError, httpx.HTTPError):
            attempt.status = 0
        else:
            attempt.status, attempt.answer = answer.status_code, answer.text
        attempt.seconds = time.perf_counter() - started
        return attempt

    def _show(self, openid: str, answer: str) -> None:
        if answer in ("", "success"):
            return
        text = self.read_reply(openid, answer)
        self.user(openid).screen.append({"from": "account", "text": text} if text else _unavailable())

    def read_reply(self, openid: str, answer: str) -> str:
        """The text of a passive reply; empty for what the platform would not take."""
        try:
            fields = read_xml(answer.encode())
            if self.settings.mode is not Mode.PLAIN:
                given = (fields["Encrypt"], fields["MsgSignature"], fields["TimeStamp"], fields["Nonce"])
                fields = read_xml(self._crypto().open(*given))
        except (XmlFault, CryptoError, KeyError):
            return ""
        right = fields.get("ToUserName") == openid and fields.get("FromUserName") == self.settings.account
        if right and fields.get("MsgType") == "transfer_customer_service":
            return TRANSFERRED
        text = fields.get("Content", "")
        fits = fields.get("MsgType") == "text" and fields.get("CreateTime", "").isdecimal()
        return text if right and fits and len(text.encode()) <= MAX_PASSIVE else ""

    def _allow(self, openid: str, touched: bool) -> None:
        user, now = self.user(openid), self.clock()
        if touched:
            user.touch = Allowance(now + TOUCH_S, TOUCH_SENDS)
        else:
            user.message = Allowance(now + WINDOW_S, WINDOW_SENDS)

    def _plain_query(self) -> dict[str, str]:
        stamp, nonce = str(int(self.clock())), str(secrets.randbelow(10**9))
        return {"signature": signature(self.settings.token, stamp, nonce), "timestamp": stamp, "nonce": nonce}

    def _crypto(self) -> MessageCrypto:
        return MessageCrypto(self.settings.token, self.settings.aes_key, self.settings.appid)


def _unavailable() -> dict[str, Any]:
    return {"from": "platform", "text": UNAVAILABLE}
