"""微信客服 and app messages as channels."""

from __future__ import annotations

from typing import Any

import structlog

from connectors.channels.ports import SendError
from connectors.channels.records import Delivery, Part
from connectors.channels.rendering import Tagger, as_text, parts_of
from connectors.channels.texts import say
from connectors.wecom.api import ServiceState, WeComApi
from connectors.wecom.settings import WeComSettings
from dialogue.message import Message

log = structlog.get_logger(__name__)

KF = "wecom_kf"
APP = "wecom_app"
LIMIT = 2000
"""Bytes of one text; the platform takes 2048."""
_MENU_ITEM, _MENU_ITEMS, _MENU_HEAD = 128, 10, 1024
_SEPARATOR = "|"


def kf_user(kfid: str, external_userid: str) -> str:
    """A customer at one service account, as our address of him."""
    return f"{kfid}{_SEPARATOR}{external_userid}"


def kf_parts(user: str) -> tuple[str, str]:
    """Service account and customer of an address."""
    kfid, _, external = user.partition(_SEPARATOR)
    return kfid, external


class KfAdapter:
    """An Adapter (connectors.channels.ports) for customers in 微信客服: keyed by msgid."""

    channel = KF
    keyed = True
    limited = True
    unasked = True

    def __init__(self, settings: WeComSettings, api: WeComApi) -> None:
        self.account = settings.name
        self._api = api
        self._transfer = settings.transfer
        self._tagger = Tagger(settings.hosts, KF)

    def render(self, message: Message) -> list[Part]:
        """See Adapter."""
        return parts_of(message, LIMIT, self._tagger)

    async def send(self, delivery: Delivery) -> str:
        """See Adapter."""
        kfid, user = kf_parts(delivery.address.user)
        message: dict[str, Any] = {"touser": user, "open_kfid": kfid, "msgid": delivery.key}
        platform_id = await self._api.send_kf({**message, **_content(delivery.part)})
        if delivery.part.transfer and self._transfer:  # afterwards: who waits for a person gets nothing from us
            await self._queued(kfid, user, delivery.trace_id)
        return platform_id

    async def _queued(self, kfid: str, user: str, trace_id: str) -> None:
        try:
            await self._api.move(kfid, user, ServiceState.QUEUE)
        except SendError as error:  # the words have arrived; the customer may ask again
            log.error("wecom.not_queued", trace_id=trace_id, code=error.code)


class AppAdapter:
    """An Adapter for members of the company, such as relationship managers."""

    channel = APP
    keyed = False
    limited = False
    unasked = True

    def __init__(self, settings: WeComSettings, api: WeComApi) -> None:
        self.account = settings.name
        self._api = api
        self._tagger = Tagger(settings.hosts, APP)

    def render(self, message: Message) -> list[Part]:
        """See Adapter."""
        return parts_of(message, LIMIT, self._tagger)

    async def send(self, delivery: Delivery) -> str:
        """See Adapter."""
        return await self._api.send_app(delivery.address.user, as_text(delivery.part))


def _content(part: Part) -> dict[str, Any]:
    labels = [label for label, _ in part.choices]
    fits = len(part.text.encode()) <= _MENU_HEAD and len(labels) <= _MENU_ITEMS
    if not labels or not fits or any(len(label.encode()) > _MENU_ITEM for label in labels):
        return {"msgtype": "text", "text": {"content": as_text(part)}}
    items = [{"type": "click", "click": {"id": str(n), "content": label}} for n, label in enumerate(labels, 1)]
    menu = {"head_content": part.text, "list": items, "tail_content": say("menu_tail")}
    return {"msgtype": "msgmenu", "msgmenu": menu}
