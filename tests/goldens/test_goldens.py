"""Conversations as they read now, word for word. A change of wording is looked at and then written anew:
pytest tests/goldens --update-goldens."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from nlu.memory import Memory
from tests.support.demo import Bank

FILES = sorted(Path(__file__).parent.glob("*.yml"))


class _Block(yaml.SafeDumper):
    """Writes replies as blocks of lines."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Block.add_representer(str, _text)


def played(bank: Bank, turns: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The conversation with what is said to each turn; `intent` is what the classifier is sure of."""
    memory = Memory()
    said = []
    for turn in turns:
        reply = bank.reply(turn["text"], memory, intent=turn.get("intent", ""))
        memory = Memory.from_json(reply.memory.to_json())
        asked: dict[str, Any] = {key: turn[key] for key in ("text", "intent") if key in turn}
        said.append({**asked, "outcome": reply.outcome.value, "reply": reply.message.plain()})
    return said


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_conversations_read_as_they_did(bank: Bank, path: Path, request: pytest.FixtureRequest) -> None:
    written = yaml.safe_load(path.read_text(encoding="utf-8"))
    now = [{"name": talk["name"], "turns": played(bank, talk["turns"])} for talk in written]
    if request.config.getoption("--update-goldens"):
        path.write_text(
            yaml.dump(now, Dumper=_Block, allow_unicode=True, sort_keys=False, width=1000), encoding="utf-8"
        )
        return
    assert now == written


def test_there_are_enough_conversations() -> None:
    talks = [talk for path in FILES for talk in yaml.safe_load(path.read_text(encoding="utf-8"))]
    assert len(talks) >= 12
    assert all(turn.get("reply") for talk in talks for turn in talk["turns"])
