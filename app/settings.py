"""Settings: from JINWEN_* in the environment, else from `settings.toml` in the home folder, else the default.

`JINWEN_HOME` holds all state. In the file a setting's name stands in small letters without the prefix:
`approval = true` is `JINWEN_APPROVAL=on`. `NEO4J_URI` and its companions are read by app.graph_process.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
PREFIX = "JINWEN_"
FILE = "settings.toml"


class SettingsError(Exception):
    """A setting that is unknown or can't be read: where it stands, its value, what to write."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How this installation runs.

    `approval` makes `kg load` write drafts; `graph_heap` is the embedded engine's Java heap; `workers` are
    engine processes; `database_url` is an SQLAlchemy address; `data` holds the triples that `serve --demo`
    loads into an empty store; `institution` is the bank's own name in the graph; `allowed_origins` may embed
    the widget, separated by commas; `allow_today` lets web clients choose the day (demonstrations only);
    `limits` off lets them send as much as they want (measurements only); `golden` is the file of golden questions;
    `offers` the folder of offers, their rules and words; `desk` that of the agents' desk; `core` the bank's core
    system as package.module:factory.
    `redis_url` is a Redis that replicas share for rate limits; one replica needs none.
    `public_url` is our address as customers' browsers reach it, where it is not the one we listen on.
    """

    home: Path
    database_url: str
    approval: bool = False
    graph_heap: str = "512m"
    workers: int = 1
    host: str = "127.0.0.1"
    port: int = 8080
    data: Path = PROJECT / "data" / "triples"
    models: Path = PROJECT / "models"
    allowed_origins: str = ""
    institution: str = "云杉银行"
    allow_today: bool = False
    limits: bool = True
    golden: Path = Path()
    core: str = ""
    public_url: str = ""
    redis_url: str = ""
    offers: Path = PROJECT / "data" / "offers"
    desk: Path = PROJECT / "data" / "desk"

    @property
    def lexicons(self) -> Path:
        """Built lexicons: one folder per graph, one in it per revision."""
        return self.home / "lexicon"


def load_settings(env: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process.

    Raises:
        SettingsError: the file holds a name that is no setting, or a value can't be read.
    """
    env = os.environ if env is None else env
    home = Path(env.get(f"{PREFIX}HOME") or PROJECT / ".jinwen").expanduser().absolute()
    given: dict[str, Any] = {}
    for name, value in _from_file(home / FILE).items():
        given[name] = _read(f"{home / FILE}: {name}", name, value)
    for key, value in env.items():
        name = key.removeprefix(PREFIX)
        if key.startswith(PREFIX) and name.lower() in _READERS:
            given[name.lower()] = _read(key, name.lower(), value)
    given.setdefault("golden", home / "golden.csv")
    given.setdefault("database_url", f"sqlite:///{home / 'jinwen.db'}")
    return Settings(home=home, **given)


def _from_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}：{error}；写成 名称 = 值，一行一个") from error


def _read(place: str, name: str, value: Any) -> Any:
    reader = _READERS.get(name)
    if reader is None:
        raise SettingsError(f"{place}：没有这项设置；可用的有 {'、'.join(sorted(_READERS))}")
    try:
        return reader(value)
    except (TypeError, ValueError) as error:
        raise SettingsError(f"{place}：{value!r}；{error}") from error


def _switch(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    known = {"on": True, "1": True, "true": True, "yes": True, "off": False, "0": False, "false": False, "no": False}
    try:
        return known[str(value).strip().lower() or "off"]
    except KeyError:
        raise ValueError("写 on 或 off") from None


def _whole(low: int, high: int) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        text = str(value).strip()
        if not text.isdecimal() or not low <= int(text) <= high:
            raise ValueError(f"写 {low} 到 {high} 的整数")
        return int(text)

    return read


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("写一段文字")
    return value.strip()


def _path(value: Any) -> Path:
    return Path(_text(value)).expanduser().absolute()


_READERS: dict[str, Callable[[Any], Any]] = {
    "database_url": _text,
    "approval": _switch,
    "graph_heap": _text,
    "workers": _whole(1, 64),
    "host": _text,
    "port": _whole(0, 65535),
    "data": _path,
    "models": _path,
    "allowed_origins": _text,
    "institution": _text,
    "allow_today": _switch,
    "limits": _switch,
    "golden": _path,
    "core": _text,
    "public_url": _text,
    "redis_url": _text,
    "offers": _path,
    "desk": _path,
}
