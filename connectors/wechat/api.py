"""The platform's interface, as far as we use it: token, customer-service messages, templates, menu, media, OAuth."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx
from sqlalchemy.engine import Engine

from connectors.channels.calls import TIMEOUT, get_json, post_json, read_answer
from connectors.channels.clock import Clock, utc_now
from connectors.channels.ports import NotSent, Refused, Unknown
from connectors.channels.tokens import Tokens
from connectors.wechat.errors import TOKEN_CODES, failure
from connectors.wechat.settings import WeChatSettings

MAX_MEDIA = 2_000_000
_MEDIA_TYPES = ("audio/", "image/")
_NO_MENU_YET = 46003


class WeChatApi:
    """Calls for one account; raises NotSent, Refused and Unknown (connectors.channels.ports)."""

    def __init__(
        self, settings: WeChatSettings, client: httpx.AsyncClient, engine: Engine, clock: Clock = utc_now
    ) -> None:
        self._settings = settings
        self._client = client
        self.tokens = Tokens(engine, f"wechat:{settings.appid}", self._fetch_token, clock)

    async def call(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """The answer to one call; with a new token once if the platform refuses the old one."""
        token = await self.tokens.get()
        answer = await post_json(self._client, self._settings.api + path, body, {"access_token": token})
        if answer.get("errcode", 0) in TOKEN_CODES:
            token = await self.tokens.after(token)
            answer = await post_json(self._client, self._settings.api + path, body, {"access_token": token})
        return _checked(answer)

    async def send(self, message: Mapping[str, Any]) -> str:
        """A customer-service message."""
        return str((await self.call("/cgi-bin/message/custom/send", message)).get("msgid", ""))

    async def typing(self, openid: str, *, on: bool) -> None:
        """The typing sign; whether it worked does not matter."""
        command = "Typing" if on else "CancelTyping"
        try:
            await self.call("/cgi-bin/message/custom/typing", {"touser": openid, "command": command})
        except (NotSent, Refused, Unknown):
            return

    async def send_template(self, openid: str, template: str, data: Mapping[str, str], url: str = "") -> str:
        """A template message; its id comes back in TEMPLATESENDJOBFINISH."""
        values = {name: {"value": value} for name, value in data.items()}
        body = {"touser": openid, "template_id": template, "url": url, "data": values}
        return str((await self.call("/cgi-bin/message/template/send", body))["msgid"])

    async def send_subscribed(self, openid: str, template: str, data: Mapping[str, str], page: str = "") -> None:
        """A message that the user subscribed to (订阅通知), once per subscription."""
        values = {name: {"value": value} for name, value in data.items()}
        body = {"touser": openid, "template_id": template, "page": page, "data": values}
        await self.call("/cgi-bin/message/subscribe/bizsend", body)

    async def menu(self) -> list[dict[str, Any]]:
        """The account's menu as the platform has it; empty when there is none."""
        token = await self.tokens.get()
        url = f"{self._settings.api}/cgi-bin/get_current_selfmenu_info"
        answer = await get_json(self._client, url, {"access_token": token})
        if answer.get("errcode") == _NO_MENU_YET:
            return []
        return list(_checked(answer).get("selfmenu_info", {}).get("button", []))

    async def set_menu(self, buttons: list[dict[str, Any]]) -> None:
        """Makes `buttons` the account's menu."""
        await self.call("/cgi-bin/menu/create", {"button": buttons})

    async def scene_qr(self, scene: str, seconds: int) -> str:
        """The address behind a QR code that brings whoever scans it with `scene`; `seconds` ≤ 2,592,000."""
        body = {
            "expire_seconds": seconds,
            "action_name": "QR_STR_SCENE",
            "action_info": {"scene": {"scene_str": scene}},
        }
        return str((await self.call("/cgi-bin/qrcode/create", body))["url"])

    async def media(self, media_id: str) -> bytes:
        """A voice or picture that a user sent, up to MAX_MEDIA bytes. Raises Refused for what is larger or other."""
        token = await self.tokens.get()
        query = {"access_token": token, "media_id": media_id}
        url = f"{self._settings.api}/cgi-bin/media/get"
        try:
            async with self._client.stream("GET", url, params=query, timeout=TIMEOUT) as answer:
                if not answer.headers.get("content-type", "").startswith(_MEDIA_TYPES):
                    await answer.aread()
                    raise Refused("media", str(_checked(read_answer(answer))))
                content = bytearray()
                async for chunk in answer.aiter_bytes():
                    content += chunk
                    if len(content) > MAX_MEDIA:
                        raise Refused("media-size", f"more than {MAX_MEDIA} bytes")
        except httpx.HTTPError as error:
            raise NotSent("unreachable", type(error).__name__) from None
        return bytes(content)

    async def openid_of(self, code: str) -> str:
        """Whose browser brought this OAuth code. Raises Refused for a code that is none."""
        query = {
            "appid": self._settings.appid,
            "secret": self._settings.secret,
            "code": code,
            "grant_type": "authorization_code",
        }
        answer = await get_json(self._client, f"{self._settings.api}/sns/oauth2/access_token", query)
        return str(_checked(answer)["openid"])

    async def _fetch_token(self, force: bool) -> tuple[str, int]:
        body = {
            "grant_type": "client_credential",
            "appid": self._settings.appid,
            "secret": self._settings.secret,
            "force_refresh": force,
        }
        try:
            answer = _checked(await post_json(self._client, f"{self._settings.api}/cgi-bin/stable_token", body))
        except (Unknown, Refused) as error:  # a fetch that failed sent nothing to the customer
            raise NotSent(error.code, "stable_token", 30.0) from None
        return str(answer["access_token"]), int(answer["expires_in"])


def _checked(answer: dict[str, Any]) -> dict[str, Any]:
    code = int(answer.get("errcode", 0))
    if code:
        raise failure(code, str(answer.get("errmsg", ""))[:200])
    return answer
