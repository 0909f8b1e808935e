"""Stock Rasa is stock: its defaults, but for the one component that Chinese can't do with."""

import importlib.util
import re
from pathlib import Path
from typing import Any

import yaml

from bench.stock_rasa import STOCK
from kg.facts import OPEN_REVISION


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def test_the_configuration_is_the_default_one_with_a_tokenizer_for_chinese() -> None:
    spec = importlib.util.find_spec("rasa")
    assert spec and spec.origin
    default = read(Path(spec.origin).parent / "engine" / "recipes" / "config_files" / "default_config.yml")
    ours = read(STOCK / "config.yml")
    assert ours["policies"] == default["policies"]
    assert ours["pipeline"][0] == {"name": "JiebaTokenizer"}
    assert ours["pipeline"][1:] == default["pipeline"][1:]


def test_every_intent_has_examples_and_a_rule() -> None:
    intents = set(read(STOCK / "domain.yml")["intents"])
    examples = {item["intent"] for item in read(STOCK / "data" / "nlu.yml")["nlu"] if "intent" in item}
    ruled = {rule["steps"][0]["intent"] for rule in read(STOCK / "data" / "rules.yml")["rules"]}
    assert intents == examples == ruled - {"nlu_fallback"}


def test_the_action_reads_what_stands_at_head() -> None:
    code = (STOCK / "actions.py").read_text(encoding="utf-8")
    found = re.search(r"^NOW = 2\*\*(\d+)", code, re.MULTILINE)
    assert found and 2 ** int(found[1]) == OPEN_REVISION
