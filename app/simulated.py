"""Accounts on the simulated platforms: made once per home folder with secrets of their own, for demonstrations."""

from __future__ import annotations

import json
import os
import secrets
import string
from dataclasses import dataclass
from pathlib import Path

from app.arcadedb import free_port
from connectors.wechat.settings import Mode, WeChatSettings

_FILE = "simulators.json"
_LETTERS = string.ascii_letters + string.digits
NAME = "demo"


@dataclass(frozen=True, slots=True)
class Simulated:
    """Where the simulators of a home folder listen, and their accounts."""

    wechat_port: int
    wechat: WeChatSettings


def simulated(home: Path) -> Simulated:
    """The home folder's simulated accounts, made if there are none yet."""
    path = home / _FILE
    if not path.exists():
        _make(path)
    kept = json.loads(path.read_text(encoding="utf-8"))
    wechat = kept["wechat"]
    api = f"http://127.0.0.1:{wechat['port']}"
    return Simulated(
        wechat["port"],
        WeChatSettings(
            name=NAME,
            account="gh_demo",
            appid=wechat["appid"],
            token=wechat["token"],
            secret=wechat["secret"],
            aes_key=wechat["aes_key"],
            mode=Mode.SAFE,
            api=api,
            open=api,
        ),
    )


def _make(path: Path) -> None:
    made = {
        "wechat": {
            "port": free_port(),
            "appid": f"wx{secrets.token_hex(8)}",
            "token": _word(20),
            "secret": _word(32),
            "aes_key": _word(43),
        }
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(made, file)
    new.replace(path)


def _word(length: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(length))
