"""The official account as a channel: a Message as text and menu, by customer-service message or passively."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors.channels.ports import Refused
from connectors.channels.records import Delivery, Part
from connectors.channels.rendering import Tagger, as_text, parts_of
from connectors.channels.texts import say
from connectors.wechat.api import WeChatApi
from connectors.wechat.parsing import CHANNEL
from connectors.wechat.settings import WeChatSettings
from connectors.wechat.xml import write_xml
from dialogue.message import Message

LIMIT = 2000
"""Bytes of one text; the platform has been seen to take 2047 passively and 2048 otherwise."""
_NO_MENU = "40200"


class WeChatAdapter:
    """An Adapter (connectors.channels.ports)."""

    channel = CHANNEL
    keyed = False
    limited = True

    def __init__(self, settings: WeChatSettings, api: WeChatApi) -> None:
        self.account = settings.name
        self.unasked = settings.customer_service
        self._settings = settings
        self._api = api
        self._tagger = Tagger(settings.hosts, CHANNEL)
        self._menus = True

    def render(self, message: Message) -> list[Part]:
        """See Adapter."""
        return parts_of(message, LIMIT, self._tagger)

    async def send(self, delivery: Delivery) -> str:
        """See Adapter."""
        if not self._settings.customer_service:
            raise Refused("no-customer-service", again=True)
        if delivery.part.choices and self._menus:
            try:
                return await self._api.send(_menu(delivery))
            except Refused as error:
                if error.code != _NO_MENU:
                    raise
                self._menus = False  # the account is not verified; it won't be within this process's life
        text = {"content": as_text(delivery.part)}
        return await self._api.send({"touser": delivery.address.user, "msgtype": "text", "text": text})

    def transferring(self, user: str, now: int) -> str:
        """The XML that has the platform give the user to its own customer service. `now` in seconds."""
        fields: dict[str, str | int | Mapping[str, str]] = {
            "ToUserName": user,
            "FromUserName": self._settings.account,
            "CreateTime": now,
            "MsgType": "transfer_customer_service",
        }
        if self._settings.transfer_to:
            fields["TransInfo"] = {"KfAccount": self._settings.transfer_to}
        return write_xml(fields)

    def passive(self, text: str, user: str, now: int) -> str:
        """The XML that answers the platform's own request. `now` in seconds."""
        return write_xml(
            {
                "ToUserName": user,
                "FromUserName": self._settings.account,
                "CreateTime": now,
                "MsgType": "text",
                "Content": text,
            }
        )


def _menu(delivery: Delivery) -> dict[str, Any]:
    listed = [
        {"id": f"{delivery.key[:20]}-{n}", "content": label} for n, (label, _) in enumerate(delivery.part.choices)
    ]
    menu = {"head_content": delivery.part.text, "list": listed, "tail_content": say("menu_tail")}
    return {"touser": delivery.address.user, "msgtype": "msgmenu", "msgmenu": menu}
