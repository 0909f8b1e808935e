"""Intent accuracy of our pipeline against DIET on the same examples: `python -m bench.intents`.

Every fifth example of each intent in nlu/data is held out; both are trained once on the others with the featurizers and
classifier of their configuration. Linker and arbiter are left out: the examples carry masks already, and what the
arbiter adds is measured by `jinwen eval`.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from app.evaluation.statistics import Share
from dialogue.engine import logs

PROJECT = Path(__file__).parents[1]
CONFIGS = ("config.yml", "config_diet.yml")
EVERY = 5
_OURS = ("nlu.components.linker", "nlu.components.arbiter")

Examples = dict[str, list[str]]


def examples(folder: Path) -> Examples:
    """The examples by intent, in the order of the files."""
    found: Examples = {}
    for file in sorted(folder.glob("*.yml")):
        for block in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]:
            if "intent" in block:
                lines = (line.removeprefix("- ").strip() for line in block["examples"].splitlines())
                found.setdefault(block["intent"], []).extend(line for line in lines if line)
    return found


def split(found: Examples) -> tuple[Examples, list[tuple[str, str]]]:
    """What is trained on, and (text, intent) pairs held out."""
    kept = {intent: [t for i, t in enumerate(texts) if i % EVERY] for intent, texts in found.items()}
    return kept, [(t, intent) for intent, texts in found.items() for t in texts[::EVERY]]


def plain_pipeline(config: Path) -> dict[str, Any]:
    """A configuration without linker, arbiter and policies."""
    read: dict[str, Any] = yaml.safe_load(config.read_text(encoding="utf-8"))
    steps = [step for step in read["pipeline"] if not step["name"].startswith(_OURS)]
    return {"recipe": read["recipe"], "language": read["language"], "assistant_id": "bench", "pipeline": steps}


def measured(config: Path, kept: Examples, asked: list[tuple[str, str]], folder: Path) -> tuple[Share, float, float]:
    """Share of the held-out examples whose intent is found, seconds of training, milliseconds a text."""
    from rasa.core.agent import Agent
    from rasa.model_training import train_nlu

    body = {"version": "3.1", "nlu": list(_blocks(kept))}
    (folder / "nlu.yml").write_text(yaml.safe_dump(body, allow_unicode=True), encoding="utf-8")
    (folder / config.name).write_text(yaml.safe_dump(plain_pipeline(config)), encoding="utf-8")
    began = time.perf_counter()
    model = train_nlu(str(folder / config.name), str(folder / "nlu.yml"), str(folder))
    trained = time.perf_counter() - began
    agent = Agent.load(model)

    async def right() -> int:
        found = [await agent.parse_message(text) for text, _ in asked]
        return sum(f["intent"]["name"] == intent for f, (_, intent) in zip(found, asked, strict=True))

    began = time.perf_counter()
    hits = asyncio.run(right())
    return Share(hits, len(asked)), trained, (time.perf_counter() - began) * 1000 / len(asked)


def _blocks(kept: Examples) -> Iterator[dict[str, str]]:
    for intent, texts in kept.items():
        yield {"intent": intent, "examples": "".join(f"- {text}\n" for text in texts)}


def main() -> None:
    """Prints one line a configuration."""
    logs.configure(logging.WARNING)
    kept, asked = split(examples(PROJECT / "nlu" / "data"))
    for name in CONFIGS:
        with tempfile.TemporaryDirectory() as folder:
            share, trained, each = measured(PROJECT / "dialogue" / name, kept, asked, Path(folder))
        low, high = share.interval
        sys.stdout.write(
            f"{name:16} {share.hits}/{share.of} = {share.value:.1%} ({low:.1%}–{high:.1%}), "
            f"trained {trained:.0f} s, {each:.1f} ms a text\n"
        )
        sys.stdout.flush()


if __name__ == "__main__":
    main()
