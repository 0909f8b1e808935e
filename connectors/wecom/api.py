"""The interface of 企业微信, as far as we use it: token, 微信客服 messages and states, app messages."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import Any

import httpx
from sqlalchemy.engine import Engine

from connectors.channels.calls import get_json, post_json
from connectors.channels.clock import Clock, utc_now
from connectors.channels.ports import NotSent, Refused, Unknown
from connectors.channels.tokens import Tokens
from connectors.wecom.errors import TOKEN_CODES, failure
from connectors.wecom.settings import WeComSettings

PAGE = 1000


class ServiceState(IntEnum):
    """Who has a conversation of 微信客服."""

    NEW = 0
    BOT = 1
    QUEUE = 2
    PERSON = 3
    ENDED = 4


class WeComApi:
    """Calls for one application; raises NotSent, Refused and Unknown (connectors.channels.ports)."""

    def __init__(
        self, settings: WeComSettings, client: httpx.AsyncClient, engine: Engine, clock: Clock = utc_now
    ) -> None:
        self._settings = settings
        self._client = client
        self.tokens = Tokens(engine, f"wecom:{settings.corpid}:{settings.name}", self._fetch_token, clock)

    async def call(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """The answer to one call; with a new token once if the old one is refused."""
        token = await self.tokens.get()
        answer = await post_json(self._client, self._settings.api + path, body, {"access_token": token})
        if answer.get("errcode", 0) in TOKEN_CODES:
            token = await self.tokens.after(token)
            answer = await post_json(self._client, self._settings.api + path, body, {"access_token": token})
        return _checked(answer)

    async def sync(self, kfid: str, cursor: str, token: str) -> dict[str, Any]:
        """A page of messages and events after `cursor`; `token` of the callback lifts the strict limit."""
        body = {"cursor": cursor, "token": token, "limit": PAGE, "voice_format": 0, "open_kfid": kfid}
        return await self.call("/cgi-bin/kf/sync_msg", {name: value for name, value in body.items() if value != ""})

    async def send_kf(self, message: Mapping[str, Any]) -> str:
        """A message to a customer. Its `msgid` is our key: the platform takes it once."""
        return str((await self.call("/cgi-bin/kf/send_msg", message)).get("msgid", ""))

    async def send_welcome(self, code: str, text: str) -> None:
        """The word of welcome; the code works once, within 20 s of the event."""
        body = {"code": code, "msgtype": "text", "text": {"content": text}}
        await self.call("/cgi-bin/kf/send_msg_on_event", body)

    async def state(self, kfid: str, user: str) -> ServiceState:
        """Who has the conversation."""
        answer = await self.call("/cgi-bin/kf/service_state/get", {"open_kfid": kfid, "external_userid": user})
        return ServiceState(int(answer["service_state"]))

    async def move(self, kfid: str, user: str, to: ServiceState, servicer: str = "") -> None:
        """Gives the conversation to the bot, the queue, a person, or ends it."""
        body: dict[str, Any] = {"open_kfid": kfid, "external_userid": user, "service_state": int(to)}
        await self.call("/cgi-bin/kf/service_state/trans", body | ({"servicer_userid": servicer} if servicer else {}))

    async def send_app(self, user: str, text: str) -> str:
        """A message to a member of the company."""
        body = {
            "touser": user,
            "msgtype": "text",
            "agentid": self._settings.agent_id,
            "text": {"content": text},
            "enable_duplicate_check": 1,
            "duplicate_check_interval": 1800,
        }
        answer = await self.call("/cgi-bin/message/send", body)
        if user in str(answer.get("invaliduser", "")).split("|"):
            raise Refused("invaliduser", "no such member, or not allowed to see the application")
        return str(answer.get("msgid", ""))

    async def _fetch_token(self, _force: bool) -> tuple[str, int]:
        query = {"corpid": self._settings.corpid, "corpsecret": self._settings.secret}
        try:
            answer = _checked(await get_json(self._client, f"{self._settings.api}/cgi-bin/gettoken", query))
        except (Unknown, Refused) as error:  # a fetch that failed sent nothing to the customer
            raise NotSent(error.code, "gettoken", 30.0) from None
        return str(answer["access_token"]), int(answer["expires_in"])


def _checked(answer: dict[str, Any]) -> dict[str, Any]:
    code = int(answer.get("errcode", 0))
    if code:
        raise failure(code, str(answer.get("errmsg", ""))[:200])
    return answer
