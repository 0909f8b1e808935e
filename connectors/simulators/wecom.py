"""企业微信 with 微信客服: callbacks that only say that there is something, pages of messages, states, keys, limits."""

from __future__ import annotations

import itertools
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from connectors.simulators.faults import Faults
from connectors.simulators.wechat_rules import Broken, TokenDesk
from connectors.wechat.crypto import MessageCrypto
from connectors.wechat.xml import write_xml
from connectors.wecom.settings import WeComSettings

WINDOW_S, WINDOW_SENDS, TOKEN_S, WELCOME_S = 48 * 3600.0, 5, 600.0, 20.0
MAX_TEXT = 2048
NEW, BOT, QUEUE, PERSON, ENDED = range(5)
_MOVES = {NEW: {1, 2, 3, 4}, BOT: {1, 2, 3, 4}, QUEUE: {2, 3, 4}, PERSON: {3, 4}, ENDED: set()}


@dataclass
class Customer:
    """A customer at one service account."""

    state: int = NEW
    servicer: str = ""
    until: float = 0.0
    left: int = 0
    screen: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class WeComPlatform:
    """One application of one company. `callback` is the bot's address, `client` reaches it."""

    settings: WeComSettings
    callback: str
    client: httpx.AsyncClient
    kfid: str = "wk-demo"
    page_size: int = 1000
    clock: Callable[[], float] = time.time
    faults: Faults = field(default_factory=Faults)
    items: list[dict[str, Any]] = field(default_factory=list)
    customers: dict[str, Customer] = field(default_factory=dict)
    taken: dict[str, str] = field(default_factory=dict)
    members: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.tokens = TokenDesk(self.clock)
        self._numbers = itertools.count(1)
        self._sync_tokens: dict[str, float] = {}
        self._welcomes: dict[str, tuple[str, float]] = {}

    def customer(self, user: str) -> Customer:
        """The customer of that id."""
        return self.customers.setdefault(user, Customer())

    async def check_address(self) -> bool:
        """As when the address is entered in the console: the answer must be the plain text and nothing else."""
        word = str(secrets.randbelow(10**18))
        sealed = self._crypto().seal(word.encode())
        answer = await self.client.get(self.callback, params={**self._signed(sealed), "echostr": sealed})
        return answer.status_code == 200 and answer.content == word.encode()

    async def say(self, user: str, text: str, *, notify: bool = True, **more: Any) -> None:
        """The customer writes; `notify` False keeps the callback back."""
        self.customer(user).screen.append({"from": "user", "text": text})
        self.put(user, {"origin": 3, "msgtype": "text", "text": {"content": text, **more}})
        if notify:
            await self.notify()

    def put(self, user: str, item: dict[str, Any]) -> None:
        """Something of the customer's stands to be fetched; a message of his opens the window."""
        found = self.customer(user)
        if item["origin"] == 3:
            found.until, found.left = self.clock() + WINDOW_S, WINDOW_SENDS
            found.state = NEW if found.state == ENDED else found.state
        common = {"msgid": f"msg{next(self._numbers)}", "open_kfid": self.kfid, "external_userid": user}
        self.items.append({**common, "send_time": int(self.clock()), **item})

    def system(self, event: dict[str, Any]) -> None:
        """An event of the platform stands to be fetched."""
        item = {"msgid": f"msg{next(self._numbers)}", "send_time": int(self.clock()), "origin": 4, "msgtype": "event"}
        self.items.append({**item, "event": event})

    async def enter(self, user: str, scene: str = "") -> None:
        """The customer opens the conversation."""
        code = secrets.token_hex(8)
        self._welcomes[code] = (user, self.clock() + WELCOME_S)
        self.customer(user)
        told = {"open_kfid": self.kfid, "external_userid": user, "scene": "1", "scene_param": scene}
        self.system({"event_type": "enter_session", **told, "welcome_code": code})
        await self.notify()

    async def notify(self) -> int:
        """Calls the bot: there is something; the status of its answer."""
        token = secrets.token_hex(12)
        self._sync_tokens[token] = self.clock() + TOKEN_S
        fields = self._fields("event")
        return await self.call({**fields, "Event": "kf_msg_or_event", "Token": token, "OpenKfId": self.kfid})

    async def write_to_app(self, member: str, text: str) -> int:
        """A member of the company writes to the application."""
        self.members.setdefault(member, [])
        fields = self._fields("text") | {"FromUserName": member}
        return await self.call({**fields, "Content": text, "MsgId": next(self._numbers)})

    async def call(self, fields: dict[str, str | int]) -> int:
        """One callback."""
        sealed = self._crypto().seal(write_xml(fields).encode())
        body = write_xml({"ToUserName": self.settings.corpid, "AgentID": "1", "Encrypt": sealed})
        answer = await self.client.post(self.callback, params=self._signed(sealed), content=body.encode())
        return answer.status_code

    def sync(self, body: dict[str, Any]) -> dict[str, Any]:
        """A page after the cursor. Raises Broken for a token that has ended."""
        token = body.get("token")
        if token and self._sync_tokens.get(token, 0.0) < self.clock():
            raise Broken(95007, "invalid msg token")
        after = int(body.get("cursor") or 0)
        size = min(int(body.get("limit", 1000)), self.page_size)
        page = self.items[after : after + size]
        more = after + size < len(self.items)
        return {"next_cursor": str(after + len(page)), "has_more": int(more), "msg_list": page}

    def send(self, body: dict[str, Any]) -> dict[str, Any]:
        """A message to a customer; a key that was seen before sends nothing."""
        key, found = str(body.get("msgid", "")), self.customers.get(str(body.get("touser")))
        if found is None or body.get("open_kfid") != self.kfid:
            raise Broken(40096, "invalid external userid")
        if len(key) > 32 or not all(c.isascii() and (c.isalnum() or c in "_-") for c in key):
            raise Broken(40058, "invalid msgid")
        if key in self.taken:
            return {"msgid": key}
        if found.state not in (NEW, BOT):
            raise Broken(95018, "send msg session status invalid")
        if found.until < self.clock():
            raise Broken(95002, "not user's msg within the window")
        if found.left == 0:
            raise Broken(95001, "send msg count limit")
        found.screen.append(_shown(body))
        found.left -= 1
        self.taken[key] = str(body["touser"])
        return {"msgid": key}

    def welcome(self, body: dict[str, Any]) -> dict[str, Any]:
        """The word of welcome, once and soon."""
        user, until = self._welcomes.pop(str(body.get("code")), ("", 0.0))
        if until < self.clock():
            raise Broken(95016, "invalid welcome code")
        self.customer(user).screen.append(_shown(body))
        return {"msgid": secrets.token_hex(8)}

    def move(self, body: dict[str, Any]) -> dict[str, Any]:
        """Changes who has a conversation, along the ways there are."""
        found, to = self._of(body), int(body.get("service_state", -1))
        if to not in _MOVES[found.state]:
            raise Broken(95016, "not allow this session status")
        if to == PERSON and body.get("servicer_userid") not in self.settings.servicers:
            raise Broken(95014, "servicer is not activated")
        found.state, found.servicer = to, str(body.get("servicer_userid", ""))
        return {}

    def state(self, body: dict[str, Any]) -> dict[str, Any]:
        """Who has a conversation."""
        return {"service_state": self._of(body).state, "servicer_userid": self._of(body).servicer}

    def send_app(self, body: dict[str, Any]) -> dict[str, Any]:
        """A message to a member."""
        if body.get("agentid") != self.settings.agent_id:
            raise Broken(40056, "invalid agentid")
        user, text = str(body.get("touser")), str(body.get("text", {}).get("content", ""))
        if user not in self.members:
            return {"invaliduser": user}
        self.members[user].append(text)
        return {"msgid": secrets.token_hex(8)}

    def _of(self, body: dict[str, Any]) -> Customer:
        found = self.customers.get(str(body.get("external_userid")))
        if found is None:
            raise Broken(40096, "invalid external userid")
        return found

    def _fields(self, kind: str) -> dict[str, str | int]:
        return {"ToUserName": self.settings.corpid, "CreateTime": int(self.clock()), "MsgType": kind}

    def _signed(self, sealed: str) -> dict[str, str]:
        stamp, nonce = str(int(self.clock())), str(secrets.randbelow(10**9))
        return {"msg_signature": self._crypto().sign(sealed, stamp, nonce), "timestamp": stamp, "nonce": nonce}

    def _crypto(self) -> MessageCrypto:
        return MessageCrypto(self.settings.token, self.settings.aes_key, self.settings.receiver or self.settings.corpid)


def _shown(body: dict[str, Any]) -> dict[str, Any]:
    if body.get("msgtype") == "text":
        text = str(body.get("text", {}).get("content", ""))
        if not text or len(text.encode()) > MAX_TEXT:
            raise Broken(40058, "invalid text")
        return {"from": "account", "text": text}
    if body.get("msgtype") == "msgmenu":
        menu = body.get("msgmenu", {})
        items = [i["click"] for i in menu.get("list", []) if i.get("type") == "click"]
        if len(items) > 10 or any(len(i["content"].encode()) > 128 for i in items):
            raise Broken(40058, "invalid menu")
        return {"from": "account", "text": menu.get("head_content", ""), "menu": items}
    raise Broken(40008, "invalid msgtype")
