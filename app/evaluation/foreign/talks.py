"""Conversations on a foreign database: its graph in a home of its own, which is gone afterwards."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from app.evaluation.cases import SetError
from app.evaluation.foreign.crosswoz import conversations, read_base, read_dialogues, write_triples
from app.settings import Settings
from app.turns import Turns, open_turns

Waiting = Callable[[str], None]
DAY = "2026-11-20"
"""The day the conversations are asked on: nothing in them depends on it."""


@contextmanager
def crosswoz_talks(source: Path, settings: Settings, waiting: Waiting) -> Iterator[tuple[Turns, Path]]:
    """An engine over the databases in `source`, and the folder of its conversations as a set.

    Raises SetError where a graph server is set by the environment: the data would go into the bank's own graph.
    """
    if os.environ.get("NEO4J_URI"):
        raise SetError("NEO4J_URI is set: these data would be loaded into that graph; unset it for this command")
    with tempfile.TemporaryDirectory(prefix="jinwen-foreign-") as folder:
        home = Path(folder)
        own = replace(settings, home=home / "home", database_url=f"sqlite:///{home / 'home' / 'jinwen.db'}")
        own.home.mkdir(mode=0o700)
        base = read_base(source)
        write_triples(base, home / "crosswoz.csv")
        _load(home / "crosswoz.csv", own, waiting)
        lines = (json.dumps(line, ensure_ascii=False) for line in conversations(base, read_dialogues(source)))
        (home / "set").mkdir()
        (home / "set" / "conversations.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
        (home / "set" / "set.json").write_text(json.dumps({"name": "crosswoz", "today": DAY}), encoding="utf-8")
        with open_turns(own, waiting) as turns:
            yield turns, home / "set"


def _load(file: Path, settings: Settings, waiting: Waiting) -> None:
    from app.runtime import build_lexicon, open_graph
    from kg.loading import LoadOptions, load

    waiting(f"载入 {file.name}")
    with open_graph(settings) as graph:
        report = load([file], graph, LoadOptions(author="jinwen eval"))
        if report.refused:
            raise SetError(f"{file.name}: {report.summary}")
        build_lexicon(graph, settings)
