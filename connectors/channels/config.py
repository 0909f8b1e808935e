"""The file of channel accounts: `channels.toml` in the home folder. Secrets are named there, never written.

[wechat.main]                       # the address is /wechat/main
account = "gh_0123456789ab"
appid = "wx0123456789abcdef"
mode = "safe"
token = "env:WECHAT_TOKEN"          # from the environment
secret = "file:/run/secrets/wechat" # or from a file
aes_key = "env:WECHAT_AES_KEY"
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, fields
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

SECRETS = frozenset({"token", "secret", "aes_key", "password", "key", "app_secret"})
_SHORTEST = 3

T = TypeVar("T")


class ConfigFault(Exception):
    """Something in the file that can't be used: where, what, and what to write."""


def read_config(path: Path) -> dict[str, dict[str, dict[str, Any]]]:
    """Accounts by kind and name; empty without a file. Raises ConfigFault."""
    try:
        read = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigFault(f"{path}：{error}；写成 [wechat.名称] 和下面的 名称 = 值") from error
    for kind, accounts in read.items():
        if not isinstance(accounts, dict) or not all(isinstance(a, dict) for a in accounts.values()):
            raise ConfigFault(f"{path}：[{kind}] 要写成 [{kind}.名称]")
    return read


def settings_of(kind: type[T], place: str, name: str, given: Mapping[str, Any], env: Mapping[str, str] | None) -> T:
    """An account's settings as `kind`, a dataclass. Raises ConfigFault for names and values that don't fit it."""
    known = {f.name: f for f in fields(kind)}  # type: ignore[arg-type]
    hints = get_type_hints(kind)
    unknown = sorted(set(given) - set(known) | ({"name"} & set(given)))
    if unknown:
        raise ConfigFault(f"{place}：没有这几项设置：{'、'.join(unknown)}；可用的有 {'、'.join(sorted(known))}")
    missing = [
        n
        for n, f in known.items()
        if n not in given and n != "name" and f.default is MISSING and f.default_factory is MISSING
    ]
    if missing:
        raise ConfigFault(f"{place}：缺少 {'、'.join(missing)}")
    values = {n: _value(f"{place}.{n}", n, hints[n], value, env) for n, value in given.items()}
    if "name" in known:
        values["name"] = name
    try:
        return kind(**values)
    except ValueError as error:
        raise ConfigFault(f"{place}：{error}") from error


def _value(place: str, name: str, wanted: Any, value: Any, env: Mapping[str, str] | None) -> Any:
    if name in SECRETS:
        return _secret(place, value, os.environ if env is None else env)
    if isinstance(wanted, type) and issubclass(wanted, StrEnum):
        if value not in {str(v) for v in wanted}:
            raise ConfigFault(f"{place}：{value!r}；可以写 {'、'.join(str(v) for v in wanted)}")
        return wanted(value)
    if isinstance(value, dict):
        return tuple((str(k), str(v)) for k, v in value.items())
    if isinstance(value, list):
        return tuple(value)
    if isinstance(wanted, type) and not isinstance(value, wanted):
        raise ConfigFault(f"{place}：{value!r} 不是 {wanted.__name__}")
    return value


def _secret(place: str, value: Any, env: Mapping[str, str]) -> str:
    source, _, where = str(value).partition(":")
    if source == "env" and where:
        found = env.get(where, "")
    elif source == "file" and where:
        try:
            found = Path(where).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ConfigFault(f"{place}：读不了 {where}：{error.strerror}") from error
    else:
        raise ConfigFault(f"{place}：密钥不能写在这里；写 env:环境变量名 或 file:文件路径")
    if len(found) < _SHORTEST:
        raise ConfigFault(f"{place}：{value} 是空的或太短")
    return found
