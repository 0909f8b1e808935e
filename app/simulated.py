"""Accounts on the simulated platforms: made once per home folder with secrets of their own, for demonstrations."""

from __future__ import annotations

import json
import os
import secrets
import string
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.arcadedb import free_port
from connectors.wechat.settings import Mode, WeChatSettings
from connectors.wecom.settings import WeComSettings

_FILE = "simulators.json"
_LETTERS = string.ascii_letters + string.digits
NAME = "demo"


@dataclass(frozen=True, slots=True)
class Simulated:
    """Where the simulators of a home folder listen, and their accounts."""

    wechat_port: int
    wechat: WeChatSettings
    wecom_port: int
    wecom: WeComSettings


def simulated(home: Path) -> Simulated:
    """The home folder's simulated accounts, made if there are none yet."""
    path = home / _FILE
    if not path.exists():
        _make(path)
    kept = json.loads(path.read_text(encoding="utf-8"))
    wechat, wecom = kept["wechat"], kept["wecom"]
    return Simulated(wechat["port"], _wechat(wechat), wecom["port"], _wecom(wecom))


def _wechat(kept: dict[str, Any]) -> WeChatSettings:
    api = _address(kept)
    return WeChatSettings(
        name=NAME,
        account="gh_demo",
        appid=kept["id"],
        token=kept["token"],
        secret=kept["secret"],
        aes_key=kept["aes_key"],
        mode=Mode.SAFE,
        api=api,
        open=api,
    )


def _wecom(kept: dict[str, Any]) -> WeComSettings:
    return WeComSettings(
        name=NAME,
        corpid=kept["id"],
        token=kept["token"],
        aes_key=kept["aes_key"],
        secret=kept["secret"],
        agent_id=1000001,
        servicers=("zhang",),
        api=_address(kept),
    )


def _address(kept: dict[str, Any]) -> str:
    return f"http://127.0.0.1:{kept['port']}"


def _make(path: Path) -> None:
    made = {kind: _account(prefix) for kind, prefix in (("wechat", "wx"), ("wecom", "ww"))}
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(made, file)
    new.replace(path)


def _account(prefix: str) -> dict[str, Any]:
    return {
        "port": free_port(),
        "id": f"{prefix}{secrets.token_hex(8)}",
        "token": _word(20),
        "secret": _word(32),
        "aes_key": _word(43),
    }


def _word(length: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(length))
