"""Callback fields → Inbound: what each kind of message and event means to us."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from connectors.channels.records import Grant, digest
from connectors.channels.records import Inbound as In
from connectors.web.cleaning import clean_text
from connectors.wechat.settings import WeChatSettings

CHANNEL = "wechat"
MESSAGE = Grant("message", timedelta(hours=48), 5)
TOUCH = Grant("touch", timedelta(minutes=1), 3)
"""What the platform allows after a message, and after a menu click, a subscription or a scan."""

_UNREAD = {"image": "image", "video": "video", "shortvideo": "video", "location": "location", "link": "link"}
_SCENE = "qrscene_"


def parse(fields: Mapping[str, str], settings: WeChatSettings, trace_id: str) -> In:
    """The message or event in `fields`."""
    kind = fields.get("MsgType", "")
    event = fields.get("Event", "") if kind == "event" else ""
    base = In(CHANNEL, settings.name, fields.get("FromUserName", ""), _key(fields, event), trace_id=trace_id)
    read = _EVENTS.get(event.upper(), _nothing) if event or kind == "event" else _message
    return read(base, fields, settings)


def _message(base: In, fields: Mapping[str, str], _settings: WeChatSettings) -> In:
    kind = fields.get("MsgType", "")
    spoken = fields.get("Content", "") if kind == "text" else fields.get("Recognition", "") if kind == "voice" else ""
    # A click on a message menu is a text that carries the id of the choice; it opens no new window.
    clicked = fields.get("bizmsgmenuid", "")
    grant = TOUCH if clicked else MESSAGE
    text = clean_text(spoken)
    if kind in ("text", "voice") and text:
        return replace(base, text=text, grant=grant)
    notice = {"text": "empty", "voice": "voice", **_UNREAD}.get(kind, "unreadable")
    return replace(base, notice="unreadable" if notice == "empty" else notice, grant=grant)


def _subscribe(base: In, fields: Mapping[str, str], _settings: WeChatSettings) -> In:
    scene = fields.get("EventKey", "").removeprefix(_SCENE)
    return replace(base, notice="welcome", following=True, scene=scene, grant=TOUCH)


def _unsubscribe(base: In, _fields: Mapping[str, str], _settings: WeChatSettings) -> In:
    return replace(base, following=False)


def _scan(base: In, fields: Mapping[str, str], _settings: WeChatSettings) -> In:
    return replace(base, notice="welcome_back", following=True, scene=fields.get("EventKey", ""), grant=TOUCH)


def _click(base: In, fields: Mapping[str, str], settings: WeChatSettings) -> In:
    question = dict(settings.asked).get(fields.get("EventKey", ""), "")
    return replace(base, text=question, notice="" if question else "welcome_back", grant=TOUCH)


def _nothing(base: In, _fields: Mapping[str, str], _settings: WeChatSettings) -> In:
    return base


_EVENTS: dict[str, Callable[[In, Mapping[str, str], WeChatSettings], In]] = {
    "SUBSCRIBE": _subscribe,
    "UNSUBSCRIBE": _unsubscribe,
    "SCAN": _scan,
    "CLICK": _click,
}
"""VIEW, LOCATION, TEMPLATESENDJOBFINISH and the rest ask nothing; connectors.wechat.receipts reads what they report."""


def _key(fields: Mapping[str, str], event: str) -> str:
    """Messages have an id; events are told apart by who, when, what."""
    if fields.get("MsgId") and not event:
        return f"m-{digest(fields['MsgId'])[:40]}"
    told = (fields.get("FromUserName", ""), fields.get("CreateTime", ""), event, fields.get("EventKey", ""))
    return f"e-{digest(*told, fields.get('MsgID', ''))[:40]}"
