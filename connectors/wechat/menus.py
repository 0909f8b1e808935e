"""Bringing the configured menu to the platform, only where it differs."""

from __future__ import annotations

from typing import Any

from connectors.wechat.api import WeChatApi

_COMPARED = ("type", "name", "key", "url", "appid", "pagepath", "media_id")


async def sync(api: WeChatApi, wanted: list[dict[str, Any]], *, dry: bool = False) -> bool:
    """Whether the platform's menu differed; it is replaced unless `dry`. Raises NotSent, Refused, Unknown."""
    if _plain(await api.menu()) == _plain(wanted):
        return False
    if not dry:
        await api.set_menu(wanted)
    return True


def _plain(buttons: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What matters of a menu: the platform wraps lists and adds fields when it is asked."""
    plain = []
    for button in buttons:
        below = button.get("sub_button", [])
        listed = below.get("list", []) if isinstance(below, dict) else below
        kept = {name: button[name] for name in _COMPARED if button.get(name)}
        plain.append(kept | ({"sub_button": _plain(listed)} if listed else {}))
    return plain
