"""Settings from the environment and the one file, and what is said of those that can't be read."""

from pathlib import Path

import pytest

from app.settings import PROJECT, Settings, SettingsError, load_settings


def settings(home: Path, **given: str) -> Settings:
    return load_settings({"JINWEN_HOME": str(home), **{f"JINWEN_{name}": value for name, value in given.items()}})


def test_defaults_keep_all_state_in_the_home_folder(tmp_path: Path) -> None:
    found = settings(tmp_path)
    assert found.database_url == f"sqlite:///{tmp_path}/jinwen.db"
    assert found.lexicons == tmp_path / "lexicon"
    assert not found.approval
    assert load_settings({}).home == PROJECT / ".jinwen"


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('port = 9000\napproval = true\nhost = "0.0.0.0"\n', encoding="utf-8")
    found = settings(tmp_path, PORT="9001")
    assert (found.port, found.approval, found.host) == (9001, True, "0.0.0.0")


@pytest.mark.parametrize(("text", "value"), [("on", True), ("1", True), ("TRUE", True), ("off", False), ("", False)])
def test_a_switch_reads_as_people_write_it(tmp_path: Path, text: str, value: bool) -> None:
    assert settings(tmp_path, APPROVAL=text).approval is value


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("APPROVAL", "也许", "写 on 或 off"),
        ("PORT", "八千", "写 0 到 65535 的整数"),
        ("WORKERS", "0", "写 1 到 64 的整数"),
    ],
)
def test_a_bad_value_is_told_with_place_and_remedy(tmp_path: Path, name: str, value: str, told: str) -> None:
    with pytest.raises(SettingsError, match=f"JINWEN_{name}.*{value}.*{told}"):
        settings(tmp_path, **{name: value})


@pytest.mark.parametrize("content", ["prot = 9000\n", "port 9000\n", 'port = "x"\n'])
def test_a_bad_file_is_told_by_its_path(tmp_path: Path, content: str) -> None:
    (tmp_path / "settings.toml").write_text(content, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"settings\.toml"):
        settings(tmp_path)
