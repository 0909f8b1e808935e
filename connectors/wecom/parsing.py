"""Items of sync_msg and callbacks of the application → Inbound."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from connectors.channels.records import Grant, Inbound, digest
from connectors.web.cleaning import clean_text
from connectors.wecom.adapters import APP, KF, kf_user
from connectors.wecom.settings import WeComSettings

MESSAGE = Grant("message", timedelta(hours=48), 5)
FROM_CUSTOMER, FROM_SYSTEM, FROM_SERVICER = 3, 4, 5
_UNREAD = {"image": "image", "voice": "voice", "video": "video", "file": "file", "location": "location", "link": "link"}


def kf_message(item: Mapping[str, Any], settings: WeComSettings, trace_id: str) -> Inbound:
    """A customer's message (origin 3)."""
    kind = str(item.get("msgtype", ""))
    base = Inbound(
        KF,
        settings.name,
        kf_user(str(item.get("open_kfid", "")), str(item.get("external_userid", ""))),
        f"m-{digest(str(item.get('msgid', '')))[:40]}",
        grant=MESSAGE,
        trace_id=trace_id,
    )
    text = clean_text(str(item.get("text", {}).get("content", ""))) if kind == "text" else ""
    return replace(base, text=text) if text else replace(base, notice=_UNREAD.get(kind, "unreadable"))


def kf_entered(item: Mapping[str, Any], settings: WeComSettings, trace_id: str) -> Inbound:
    """A customer opened the conversation: nothing is asked; where he came from is noted."""
    event = item.get("event", {})
    user = kf_user(str(event.get("open_kfid", "")), str(event.get("external_userid", "")))
    scene = str(event.get("scene_param") or event.get("scene", ""))
    key = f"e-{digest(str(item.get('msgid', '')))[:40]}"
    return Inbound(KF, settings.name, user, key, following=True, scene=scene[:200], trace_id=trace_id)


def app_message(fields: Mapping[str, str], settings: WeComSettings, trace_id: str) -> Inbound:
    """A member of the company writes to the application."""
    kind = fields.get("MsgType", "")
    told = (fields.get("MsgId", ""), fields.get("FromUserName", ""), fields.get("CreateTime", ""))
    key = f"m-{digest(*told, fields.get('Event', ''), fields.get('EventKey', ''))[:40]}"
    base = Inbound(APP, settings.name, fields.get("FromUserName", ""), key, trace_id=trace_id)
    if kind == "event":
        return base
    text = clean_text(fields.get("Content", "")) if kind == "text" else ""
    return replace(base, text=text) if text else replace(base, notice=_UNREAD.get(kind, "unreadable"))
