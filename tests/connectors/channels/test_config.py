"""The file of channel accounts: secrets only by name, every fault with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.channels.config import ConfigFault, read_config, settings_of
from connectors.wechat.settings import Mode, WeChatSettings

ENV = {"TOKEN": "t0ken", "SECRET": "s3cret", "KEY": "k" * 43, "EMPTY": ""}
RIGHT = {
    "account": "gh_1",
    "appid": "wx1",
    "mode": "safe",
    "token": "env:TOKEN",
    "secret": "env:SECRET",
    "aes_key": "env:KEY",
    "hosts": ["www.yunshan.example"],
    "asked": {"rates": "利率是多少"},
}


def read(**changes: object) -> WeChatSettings:
    given = {name: value for name, value in {**RIGHT, **changes}.items() if value is not None}
    return settings_of(WeChatSettings, "channels.toml [wechat.main]", "main", given, ENV)


def test_account_is_read() -> None:
    made = read()
    assert (made.name, made.mode, made.token, made.aes_key) == ("main", Mode.SAFE, "t0ken", "k" * 43)
    assert (made.hosts, made.asked) == (("www.yunshan.example",), (("rates", "利率是多少"),))
    assert "t0ken" not in repr(made)
    assert "s3cret" not in repr(made)


def test_secret_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("from-file\n", encoding="utf-8")
    assert read(secret=f"file:{tmp_path / 'secret'}").secret == "from-file"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"token": "written-here"}, "密钥不能写在这里"),
        ({"token": "env:EMPTY"}, "是空的"),
        ({"token": "env:NOWHERE"}, "是空的"),
        ({"secret": "file:/nowhere/at/all"}, "读不了"),
        ({"mode": "open"}, "plain、compatible、safe"),
        ({"appid": None}, "缺少 appid"),
        ({"apid": "x"}, "没有这几项设置：apid"),
        ({"appid": 7}, "不是 str"),
        ({"aes_key": None}, "needs an aes_key"),
    ],
)
def test_fault_names_its_place(changes: dict[str, object], told: str) -> None:
    with pytest.raises(ConfigFault, match=told) as caught:
        read(**changes)
    assert "channels.toml [wechat.main]" in str(caught.value)
    assert "written-here" not in str(caught.value)


def test_without_a_file_there_are_no_accounts(tmp_path: Path) -> None:
    assert read_config(tmp_path / "channels.toml") == {}


@pytest.mark.parametrize("text", ["[wechat", "wechat = 1", "[wechat]\nappid = 'x'"])
def test_file_that_is_none(tmp_path: Path, text: str) -> None:
    path = tmp_path / "channels.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigFault, match=r"channels\.toml"):
        read_config(path)
